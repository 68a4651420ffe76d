import { ascending } from '../ascending.ts';
import type { Direction, PolicyRef } from '../policy/policy.ts';
import type { PodSet, PolicyEntry, SelectedPods, Stage, StageName, SubjectClass } from './model.ts';
import { createRuleIndex } from './rule-index.ts';

/** The classes of subjects of one cluster. */
export interface SubjectClasses {
  /** The class of subjects that are in these sets (by id, ascending); balanced by `leave`. */
  join(sets: readonly PodSet[]): SubjectClass;
  leave(subject: SubjectClass): void;
  /** The policies of this set changed: nobody joins a class any more that was made before. */
  retire(subject: SubjectClass, changed: SelectedPods): void;
}

/** Makes an empty collection of classes. */
export function createSubjectClasses(): SubjectClasses {
  const classes = new Map<string, SubjectClass>();
  const forget = (subject: SubjectClass): void => {
    if (classes.get(subject.key) === subject) classes.delete(subject.key);
  };
  return {
    join(all) {
      const sets = all.filter(hasPolicies);
      const key = sets.map(({ id }) => id).join();
      let subject = classes.get(key);
      if (subject === undefined) {
        const policies = sets.flatMap((set) => [...set.policies]);
        subject = { key, sets, policies, egress: undefined, ingress: undefined, members: 0 };
        classes.set(key, subject);
      }
      subject.members += 1;
      return subject;
    },
    leave(subject) {
      subject.members -= 1;
      if (subject.members === 0) forget(subject);
    },
    retire(subject, changed) {
      if (subject.sets.includes(changed)) forget(subject);
    },
  };
}

function hasPolicies(set: PodSet): set is SelectedPods {
  return set.kind === 'selected' && set.policies.size > 0;
}

/**
 * The first stage that has a say about a class in one direction, and through it all others; made
 * when first asked for. `undefined`: no policy applies.
 */
export function firstStage(subject: SubjectClass, direction: Direction): Stage | undefined {
  const known = subject[direction];
  if (known !== undefined) return known === 'none' ? undefined : known;
  const made = makeStages(subject, direction);
  subject[direction] = made ?? 'none';
  return made;
}

/** All stages that have a say about a class in one direction, in the order of decision. */
export function stagesOf(subject: SubjectClass, direction: Direction): readonly Stage[] {
  const stages: Stage[] = [];
  for (let stage = firstStage(subject, direction); stage !== undefined; stage = stage.next) {
    stages.push(stage);
  }
  return stages;
}

function makeStages(subject: SubjectClass, direction: Direction): Stage | undefined {
  const policies = [...subject.policies].sort(byPrecedence);
  const makeStage = (name: StageName, next: Stage | undefined): Stage | undefined => {
    const ofStage = policies.filter(({ stage }) => stage === name);
    const isolatedBy = ofStage
      .filter((policy) => policy[direction].isolates)
      .map(({ ref }): PolicyRef => ref);
    const rules = ofStage.flatMap((policy) => policy[direction].rules);
    // Isolation without any rule is still a say: it denies.
    if (rules.length === 0 && isolatedBy.length === 0) return next;
    const { anyone, cells, sets, names, blocks, nodePeers, peers } = createRuleIndex(rules);
    // Written out, so that all stages have one shape in memory.
    return { name, next, isolatedBy, anyone, cells, sets, names, blocks, nodePeers, peers };
  };
  const baseline = makeStage('Baseline', undefined);
  return makeStage('Admin', makeStage('NetworkPolicy', baseline));
}

/** Priority, then name, then kind: an order that depends on nothing but the policies. */
function byPrecedence(left: PolicyEntry, right: PolicyEntry): number {
  return (
    left.priority - right.priority ||
    ascending(left.ref.namespace, right.ref.namespace) ||
    ascending(left.ref.name, right.ref.name) ||
    ascending(right.ref.kind, left.ref.kind) ||
    Number(left.tombstone) - Number(right.tombstone)
  );
}
