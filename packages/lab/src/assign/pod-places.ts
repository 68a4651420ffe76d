import { addTo, removeFrom, type Pod } from '@ringfence/core';
import type { Nodes } from './nodes.ts';
import { nameKey } from '../object-key.ts';

/** Which pod is on which node. */
export interface PodPlaces {
  /**
   * Puts a pod where it must or may stay: where it says, else where it was bound before.
   *
   * @returns whether there is such a place.
   */
  stay(pod: Pod): boolean;
  /**
   * Binds a pod to the node with the fewest pods.
   *
   * @returns whether there is a node.
   */
  bind(pod: Pod): boolean;
  leave(pod: Pod): void;
  /** The name of a pod's node, also of one that does not exist; empty where the pod has none. */
  of(pod: Pod): string;
  /** Keys of the live pods that are on a node, or say so of one that does not exist. */
  on(node: string): Iterable<string>;
}

interface Place {
  readonly uid: string;
  readonly node: string;
  /** Nobody says it, it was chosen here. */
  readonly bound: boolean;
}

/** Makes places that no pod is in. */
export function createPodPlaces(nodes: Nodes): PodPlaces {
  const places = new Map<string, Place>();
  const pods = new Map<string, Set<string>>();

  const leave = (pod: Pod): void => {
    const key = nameKey(pod);
    removeFrom(pods, places.get(key)?.node ?? '', key);
    places.delete(key);
  };

  const put = (pod: Pod, place: Place): true => {
    leave(pod);
    places.set(nameKey(pod), place);
    // One that has finished takes no room.
    if (!pod.finished) addTo(pods, place.node, nameKey(pod));
    return true;
  };

  const mayStay = (pod: Pod, before: Place): boolean =>
    before.bound &&
    before.uid === pod.uid &&
    (pod.finished || nodes.find(before.node) !== undefined);

  return {
    stay(pod) {
      if (pod.node !== '') return put(pod, { uid: pod.uid, node: pod.node, bound: false });
      const before = places.get(nameKey(pod));
      if (before !== undefined && mayStay(pod, before)) return put(pod, before);
      leave(pod);
      return false;
    },
    bind(pod) {
      let [emptiest, fewest] = ['', Number.POSITIVE_INFINITY];
      for (const name of nodes.names()) {
        const size = pods.get(name)?.size ?? 0;
        if (size < fewest) [emptiest, fewest] = [name, size];
      }
      return emptiest !== '' && put(pod, { uid: pod.uid, node: emptiest, bound: true });
    },
    leave,
    of: (pod) => places.get(nameKey(pod))?.node ?? '',
    on: (node) => pods.get(node) ?? [],
  };
}
