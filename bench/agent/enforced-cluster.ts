import type { KubernetesObject, NetworkPolicy, Pod } from '@ringfence/core';
import { DEFAULT_COMPILE_OPTIONS } from '@ringfence/dataplane';
import { nftElements, nftGeneration, openNetfilterSocket } from '@ringfence/netlink';
import { companyObjects } from '../company.ts';
import { makeBenchNode } from './bench-node.ts';
import { type EventPods, eventPods } from './pod-events.ts';
import { startToldAgent, type ToldAgent } from './told-agent.ts';

/** A cluster that an agent has put into force on its node. */
export interface EnforcedCluster extends EventPods {
  readonly agent: ToldAgent;
  /** From the objects to the kernel's acknowledgement. */
  readonly startMs: number;
  /** Another one after every transaction of the kernel. */
  generation(): number;
  /** How many rows hold ranges, in the larger of the sets of both families. */
  rangeRows(): number;
  close(): Promise<void>;
}

/** The node of the agent. */
export const NODE = 'node-3';

const TABLE = { family: 'inet', table: DEFAULT_COMPILE_OPTIONS.table } as const;
const RANGES = ['ingress4_ranges', 'ingress6_ranges'];

/** Makes the node, gives its pods their interfaces, and puts the objects into force. */
export function enforceCluster(objects: readonly KubernetesObject[]): EnforcedCluster {
  const pods = eventPods(
    objects.filter((object) => object.kind === 'Pod'),
    NODE,
  );
  const node = makeBenchNode();
  for (const pod of [...pods.local, ...pods.spare]) node.plug(pod);
  const socket = openNetfilterSocket(node.namespace);
  const agent = startToldAgent(node.namespace, NODE);
  const startMs = agent.replace(objects);
  return {
    ...pods,
    agent,
    startMs,
    generation: () => nftGeneration(socket).id,
    rangeRows: () =>
      Math.max(...RANGES.map((name) => nftElements(socket, { ...TABLE, name }).length)),
    async close() {
      await agent.stop();
      socket.close();
      node.close();
    },
  };
}

/** A company's objects, a hundred pods on each node, no two of them of one team. */
export function companyOnNodes(teams: number): readonly KubernetesObject[] {
  let index = 0;
  return [...companyObjects({ teams, podsOfTeam: 100 })].map((object) => {
    if (object.kind !== 'Pod') return object;
    const place = (index - Math.floor(index / 100)) % teams;
    index += 1;
    return { ...object, node: `node-${(place + teams) % teams}` };
  });
}

/** For each pod of the node ten rows that hold ranges: peers of ten workloads, a range each. */
export function rangePolicies(local: readonly Pod[]): readonly NetworkPolicy[] {
  return namespacesOf(local).map((namespace) => ({
    kind: 'NetworkPolicy',
    namespace,
    name: 'ranges',
    generation: 1,
    subject: [],
    egress: { kind: 'notIsolated' },
    ingress: {
      kind: 'isolated',
      rules: Array.from({ length: 10 }, (_, app) => ({
        peers: {
          kind: 'peers',
          peers: [
            {
              kind: 'pods',
              namespaces: { kind: 'own' },
              pods: [{ kind: 'in', key: 'app', values: new Set([`app-${app}`]) }],
            },
          ],
        },
        ports: {
          kind: 'ports',
          ports: [{ kind: 'range', protocol: 'TCP', from: 30_000, to: 31_000 + app }],
        },
      })),
    },
  }));
}

/** The namespaces of some pods, each once. */
export function namespacesOf(pods: readonly Pod[]): readonly string[] {
  return [...new Set(pods.map(({ namespace }) => namespace))].sort();
}
