import type { ClusterDelta } from './cluster-delta.ts';
import { createJournal, type Journal } from './journal.ts';
import type {
  MutablePodClass,
  MutablePodSet,
  MutableSelectedPods,
  PodClass,
  PodEntry,
} from './model.ts';
import { type PortNames, portNamesOf } from './port-names.ts';
import { createSubjectClasses } from './subject-class.ts';

/** The classes of pods of one cluster. */
export interface PodClasses {
  /** The class of pods that are not under policy; it is none of `all`. */
  readonly none: MutablePodClass;
  all(): Iterable<PodClass>;
  /** Puts a pod into the class of those that are in just these sets and name their ports so. */
  put(pod: PodEntry, sets: readonly MutablePodSet[], portNames: PortNames): void;
  /** Takes a pod out of its class. */
  take(pod: PodEntry): void;
  /** Gives a set that is newer than all others its members. */
  enter(set: MutablePodSet, members: Iterable<PodEntry>): void;
  /** Ends all memberships of a set. */
  dissolve(set: MutablePodSet): void;
  /** The policies of a set changed: other policies apply to its classes now. */
  regroup(set: MutableSelectedPods): void;
  /** A pod's addresses are about to change. */
  readdressed(pod: PodEntry): void;
  /** What happened since this was last asked. */
  delta(): ClusterDelta;
}

/** Makes an empty collection of classes. */
export function createPodClasses(): PodClasses {
  const subjects = createSubjectClasses();
  const classes = new Map<string, MutablePodClass>();
  const none: MutablePodClass = {
    key: '',
    sets: [],
    setIds: [],
    portNames: portNamesOf([]),
    standIn: false,
    pods: new Set(),
    subject: subjects.join([]),
  };
  const journal: Journal = createJournal(none);

  const classOf = (
    sets: readonly MutablePodSet[],
    portNames: PortNames,
    standIn: boolean,
  ): MutablePodClass => {
    const setIds = sets.map(({ id }) => id);
    const key = keyOf(setIds, portNames, standIn);
    const known = classes.get(key);
    if (known !== undefined) return known;
    const subject = subjects.join(sets);
    const made = { key, sets, setIds, portNames, standIn, pods: new Set<PodEntry>(), subject };
    classes.set(key, made);
    for (const set of sets) set.classes.add(made);
    journal.born(made);
    return made;
  };

  const drop = (of: MutablePodClass): void => {
    classes.delete(of.key);
    subjects.leave(of.subject);
    for (const set of of.sets) set.classes.delete(of);
  };

  const move = (pod: PodEntry, to: MutablePodClass): void => {
    journal.pod(pod);
    const from = pod.class;
    from.pods.delete(pod);
    pod.class = to;
    if (to !== none) to.pods.add(pod);
    if (from !== none && from.pods.size === 0) drop(from);
  };

  /** Its pods are in other sets now, all of them. No policy has the sets in question as subjects. */
  const rewrite = (of: MutablePodClass, sets: readonly MutablePodSet[]): void => {
    journal.sets(of);
    classes.delete(of.key);
    of.sets = sets;
    of.setIds = sets.map(({ id }) => id);
    of.key = keyOf(of.setIds, of.portNames, of.standIn);
    classes.set(of.key, of);
  };

  return {
    none,
    all: () => classes.values(),
    put(pod, sets, portNames) {
      const { class: before, standIn } = pod;
      const same =
        before !== none &&
        before.standIn === standIn &&
        before.portNames.key === portNames.key &&
        before.sets.length === sets.length &&
        before.sets.every((set, index) => set === sets[index]);
      if (!same) move(pod, classOf(sets, portNames, standIn));
    },
    take(pod) {
      if (pod.class !== none) move(pod, none);
    },
    enter(set, members) {
      for (const [of, pods] of byClass(members)) {
        const sets = [...of.sets, set];
        if (pods.length === of.pods.size) {
          rewrite(of, sets);
          set.classes.add(of);
          continue;
        }
        const inside = classOf(sets, of.portNames, of.standIn);
        for (const pod of pods) move(pod, inside);
      }
    },
    dissolve(set) {
      for (const of of set.classes) {
        const sets = of.sets.filter((other) => other !== set);
        const ids = sets.map(({ id }) => id);
        const other = classes.get(keyOf(ids, of.portNames, of.standIn));
        if (other === undefined) rewrite(of, sets);
        else for (const pod of of.pods) move(pod, other);
      }
      set.classes.clear();
    },
    regroup(set) {
      for (const { subject } of set.classes) subjects.retire(subject, set);
      for (const of of set.classes) {
        journal.subject(of);
        const before = of.subject;
        of.subject = subjects.join(of.sets);
        subjects.leave(before);
      }
    },
    readdressed: journal.pod,
    delta: journal.close,
  };
}

function keyOf(setIds: readonly number[], portNames: PortNames, standIn: boolean): string {
  return `${setIds.join()}|${standIn ? 'standIn' : ''}|${portNames.key}`;
}

function byClass(pods: Iterable<PodEntry>): ReadonlyMap<MutablePodClass, readonly PodEntry[]> {
  const groups = new Map<MutablePodClass, PodEntry[]>();
  for (const pod of pods) {
    const group = groups.get(pod.class);
    if (group === undefined) groups.set(pod.class, [pod]);
    else group.push(pod);
  }
  return groups;
}
