/**
 * Measures what enforcement costs packets between two pods of a node, at 5,000 policies of which every
 * pod has a hundred. Everything is measured in turn: with nothing but connection tracking, with our
 * rules, with our rules of 10 policies, and with the same policies as chains (`agent/chain-layout.ts`).
 *
 * The targets: throughput and latency of established connections within 5 % of nothing but tracking;
 * new connections a second at 5,000 policies at least 90 % of those at 10; what the first packet of a
 * flow costs more than with tracking alone at most a fifth of what it costs with the chains, whether
 * a policy in the middle of its pod's allows it or the last one.
 */
import { missingPrivilege } from '@ringfence/netlink';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { measurePackets } from './agent/packets.ts';

const missing =
  missingPrivilege() ?? missingProgram('nft', '--version') ?? missingProgram('go', 'version');
if (missing === undefined) await main();
else process.stdout.write(`not measured: ${missing}\n`);

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringfence-packets-'));
  try {
    await measurePackets(built(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Builds the program that sends and answers, of which no build is kept. */
function built(folder: string): string {
  const program = path.join(folder, 'traffic');
  const source = path.join(import.meta.dirname, 'agent/traffic/main.go');
  const { status, stderr } = spawnSync('go', ['build', '-o', program, source], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GO111MODULE: 'off' },
  });
  if (status !== 0) throw new Error(`go build: ${stderr}`);
  return program;
}

function missingProgram(name: string, question: string): string | undefined {
  return spawnSync(name, [question]).status === 0 ? undefined : `there is no program ${name}`;
}
