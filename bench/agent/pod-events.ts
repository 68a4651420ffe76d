import type { Change, Pod } from '@ringfence/core';

/** What happens to pods, in the order in which it happens. */
export const POD_EVENTS = [
  'remote pod added',
  'remote pod relabelled',
  'local pod added',
  'local pod relabelled',
  'remote pod removed',
  'local pod removed',
] as const;

export type PodEvent = (typeof POD_EVENTS)[number];

/** The pods of a cluster that events are about. */
export interface EventPods {
  readonly remote: readonly Pod[];
  readonly local: readonly Pod[];
  /** Pods that may come to the node: it has interfaces for them already. */
  readonly spare: readonly Pod[];
}

/** Addresses of which no cluster makes use. */
const FIRST_NEW = 0x0b00_0000;
const SPARES = 20;
const APPS = 12;

/** Tells pods that are of a node from others, and gives it some to come. */
export function eventPods(pods: readonly Pod[], node: string): EventPods {
  const local = pods.filter((pod) => pod.node === node);
  return {
    local,
    remote: pods.filter((pod) => pod.node !== node),
    spare: Array.from({ length: SPARES }, (_, index) =>
      newPod(at(local, index), `spare-${index}`, FIRST_NEW + 0xf0_0000 + index),
    ),
  };
}

/** Makes the changes of ever further turns; each event must follow the one before. */
export function podEvents(pods: EventPods): (event: PodEvent, turn: number) => Change {
  /** As they are now. */
  const now = new Map<string, Pod>();
  const relabelled = (pod: Pod, turn: number): Change => {
    const is = now.get(pod.uid) ?? pod;
    const app = Number(/\d+$/u.exec(is.labels.get('app') ?? '')?.[0] ?? 0);
    const other = `app-${(app + 1 + (turn % (APPS - 2))) % APPS}`;
    const object: Pod = { ...is, labels: new Map([...is.labels, ['app', other]]) };
    now.set(pod.uid, object);
    return { kind: 'upsert', object };
  };
  const remote = (turn: number): Pod =>
    newPod(at(pods.remote, turn), `new-${turn}`, FIRST_NEW + turn);
  const local = (turn: number): Pod => {
    const { labels, namespace } = at(pods.local, turn);
    return { ...at(pods.spare, turn), uid: `local-${turn}`, labels, namespace };
  };
  return (event, turn) => {
    switch (event) {
      case 'remote pod added':
        return { kind: 'upsert', object: remote(turn) };
      case 'remote pod relabelled':
        return relabelled(at(pods.remote, turn + 1), turn);
      case 'local pod added':
        return { kind: 'upsert', object: local(turn) };
      case 'local pod relabelled':
        return relabelled(at(pods.local, turn + 1), turn);
      case 'remote pod removed':
        return removed(remote(turn));
      case 'local pod removed':
        return removed(local(turn));
      default:
        throw new Error('there are no other events');
    }
  };
}

function newPod(pod: Pod, name: string, value: number): Pod {
  return {
    ...pod,
    name,
    uid: name,
    addresses: [
      { family: 'IPv4', value },
      { family: 'IPv6', value: (0x2001_0db8n << 96n) + BigInt(value) },
    ],
  };
}

function removed({ kind, namespace, name }: Pod): Change {
  return { kind: 'delete', ref: { kind, namespace, name } };
}

function at<T>(items: readonly T[], turn: number): T {
  const item = items[(turn * 7_919) % items.length];
  if (item === undefined) throw new Error('there are items of every kind');
  return item;
}
