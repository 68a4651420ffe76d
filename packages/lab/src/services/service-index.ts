import type { Change, IpAddress, Node, ObjectRef, Pod, Service } from '@ringfence/core';
import { createBackends } from './backends.ts';
import { type Backend, portalsOf, portalsText, type ServicePortals } from './portal.ts';
import { nameKey } from '../object-key.ts';

/** Follows what happens to objects, and tells what it means for Services. */
export interface ServiceIndex {
  /**
   * The Services whose portals are other ones now, by name, each once; those that are gone have none. Pods
   * must come with the addresses that they have; of objects of other kinds than Pod, Service and
   * Node it takes no notice.
   *
   * The cost grows with the Services that the object bears on and with their backends, not with all
   * Services and pods.
   */
  apply(change: Change): readonly ServicePortals[];
  /** All Services that have portals. */
  all(): Iterable<ServicePortals>;
}

interface HeldService {
  readonly service: Service;
  portals: ServicePortals;
  text: string;
}

/** Makes an index without objects. */
export function createServiceIndex(): ServiceIndex {
  const services = new Map<string, HeldService>();
  const pods = new Map<string, Pod>();
  const nodes = new Map<string, Node>();
  /** By node: the pods that are on its network. */
  const hostPods = new Map<string, Set<string>>();
  const backends = createBackends();

  const settle = (keys: Iterable<string>): readonly ServicePortals[] =>
    [...keys].sort().flatMap((key) => {
      const held = services.get(key);
      if (held === undefined) return [];
      const portals = portalsOf(held.service, backends.of(key));
      const text = portalsText(portals);
      if (text === held.text) return [];
      held.text = text;
      held.portals = { key, portals };
      return [held.portals];
    });

  const removeService = (key: string): readonly ServicePortals[] => {
    const before = services.get(key);
    services.delete(key);
    backends.removeService(key);
    return before === undefined || before.text === '' ? [] : [{ key, portals: [] }];
  };

  const upsertService = (service: Service): readonly ServicePortals[] => {
    const key = nameKey(service);
    const before = services.get(key);
    services.set(key, {
      service,
      portals: before?.portals ?? { key, portals: [] },
      text: before?.text ?? '',
    });
    backends.setService(key, service);
    return settle([key]);
  };

  const forgetHostPod = (key: string): void => {
    const before = pods.get(key);
    if (before !== undefined) hostPods.get(before.node)?.delete(key);
  };

  const upsertPod = (pod: Pod): readonly ServicePortals[] => {
    const key = nameKey(pod);
    forgetHostPod(key);
    pods.set(key, pod);
    if (pod.hostNetwork) {
      const own = hostPods.get(pod.node) ?? new Set();
      hostPods.set(pod.node, own.add(key));
    }
    const addresses = pod.hostNetwork
      ? (nodes.get(pod.node)?.addresses ?? pod.addresses)
      : pod.addresses;
    return settle(backends.setPod(pod, backendOf(pod, addresses)));
  };

  const removePod = (ref: ObjectRef): readonly ServicePortals[] => {
    const key = nameKey(ref);
    forgetHostPod(key);
    pods.delete(key);
    return settle(backends.removePod(ref));
  };

  /** Those on a node's network have the node's addresses. */
  const setNode = (name: string, node: Node | undefined): readonly ServicePortals[] => {
    if (node === undefined) nodes.delete(name);
    else nodes.set(name, node);
    const changed = new Map<string, ServicePortals>();
    // A copy: they are taken out and put in again meanwhile.
    const keys = [...(hostPods.get(name) ?? [])];
    for (const key of keys) {
      const pod = pods.get(key);
      if (pod === undefined) continue;
      for (const each of upsertPod(pod)) changed.set(each.key, each);
    }
    return [...changed.values()];
  };

  return {
    apply(change) {
      if (change.kind === 'upsert') {
        const { object } = change;
        if (object.kind === 'Pod') return upsertPod(object);
        if (object.kind === 'Service') return upsertService(object);
        return object.kind === 'Node' ? setNode(object.name, object) : [];
      }
      if (change.kind !== 'delete') return [];
      const { ref } = change;
      if (ref.kind === 'Pod') return removePod(ref);
      if (ref.kind === 'Service') return removeService(nameKey(ref));
      return ref.kind === 'Node' ? setNode(ref.name, undefined) : [];
    },
    *all() {
      for (const { portals } of services.values()) if (portals.portals.length > 0) yield portals;
    },
  };
}

/** @returns `undefined` for a pod that no connection may be led to. */
function backendOf(pod: Pod, addresses: readonly IpAddress[]): Backend | undefined {
  const { name, node, ports, finished, terminating } = pod;
  if (finished || terminating || node === '' || addresses.length === 0) return undefined;
  return { name, node, addresses, ports };
}
