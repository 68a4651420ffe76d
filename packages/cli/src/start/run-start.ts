import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluate } from '@ringfence/core';
import type { Typed } from '../command-line/command.ts';
import { paintFor } from '../command-line/paint.ts';
import { EXIT, Failure } from '../failure.ts';
import { type Input, loadCluster } from '../input/load-cluster.ts';
import type { World } from '../world.ts';
import { partiesOf } from './party.ts';
import { tableText } from '../truth/table-text.ts';
import { predictedRows } from './predicted-rows.ts';

/** The checkout that this file is part of. */
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** A connection of the shop that somebody could expect to work, and that is denied. */
const DENIED = { client: 'web-1', server: 'db-0', namespace: 'shop', port: 5432 } as const;

/** Prints what the shop's policies mean, and what to try next. */
export async function runStart(world: World, typed: Typed): Promise<number> {
  const path = (inside: string): string => relative(world.cwd, `${ROOT}${inside}`) || '.';
  const shop = path('examples/shop');
  if (!existsSync(`${ROOT}examples/shop`)) {
    throw new Failure(EXIT.worldFailed, 'the shop is part of a checkout, and there is none here');
  }
  const flags = new Map([...typed.flags, ['filename', [shop]] as const]);
  const input = await loadCluster(world, { operands: [], flags });
  const paint = paintFor(world, typed);
  const parties = partiesOf(input.cluster);
  const names = parties.map(({ name }) => name);
  const table = tableText(names, predictedRows(input.cluster, parties), paint);
  const ringfence = path('packages/cli/bin/ringfence');
  const { client, server, namespace, port } = DENIED;
  const lines = [
    `${paint.strong('predicted, nothing enforced')}: ${shop}   x allowed  . denied  ~ some pods only`,
    ...table,
    'try next:',
    `  ${ringfence} eval -f ${shop} --from ${namespace}/${client} --to ${namespace}/${server} --port ${port}`,
    `  \${EDITOR:-vi} ${placeToEdit(input)}`,
    `  ${ringfence} test ${path('examples/shop.expectations.yaml')}`,
  ];
  await world.stdout.write(`${lines.join('\n')}\n`);
  return EXIT.yes;
}

/** Where the rules are that deny it, as editors take a place: `+12 policies/shop.yaml`. */
function placeToEdit({ cluster, loaded }: Input): string {
  const { client, server, namespace, port } = DENIED;
  const { ingress } = evaluate(cluster, {
    from: { kind: 'pod', namespace, name: client },
    to: { kind: 'pod', namespace, name: server },
    protocol: 'TCP',
    port,
    family: 'IPv4',
    viaService: false,
  });
  const [policy] = ingress.kind === 'denied' ? ingress.isolatedBy : [];
  const place = policy && loaded.locate(policy, ['spec', 'ingress']);
  if (place === undefined) throw new Error('the shop denies its frontend the database');
  return `+${place.line} ${place.file}`;
}
