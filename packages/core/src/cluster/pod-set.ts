import { canonicalSelector } from '../selectors/canonical.ts';
import { type Labels, type LabelSelector, selects } from '../selectors/label-selector.ts';
import { createSelectorIndex } from '../selectors/selector-index.ts';
import type {
  MutableSelectedPods,
  NamespaceEntry,
  NamespaceGroup,
  PodEntry,
  Scope,
  SelectedPods,
} from './model.ts';
import type { LabelledPods } from './labelled-pods.ts';
import type { PodClasses } from './pod-class.ts';
import type { SetRegister } from './set-register.ts';

/** The label that every namespace carries, with its own name. */
export const NAME_LABEL = 'kubernetes.io/metadata.name';

/** The scope of a namespace selector; one that names a single namespace becomes that namespace. */
export function scopeOf(namespaces: LabelSelector): Scope {
  const [only, ...more] = namespaces;
  if (only?.kind === 'in' && only.key === NAME_LABEL && only.values.size === 1) {
    const [name] = only.values;
    if (more.length === 0 && name !== undefined) return { kind: 'named', name };
  }
  return { kind: 'selected', namespaces };
}

/** The sets of pods that a cluster's policies select. */
export interface PodSets {
  /** The set of a scope and selector, made and filled where it is new. Balanced by `release`. */
  acquire(scope: Scope, pods: LabelSelector): MutableSelectedPods;
  release(set: SelectedPods): void;
  /** The sets that a pod of this namespace with these labels belongs to, in no particular order. */
  setsOf(namespace: NamespaceEntry, labels: Labels): readonly MutableSelectedPods[];
  /** Notes a namespace's labels; tells whether other selectors select it than before. */
  relabel(namespace: NamespaceEntry, labels: Labels): boolean;
  /** Lets go of a namespace that no longer exists. */
  forget(namespace: NamespaceEntry): void;
}

/** Makes an empty collection over the namespaces that `namespaces` and `namespaceOf` give. */
export function createPodSets(world: {
  readonly namespaces: () => Iterable<NamespaceEntry>;
  readonly classes: PodClasses;
  readonly labelled: LabelledPods;
  readonly register: SetRegister;
  readonly namespaceNamed: (name: string) => NamespaceEntry;
  /** A set that was scoped to this namespace is gone. */
  readonly onReleased: (name: string) => void;
}): PodSets {
  const sets = new Map<string, MutableSelectedPods>();
  const groups = new Map<string, NamespaceGroup>();
  const groupIndex = createSelectorIndex<NamespaceGroup>();

  const groupOf = (selector: LabelSelector): NamespaceGroup => {
    const key = canonicalSelector(selector);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group: NamespaceGroup = {
      selector,
      namespaces: new Set(),
      podSets: createSelectorIndex(),
    };
    groups.set(key, group);
    groupIndex.add(selector, group);
    for (const namespace of world.namespaces()) {
      if (!selects(selector, namespace.labels)) continue;
      group.namespaces.add(namespace);
      namespace.groups = new Set([...namespace.groups, group]);
    }
    return group;
  };

  const dropGroup = (group: NamespaceGroup): void => {
    groups.delete(canonicalSelector(group.selector));
    groupIndex.remove(group.selector, group);
    for (const namespace of group.namespaces) {
      namespace.groups = new Set([...namespace.groups].filter((other) => other !== group));
    }
  };

  return {
    acquire(scope, pods) {
      const key = keyOf(scope, pods);
      const known = sets.get(key);
      if (known !== undefined) {
        known.uses += 1;
        return known;
      }
      const set: MutableSelectedPods = {
        kind: 'selected',
        id: world.register.next(),
        scope,
        pods,
        policies: new Set(),
        classes: new Set(),
        uses: 1,
      };
      sets.set(key, set);
      world.register.enter(set);
      if (scope.kind === 'named') {
        const namespace = world.namespaceNamed(scope.name);
        namespace.podSets.add(pods, set);
        world.classes.enter(set, selectedIn(new Set([namespace]), pods, world.labelled));
      } else {
        const group = groupOf(scope.namespaces);
        group.podSets.add(pods, set);
        world.classes.enter(set, selectedIn(group.namespaces, pods, world.labelled));
      }
      return set;
    },
    release(shared) {
      const key = keyOf(shared.scope, shared.pods);
      const set = sets.get(key);
      if (set !== shared || set === undefined) throw new Error(`no set ${key}`);
      set.uses -= 1;
      if (set.uses > 0) return;
      sets.delete(key);
      world.register.remove(set);
      world.classes.dissolve(set);
      if (set.scope.kind === 'named') {
        world.namespaceNamed(set.scope.name).podSets.remove(set.pods, set);
        world.onReleased(set.scope.name);
        return;
      }
      const group = groupOf(set.scope.namespaces);
      group.podSets.remove(set.pods, set);
      if (group.podSets.size === 0) dropGroup(group);
    },
    setsOf(namespace, labels) {
      const found = [...namespace.podSets.selecting(labels)];
      for (const group of namespace.groups) found.push(...group.podSets.selecting(labels));
      return found;
    },
    relabel(namespace, labels) {
      namespace.labels = labels;
      const next = new Set(groupIndex.selecting(labels));
      const before = namespace.groups;
      namespace.groups = next;
      for (const group of before) if (!next.has(group)) group.namespaces.delete(namespace);
      for (const group of next) group.namespaces.add(namespace);
      return before.size !== next.size || [...next].some((group) => !before.has(group));
    },
    forget(namespace) {
      for (const group of namespace.groups) group.namespaces.delete(namespace);
      namespace.groups = new Set();
    },
  };
}

function keyOf(scope: Scope, pods: LabelSelector): string {
  const where =
    scope.kind === 'named' ? `in ${scope.name}` : `where ${canonicalSelector(scope.namespaces)}`;
  return `${where} | ${canonicalSelector(pods)}`;
}

/** The pods of these namespaces that a selector selects; looks at as few pods as it can. */
function* selectedIn(
  namespaces: ReadonlySet<NamespaceEntry>,
  pods: LabelSelector,
  labelled: LabelledPods,
): Generator<PodEntry> {
  let inside = 0;
  for (const namespace of namespaces) inside += namespace.pods.size;
  const candidates = labelled.candidates(pods);
  if (candidates === undefined || inside <= candidates.size) {
    for (const namespace of namespaces) {
      for (const pod of namespace.pods.values()) {
        if (pod.underPolicy && selects(pods, pod.object.labels)) yield pod;
      }
    }
    return;
  }
  // They are listed by the value of one label, so that nobody comes twice.
  for (const list of candidates.lists) {
    for (const pod of list) {
      if (namespaces.has(pod.namespace) && selects(pods, pod.object.labels)) yield pod;
    }
  }
}
