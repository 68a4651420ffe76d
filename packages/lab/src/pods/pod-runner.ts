import { formatAddress, type IpAddress, type Pod } from '@ringfence/core';
import type { LabNetwork } from '../network/lab-network.ts';
import type { HostAddress, Station } from '../network/station.ts';
import type { Responder } from '../traffic/responder.ts';
import { nameKey } from '../object-key.ts';

/** A pod that runs: it is on the network, and answers. */
export interface RunningPod {
  readonly pod: Pod;
  readonly addresses: readonly IpAddress[];
  readonly station: Station;
  /** The node's end of its veth; `undefined` for one on its node's network. */
  readonly nodeInterface: string | undefined;
  /** The name of its network namespace, where it has one. */
  readonly netns: string | undefined;
}

/** Something that a pod answers with, such as a port. */
export interface Offer {
  /** Equal as long as it is the same. */
  readonly key: string;
  /** @throws where it cannot be offered: somebody else has the port. */
  start(): Responder;
}

/** Runs pods on a network, as a kubelet does: what is said of a pod is what becomes of it. */
export interface PodRunner {
  /**
   * Makes of a pod what it is now. Another uid, node or address is another pod, in the old one's
   * place; one that has finished, or has no address or no node yet, does not run.
   *
   * @returns `undefined` where it does not run.
   */
  run(pod: Pod): RunningPod | undefined;
  /** Whether what is said of a pod now leaves it on the network as it is. */
  keeps(pod: Pod): boolean;
  /** Ends a pod; gives the one that ran. */
  end(namespace: string, name: string): RunningPod | undefined;
  find(namespace: string, name: string): RunningPod | undefined;
  running(): Iterable<RunningPod>;
  /** Nobody answers any more; the network is for whom it belongs to to close. */
  close(): void;
}

export interface PodRunnerOptions {
  /** What a pod answers with. */
  readonly offers: (running: RunningPod) => readonly Offer[];
  /** Is told what goes wrong with a pod that runs. */
  readonly onError: (pod: Pod, error: Error) => void;
}

interface Held extends RunningPod {
  /** Equal as long as nothing changed for which its network must be another one. */
  readonly identity: string;
  readonly responders: Map<string, Responder>;
  leave(): void;
}

/** Makes a runner without pods. */
export function createPodRunner(
  network: LabNetwork,
  { offers, onError }: PodRunnerOptions,
): PodRunner {
  const held = new Map<string, Held>();

  const end = (key: string): Held | undefined => {
    const before = held.get(key);
    if (before === undefined) return undefined;
    held.delete(key);
    for (const responder of before.responders.values()) responder.close();
    before.leave();
    return before;
  };

  const connect = (key: string, pod: Pod): Held => {
    const identity = identityOf(pod);
    const before = held.get(key);
    if (before?.identity === identity) return before;
    end(key);
    return { ...join(network, pod), identity, responders: new Map() };
  };

  return {
    run(pod) {
      const key = nameKey(pod);
      if (!canRun(network, pod)) {
        end(key);
        return undefined;
      }
      const now: Held = { ...connect(key, pod), pod };
      held.set(key, now);
      offer(now, offers(now), (error) => onError(pod, error));
      return now;
    },
    keeps: (pod) => held.get(nameKey(pod))?.identity === identityOf(pod),
    end: (namespace, name) => end(nameKey({ namespace, name })),
    find: (namespace, name) => held.get(nameKey({ namespace, name })),
    running: () => held.values(),
    close() {
      for (const { responders } of held.values()) {
        for (const responder of responders.values()) responder.close();
      }
      held.clear();
    },
  };
}

function canRun(network: LabNetwork, { node, addresses, hostNetwork, finished }: Pod): boolean {
  if (finished || network.node(node) === undefined) return false;
  return hostNetwork || addresses.length > 0;
}

/** Puts a pod on the network: on one of its own, or on its node's. */
function join(network: LabNetwork, pod: Pod): Omit<Held, 'identity' | 'responders'> {
  const { namespace, name, uid, node, addresses } = pod;
  if (pod.hostNetwork) {
    const { station, netns } = network.hostNetwork(node);
    return { pod, addresses, station, netns, nodeInterface: undefined, leave() {} };
  }
  const { station, netns, nodeInterface, close } = network.connect({
    key: `${nameKey(pod)} ${uid}`,
    node,
    addresses: addresses.map(hostAddress),
    called: { namespace, name },
  });
  return { pod, addresses, station, netns, nodeInterface, leave: close };
}

/** Offers what a pod answers with, and no longer what it did before. */
function offer(
  { responders }: Held,
  offers: readonly Offer[],
  onError: (error: Error) => void,
): void {
  const wanted = new Set(offers.map(({ key }) => key));
  for (const [key, responder] of responders) {
    if (wanted.has(key)) continue;
    responder.close();
    responders.delete(key);
  }
  for (const { key, start } of offers) {
    if (responders.has(key)) continue;
    try {
      responders.set(key, start());
    } catch (error) {
      // The pod runs without it, as one does whose program could not listen.
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

function identityOf({ uid, node, hostNetwork, finished, addresses }: Pod): string {
  return [uid, node, hostNetwork, finished, ...addresses.map(formatAddress)].join(' ');
}

function hostAddress(address: IpAddress): HostAddress {
  return { family: address.family, address: formatAddress(address) };
}
