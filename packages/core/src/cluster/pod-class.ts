import type { MutablePodClass, MutablePodSet } from './model.ts';
import type { PortNames } from './port-names.ts';
import { createSubjectClasses } from './subject-class.ts';

/** The classes of pods of one cluster. */
export interface PodClasses {
  /**
   * The class of a pod that is in these sets (by id, ascending) and names its ports so; balanced by
   * `leave`.
   */
  join(sets: readonly MutablePodSet[], portNames: PortNames): MutablePodClass;
  leave(of: MutablePodClass): void;
  /** A set got its first or lost its last policy: its classes are other subjects now. */
  regroup(set: MutablePodSet): void;
  /** The policies of a set changed: what was derived from them is forgotten. */
  invalidate(set: MutablePodSet): void;
}

/** Makes an empty collection of classes. */
export function createPodClasses(): PodClasses {
  const subjects = createSubjectClasses();
  const classes = new Map<string, MutablePodClass>();
  return {
    join(sets, portNames) {
      const setIds = sets.map(({ id }) => id);
      const key = `${setIds.join()}|${portNames.key}`;
      let joined = classes.get(key);
      if (joined === undefined) {
        joined = { key, sets, setIds, portNames, subject: subjects.join(sets), pods: 0 };
        classes.set(key, joined);
        for (const set of sets) set.classes.add(joined);
      }
      joined.pods += 1;
      return joined;
    },
    leave(left) {
      left.pods -= 1;
      if (left.pods > 0) return;
      classes.delete(left.key);
      subjects.leave(left.subject);
      for (const set of left.sets) set.classes.delete(left);
    },
    regroup(set) {
      for (const each of set.classes) {
        const before = each.subject;
        each.subject = subjects.join(each.sets);
        subjects.leave(before);
      }
    },
    invalidate(set) {
      for (const { subject } of set.classes) {
        subject.egress = undefined;
        subject.ingress = undefined;
      }
    },
  };
}
