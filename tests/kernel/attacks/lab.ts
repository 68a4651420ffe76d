import { formatAddress, type IpAddress } from '@ringfence/core';
import { createLab, type Lab, type NodeNetwork, type RunningPod } from '@ringfence/lab';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { currentNamespace, type NetworkNamespace } from '@ringfence/netlink';
import { makeEnforcedLab } from '../enforced-lab.ts';
import { upsert } from '../flows/random-changes.ts';
import { openOutside } from '../flows/outside.ts';
import { castObjects, objectName, type PodName, PODS } from './cast.ts';

export type Topology = 'routed' | 'bridge';

/** The network that is attacked, with agents or without. */
export interface AttackedLab {
  readonly topology: Topology;
  readonly enforced: boolean;
  readonly lab: Lab;
  readonly outside: NetworkNamespace;
  node(name: string): NetworkNamespace;
  pod(name: PodName): RunningPod;
  /** What the lab and its agents complained of. */
  readonly problems: readonly string[];
  /** Resolves when what the lab was last told is in force. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Makes it with everybody in it, and waits until what they may do is in force. */
export async function makeAttackedLab(
  topology: Topology,
  { enforced }: { readonly enforced: boolean },
): Promise<AttackedLab> {
  const made = enforced ? makeEnforcedLab({ topology, nodes: 2 }) : makeOpenLab(topology);
  const { lab, networks, problems } = made;
  lab.apply(castObjects().map(upsert));
  // Pods run a moment after nodes are there.
  while ([...lab.pods()].length < Object.keys(PODS).length) await nextTurn();
  await made.settled();
  const outside = openOutside();
  const nodes = new Map(
    [...networks].map(([name, network]) => [name, network.enter(currentNamespace)]),
  );
  return {
    topology,
    enforced,
    lab,
    outside,
    problems,
    settled: made.settled,
    node(name) {
      const found = nodes.get(name);
      if (found === undefined) throw new Error(`there is no node ${name}`);
      return found;
    },
    pod(name) {
      const { namespace, name: called } = objectName(name);
      for (const each of lab.pods()) {
        if (each.pod.namespace === namespace && each.pod.name === called) return each;
      }
      throw new Error(`pod ${called} does not run`);
    },
    async close() {
      for (const each of [outside, ...nodes.values()]) each.close();
      await made.close();
    },
  };
}

/** The same without agents: nobody enforces anything. */
function makeOpenLab(topology: Topology): {
  readonly lab: Lab;
  readonly networks: ReadonlyMap<string, NodeNetwork>;
  readonly problems: readonly string[];
  settled(): Promise<void>;
  close(): Promise<void>;
} {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringfence-open-'));
  const problems: string[] = [];
  const networks = new Map<string, NodeNetwork>();
  const lab = createLab({
    topology,
    encapsulation: 'none',
    nodes: 2,
    folder,
    onError: (what, error) => problems.push(`${what}: ${error.message}`),
    enforcer: {
      change: () => undefined,
      nodes(made) {
        for (const [name, network] of made) networks.set(name, network);
        queueMicrotask(() => {
          for (const name of made.keys()) lab.admit(name);
        });
      },
    },
  });
  return {
    lab,
    networks,
    problems,
    settled: async () => undefined,
    async close() {
      lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The address of a family among some. */
export function addressOf(addresses: readonly IpAddress[], family: 'IPv4' | 'IPv6'): string {
  const found = addresses.find((each) => each.family === family);
  if (found === undefined) throw new Error(`no ${family} address`);
  return formatAddress(found);
}
