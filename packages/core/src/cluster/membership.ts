import type { MutablePodSet, PodEntry } from './model.ts';
import type { PodClasses } from './pod-class.ts';
import type { PortNames } from './port-names.ts';

/** Makes a pod a member of just these sets (by id, ascending), with these names of ports. */
export function setMembership(
  pod: PodEntry,
  wanted: readonly MutablePodSet[],
  portNames: PortNames,
  classes: PodClasses,
): void {
  const before = pod.class;
  const same =
    before.portNames.key === portNames.key &&
    before.sets.length === wanted.length &&
    before.sets.every((set, index) => set === wanted[index]);
  if (same) return;
  for (const set of before.sets) if (!wanted.includes(set)) set.members.delete(pod);
  for (const set of wanted) set.members.add(pod);
  pod.class = classes.join(wanted, portNames);
  classes.leave(before);
}

/** Makes pods members of a set that is newer than all of theirs. */
export function enterNewest(
  pods: Iterable<PodEntry>,
  set: MutablePodSet,
  classes: PodClasses,
): void {
  for (const pod of pods) {
    const before = pod.class;
    set.members.add(pod);
    pod.class = classes.join([...before.sets, set], before.portNames);
    classes.leave(before);
  }
}

/** Ends all memberships of a set. */
export function dissolve(set: MutablePodSet, classes: PodClasses): void {
  for (const pod of set.members) {
    const before = pod.class;
    const sets = before.sets.filter((other) => other !== set);
    pod.class = classes.join(sets, before.portNames);
    classes.leave(before);
  }
  set.members.clear();
}
