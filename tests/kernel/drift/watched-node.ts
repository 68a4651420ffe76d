import { type Agent, DEFAULT_AGENT_OPTIONS, startAgent } from '@ringfence/agent';
import { decode, type KubernetesObject } from '@ringfence/core';
import type { ObjectListener } from '@ringfence/kube';
import {
  addAddress,
  addBridge,
  addRoute,
  addVeth,
  linkNamed,
  makeNamespace,
  type NetlinkSocket,
  type NetworkNamespace,
  openNetfilterSocket,
  openRouteSocket,
  setLink,
} from '@ringfence/netlink';

/** A node with a pod that is routed to and one behind a bridge, and its agent. */
export interface WatchedNode {
  readonly namespace: NetworkNamespace;
  /** Somebody else's line to the kernel. */
  readonly stranger: NetlinkSocket;
  readonly agent: Agent;
  readonly listener: ObjectListener;
  readonly log: string[];
  /** How many tables were made good until now. */
  repairs(): number;
  /** Waits until something holds, looking again whenever the agent may say something else. */
  until(holds: () => boolean): Promise<void>;
  /** Ends the agent; its rules stay. */
  close(): Promise<void>;
}

/** Makes the node; agents are started on it one after the other, told of all objects or of none yet. */
export function makeNode(): {
  readonly namespace: NetworkNamespace;
  start(options: { readonly owned: boolean; readonly told: boolean }): WatchedNode;
  /** A line to the kernel for whoever comes while no agent runs. */
  stranger(): NetlinkSocket;
  close(): void;
} {
  const namespace = makeNamespace();
  const pods = [makeNamespace(), makeNamespace()] as const;
  const sockets: NetlinkSocket[] = [];
  plug(namespace, pods);
  return {
    namespace,
    start: (options) => startOn(namespace, options),
    stranger() {
      const socket = openNetfilterSocket(namespace);
      sockets.push(socket);
      return socket;
    },
    close() {
      for (const each of [...sockets, namespace, ...pods]) each.close();
    },
  };
}

/** Pod `routed` at 10.1.0.2 behind `veth-r`, pod `bridged` at 10.1.1.3 behind `veth-b` of `cni0`. */
function plug(node: NetworkNamespace, [routed, bridged]: readonly NetworkNamespace[]): void {
  if (routed === undefined || bridged === undefined) throw new Error('there are two pods');
  const route = openRouteSocket(node);
  const index = (name: string): number => linkNamed(route, name)?.index ?? 0;
  addVeth(route, { name: 'veth-r', up: true, peer: { name: 'eth0', namespace: routed } });
  addRoute(route, { destination: { address: '10.1.0.2', prefix: 32 }, link: index('veth-r') });
  addBridge(route, { name: 'cni0', up: true });
  addAddress(route, { link: index('cni0'), address: '10.1.1.1', prefix: 24 });
  const peer = { name: 'eth0', namespace: bridged };
  addVeth(route, { name: 'veth-b', up: true, master: index('cni0'), peer });
  route.close();
  const inside = openRouteSocket(bridged);
  const eth0 = linkNamed(inside, 'eth0')?.index ?? 0;
  setLink(inside, eth0, { up: true });
  addAddress(inside, { link: eth0, address: '10.1.1.3', prefix: 24 });
  inside.close();
}

function startOn(
  namespace: NetworkNamespace,
  { owned, told }: { readonly owned: boolean; readonly told: boolean },
): WatchedNode {
  const log: string[] = [];
  const listeners: ObjectListener[] = [];
  const agent = namespace.enter(() =>
    startAgent({
      ...DEFAULT_AGENT_OPTIONS,
      node: 'n1',
      source: {
        async follow(listener, signal) {
          listeners.push(listener);
          await new Promise((resolve) => {
            signal.addEventListener('abort', resolve);
          });
        },
      },
      ownTables: owned,
      log: (message) => void log.push(message),
    }),
  );
  const [listener] = listeners;
  if (listener === undefined) throw new Error('it follows its source');
  if (told) listener.replace(OBJECTS, 'v1');
  const stranger = openNetfilterSocket(namespace);
  let isClosed = false;
  let look: () => void = () => undefined;
  agent.onStatus(() => look());
  return {
    namespace,
    stranger,
    agent,
    listener,
    log,
    repairs: () => Number(/^ringfence_drift_repairs_total (\d+)$/m.exec(agent.metrics())?.[1]),
    async until(holds) {
      await new Promise<void>((resolve) => {
        look = () => {
          if (holds()) resolve();
        };
        look();
      });
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await agent.stop();
      stranger.close();
    },
  };
}

const pod = (name: string, address: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', labels: { app: name } },
  spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'any' }] },
  status: { podIPs: [{ ip: address }] },
});

/** What an agent is told of. */
export const OBJECTS: readonly KubernetesObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1' },
    spec: { podCIDRs: ['10.1.0.0/16'] },
  },
  pod('routed', '10.1.0.2'),
  pod('bridged', '10.1.1.3'),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'routed', namespace: 'shop' },
    spec: {
      podSelector: { matchLabels: { app: 'routed' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }],
      egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }],
    },
  },
].map((manifest) => {
  const decoded = decode(manifest, { namespace: 'default', reading: 'strict' });
  if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
  return decoded.object;
});
