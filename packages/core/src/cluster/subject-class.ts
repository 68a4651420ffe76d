import type { Direction, PolicyRef } from '../policy/policy.ts';
import type { CompiledRule } from './compiled.ts';
import type {
  DirectionProfile,
  MutablePodSet,
  PodSet,
  PolicyEntry,
  Stage,
  StageName,
  SubjectClass,
} from './model.ts';
import { createRuleIndex } from './rule-index.ts';

/** The classes of subjects of one cluster. */
export interface SubjectClasses {
  /** The class of a pod that is in these sets (by id, ascending); balanced by `leave`. */
  join(sets: readonly MutablePodSet[]): SubjectClass;
  leave(subject: SubjectClass): void;
  /** Forgets what was derived from the policies of a set, because they changed. */
  invalidate(set: PodSet): void;
  readonly size: number;
}

/** Makes an empty collection of classes. */
export function createSubjectClasses(): SubjectClasses {
  const classes = new Map<string, SubjectClass>();
  return {
    join(all) {
      const sets = all.filter(({ policies }) => policies.size > 0);
      const key = sets.map(({ id }) => id).join();
      let subject = classes.get(key);
      if (subject === undefined) {
        subject = { key, sets, egress: undefined, ingress: undefined, pods: 0 };
        classes.set(key, subject);
        for (const set of sets) set.classes.add(subject);
      }
      subject.pods += 1;
      return subject;
    },
    leave(subject) {
      subject.pods -= 1;
      if (subject.pods > 0) return;
      classes.delete(subject.key);
      for (const set of subject.sets) set.classes.delete(subject);
    },
    invalidate(set) {
      for (const subject of set.classes) {
        subject.egress = undefined;
        subject.ingress = undefined;
      }
    },
    get size() {
      return classes.size;
    },
  };
}

/** All rules that apply to a class in one direction; made when first asked for. */
export function profileOf(subject: SubjectClass, direction: Direction): DirectionProfile {
  return (subject[direction] ??= makeProfile(subject, direction));
}

function makeProfile(subject: SubjectClass, direction: Direction): DirectionProfile {
  const policies = subject.sets.flatMap((set) => [...set.policies]).sort(byPrecedence);
  const rulesOf = (stage: StageName): readonly CompiledRule[] =>
    policies.flatMap((policy) => (policy.stage === stage ? policy[direction].rules : []));
  const isolating = policies.filter(
    (policy) => policy.stage === 'NetworkPolicy' && policy[direction].isolates,
  );
  const stages: Stage[] = [];
  const addStage = (
    name: StageName,
    isHeard: (rules: readonly CompiledRule[]) => boolean,
  ): void => {
    const rules = rulesOf(name);
    if (isHeard(rules)) stages.push({ name, index: createRuleIndex(rules) });
  };
  addStage('Admin', ({ length }) => length > 0);
  // Isolation without any rule is still a say: it denies.
  addStage('NetworkPolicy', () => isolating.length > 0);
  addStage('Baseline', ({ length }) => length > 0);
  return { stages, isolatedBy: isolating.map(({ ref }): PolicyRef => ref) };
}

/** Priority, then name, then kind: an order that depends on nothing but the policies. */
function byPrecedence(left: PolicyEntry, right: PolicyEntry): number {
  return (
    left.priority - right.priority ||
    compare(left.ref.namespace, right.ref.namespace) ||
    compare(left.ref.name, right.ref.name) ||
    compare(right.ref.kind, left.ref.kind) ||
    Number(left.tombstone) - Number(right.tombstone)
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
