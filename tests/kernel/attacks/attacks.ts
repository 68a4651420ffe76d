import type { Buffer } from 'node:buffer';
import type { Family } from '@ringfence/core';
import { missingPrivilege } from '@ringfence/netlink';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PodName } from './cast.ts';
import type { Topology } from './lab.ts';
import { type Ends, packet, type PacketOptions, type Segment } from './packets.ts';
import { besiege, ends, type Place, type Siege } from './siege.ts';

/** Where, and in which family. */
export type Case = `${Topology} ${Family}`;

/** Something that a pod tries. */
export interface Attack {
  /** What it is, and why it might work. */
  readonly reason: string;
  readonly from: PodName;
  /** Where it is not to arrive. */
  readonly to: Place;
  /** Both when absent. */
  readonly topologies?: readonly Topology[];
  /** Both when absent. */
  readonly families?: readonly Family[];
  /** Where the kernel itself lets nothing arrive, whether anybody enforces policy or not. */
  readonly kernelStops?: readonly Case[];
  /** Where it arrives all the same: nobody can tell it from what must pass, or it is meant so. */
  readonly passes?: readonly Case[];
  /** Sends packets with the mark in them. */
  act(siege: Siege, between: Ends, mark: Buffer): void | Promise<void>;
}

export const EVERYWHERE: readonly Case[] = [
  'routed IPv4',
  'routed IPv6',
  'bridge IPv4',
  'bridge IPv6',
];

const missing = missingPrivilege();
const TOPOLOGIES = ['routed', 'bridge'] as const;
const FAMILIES = ['IPv4', 'IPv6'] as const;

/** An attack by one packet from a pod's own address. */
export function onePacket(
  attack: Omit<Attack, 'act'>,
  segment: (between: Ends, mark: Buffer) => Segment,
  how?: PacketOptions,
): Attack {
  return {
    ...attack,
    act(siege, between, mark) {
      siege.send(attack.from, attack.to, packet(between, segment(between, mark), how));
    },
  };
}

/** Tries attacks where nobody enforces policy, to see that they work, and where agents do. */
export function defend(topic: string, attacks: readonly Attack[]): void {
  const title = missing === undefined ? topic : `${topic} (skipped: ${missing})`;
  for (const topology of TOPOLOGIES) {
    const rows = attacks
      .filter(({ topologies = TOPOLOGIES }) => topologies.includes(topology))
      .flatMap((attack) =>
        (attack.families ?? FAMILIES).map((family): readonly [string, Case, Attack] => [
          `${attack.reason}, ${family}`,
          `${topology} ${family}`,
          attack,
        ]),
      );
    for (const enforced of [false, true]) {
      const where = `${title}: ${topology}, ${enforced ? 'enforced' : 'not enforced'}`;
      describe.skipIf(missing !== undefined || rows.length === 0)(where, () => {
        let siege: Siege;
        beforeAll(async () => {
          siege = await besiege(topology, { enforced });
        });
        afterAll(async () => {
          await siege.close();
        });

        test.each(rows)('%s', async (name, tried, attack) => {
          const { to, kernelStops = [], passes = [] } = attack;
          const { sent, arrived } = await attempt(siege, attack, familyOf(tried));
          process.stdout.write(`${where}: ${name}: ${sent} sent, ${arrived} arrived at ${to}\n`);
          const isThrough = !kernelStops.includes(tried) && (!enforced || passes.includes(tried));
          if (isThrough) expect(arrived).toBeGreaterThan(0);
          else expect(arrived).toBe(0);
          expect(siege.problems).toEqual([]);
        });
      });
    }
  }
}

async function attempt(
  siege: Siege,
  { from, to, act }: Attack,
  family: Family,
): Promise<{ readonly sent: number; readonly arrived: number }> {
  const mark = siege.mark();
  const before = siege.sent();
  await act(siege, ends(siege, from, to, family), mark);
  const sent = siege.sent() - before;
  await siege.after(from);
  return { sent, arrived: siege.count(to, mark) };
}

function familyOf(tried: Case): Family {
  return tried.endsWith('IPv4') ? 'IPv4' : 'IPv6';
}
