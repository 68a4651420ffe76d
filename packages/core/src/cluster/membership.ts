import type { MutablePodSet, PodEntry } from './model.ts';

/** Makes a pod a member of a set that it is no member of. */
export function enterSet(pod: PodEntry, set: MutablePodSet): void {
  set.members.add(pod);
  // Mostly the set is newer than all others of the pod, and this is a push.
  let place = pod.setIds.length;
  while (place > 0 && (pod.setIds[place - 1] ?? 0) > set.id) place -= 1;
  pod.setIds.splice(place, 0, set.id);
  pod.sets.splice(place, 0, set);
}

/** Ends a pod's membership of a set. */
export function leaveSet(pod: PodEntry, set: MutablePodSet): void {
  set.members.delete(pod);
  const place = pod.sets.indexOf(set);
  if (place === -1) throw new Error(`${pod.object.name} is no member of set ${set.id}`);
  pod.setIds.splice(place, 1);
  pod.sets.splice(place, 1);
}
