import { formatAddress, type IpAddress, type Pod } from '@ringfence/core';
import type { LabNetwork } from '../network/lab-network.ts';
import type { PodNetwork } from '../network/pod-network.ts';
import type { HostAddress } from '../network/station.ts';
import { respond, type Responder } from '../traffic/responder.ts';

/** A pod that runs: it is on the network, and answers on its ports. */
export interface RunningPod {
  readonly pod: Pod;
  readonly addresses: readonly IpAddress[];
  readonly network: PodNetwork;
}

/** Runs pods on a network, as a kubelet does: what is said of a pod is what becomes of it. */
export interface PodRunner {
  /**
   * Makes of a pod what it is now. Another uid, node or address is another pod, in the old one's
   * place; one that has finished, or is on its node's network, has no network of its own.
   *
   * @returns `undefined` where it does not run.
   */
  run(pod: Pod, addresses: readonly IpAddress[]): RunningPod | undefined;
  /** Ends a pod; gives the one that ran. */
  end(namespace: string, name: string): RunningPod | undefined;
  running(): Iterable<RunningPod>;
  close(): void;
}

interface Held extends RunningPod {
  /** Equal as long as nothing changed for which its network must be another one. */
  readonly identity: string;
  readonly responders: Map<string, Responder>;
}

/** Makes a runner without pods. `onError` is told what goes wrong with a pod that runs. */
export function createPodRunner(
  network: LabNetwork,
  onError: (pod: Pod, error: Error) => void,
): PodRunner {
  const held = new Map<string, Held>();

  const end = (key: string): Held | undefined => {
    const before = held.get(key);
    if (before === undefined) return undefined;
    held.delete(key);
    for (const responder of before.responders.values()) responder.close();
    before.network.close();
    return before;
  };

  const connect = (key: string, pod: Pod, addresses: readonly IpAddress[]): Held => {
    const identity = identityOf(pod, addresses);
    const before = held.get(key);
    if (before?.identity === identity) return before;
    end(key);
    const connected = network.connect({
      key: `${key} ${pod.uid}`,
      node: pod.node,
      addresses: addresses.map(hostAddress),
    });
    return { pod, addresses, network: connected, identity, responders: new Map() };
  };

  return {
    run(pod, addresses) {
      const key = keyOf(pod);
      const runs = network.node(pod.node) !== undefined && addresses.length > 0;
      if (!runs || pod.hostNetwork || pod.finished) {
        end(key);
        return undefined;
      }
      const connected = connect(key, pod, addresses);
      const now = { ...connected, pod };
      held.set(key, now);
      answer(now, (error) => onError(pod, error));
      return now;
    },
    end: (namespace, name) => end(keyOf({ namespace, name })),
    running: () => held.values(),
    close() {
      for (const key of held.keys()) end(key);
    },
  };
}

/** Answers on the pod's ports, and no longer on those that it had. */
function answer({ pod, addresses, network, responders }: Held, onError: (e: Error) => void): void {
  const wanted = new Map<string, Parameters<typeof respond>[1]>(
    pod.ports.flatMap(({ protocol, port }) =>
      // There are no sockets for SCTP here.
      protocol === 'SCTP'
        ? []
        : addresses.map(({ family }) => {
            const asked = { protocol, port, family, name: pod.name } as const;
            return [`${protocol} ${port} ${family}`, asked] as const;
          }),
    ),
  );
  for (const [key, responder] of responders) {
    if (wanted.has(key)) continue;
    responder.close();
    responders.delete(key);
  }
  for (const [key, asked] of wanted) {
    if (responders.has(key)) continue;
    responders.set(key, respond(network.station.namespace, asked, onError));
  }
}

function identityOf({ uid, node }: Pod, addresses: readonly IpAddress[]): string {
  return [uid, node, ...addresses.map(formatAddress)].join(' ');
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function hostAddress(address: IpAddress): HostAddress {
  return { family: address.family, address: formatAddress(address) };
}
