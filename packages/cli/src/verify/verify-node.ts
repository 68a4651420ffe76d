import {
  type AgentOptions,
  type HeldTables,
  openTableReader,
  watchInterfaces,
} from '@ringfence/agent';
import type { Cluster } from '@ringfence/core';
import type { Proof } from '@ringfence/dataplane';
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT, Failure } from '../failure.ts';
import { differenceReport, type NodeReport } from './node-report.ts';
import { proofsOf } from './proofs.ts';
import { tablesIn } from './tables.ts';

/** A node that is to be verified. */
export interface NodeToVerify {
  readonly cluster: Cluster;
  /** As its agent has them. */
  readonly settings: Omit<AgentOptions, 'source' | 'log'>;
  /** Does something in the node's network namespace. */
  readonly enter: <T>(make: () => T) => T;
  /** So many differences are told whole. */
  readonly most: number;
}

/** Where an agent was at work, it is looked again after so long, and so often. */
const AGAIN_MS = 100;
const MOST_LOOKS = 3;

/**
 * Compares what the kernel of a node holds with what the policies mean.
 *
 * Where something is different and the rules were changed since they were read, an agent is at work:
 * all is read again.
 *
 * @throws {Failure} where the kernel cannot be read.
 */
export async function verifyNode(of: NodeToVerify): Promise<NodeReport> {
  const { settings, enter } = of;
  const reader = enter(openTableReader);
  const read = (): HeldTables => {
    const held = reader.read(settings.table);
    if (held.kind === 'ok') return held.value;
    throw new Failure(EXIT.badInput, `the kernel cannot be read: ${held.error}`);
  };
  try {
    let started = performance.now();
    let held = read();
    for (let look = 1; ; look += 1) {
      const readMs = performance.now() - started;
      const report = await proveNode(of, held, readMs);
      if (report.holds || look === MOST_LOOKS) return report;
      await pause(AGAIN_MS);
      started = performance.now();
      const again = read();
      if (again.generation === held.generation) return report;
      held = again;
    }
  } finally {
    reader.close();
  }
}

async function proveNode(of: NodeToVerify, held: HeldTables, readMs: number): Promise<NodeReport> {
  const { settings, enter } = of;
  const { podInterfaces, exclude = [], believe = 'pods' } = settings;
  const started = performance.now();
  const interfaces = enter(() => watchInterfaces({ podInterfaces, exclude, believe }));
  try {
    const tables = tablesIn(held.tables, {
      name: settings.table,
      needsBridge: interfaces.podPorts().length > 0,
    });
    const proofs = proofsOf(tables, { ...of, interfaces });
    const { wrong, notes } = tables;
    const proveMs = performance.now() - started;
    return reportOf(proofs, { node: settings.node, wrong, notes, readMs, proveMs });
  } finally {
    interfaces.close();
    await interfaces.ended;
  }
}

const NOTHING: Proof['compared'] = {
  rules: 0,
  elements: 0,
  addresses: 0,
  numbers: 0,
  classes: 0,
  parts: 0,
  subjects: 0,
  functions: 0,
};

function reportOf(
  proofs: readonly Proof[],
  of: Pick<NodeReport, 'node' | 'wrong' | 'notes' | 'readMs' | 'proveMs'>,
): NodeReport {
  const differencesInAll = sumOf(proofs, (proof) => proof.differencesInAll);
  const [first] = proofs;
  return {
    ...of,
    holds: of.wrong.length === 0 && differencesInAll === 0,
    differences: proofs.flatMap(({ differences }) => differences.map(differenceReport)),
    differencesInAll,
    harmless: proofs.flatMap(({ harmless }) => harmless.map(differenceReport)),
    harmlessInAll: sumOf(proofs, (proof) => proof.harmlessInAll),
    compared: {
      ...(first?.compared ?? NOTHING),
      rules: sumOf(proofs, ({ compared }) => compared.rules),
      elements: sumOf(proofs, ({ compared }) => compared.elements),
    },
  };
}

function sumOf(proofs: readonly Proof[], count: (proof: Proof) => number): number {
  return proofs.reduce((sum, proof) => sum + count(proof), 0);
}
