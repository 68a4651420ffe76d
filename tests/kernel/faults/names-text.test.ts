import { spawnSync } from 'node:child_process';
import { makeNamespace, missingPrivilege, type NetworkNamespace } from '@ringfence/netlink';
import { expect, test } from 'vitest';
import { LAUNCHER } from '../../up/ringfence.ts';
import { seeded } from '../flows/random.ts';
import { EVERYBODY, policyManifest } from './guard.ts';
import { LONG_NAMESPACES, LONG_POLICIES } from './long-names.ts';
import { LONG_MEMBERS, longObjects } from './long-objects.ts';

/** Pods of both nodes, and policies of all names for each of them. */
function manifests(): string {
  const { pod, namespace, spec } = longObjects(seeded(7), [[{ port: 80 }], [{ port: 443 }]]);
  const policies = LONG_NAMESPACES.flatMap((each) =>
    LONG_POLICIES.map((name, index) =>
      policyManifest(each, name, {
        ...spec(),
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        // One for itself: a row is called after the policies that allow it.
        ingress: [{ from: EVERYBODY, ports: [{ port: 1_000 + index }] }],
      }),
    ),
  );
  const pods = LONG_MEMBERS.map((member, index) =>
    pod({ ...member, addresses: [`10.244.0.${9 + index}`, `fd00:10:244::${9 + index}`] }),
  );
  const items = [...LONG_NAMESPACES.map(namespace), ...pods, ...policies];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function commentsIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/comment "([^"]*)"/gu)].map(([, comment]) => comment ?? ''));
}

/** Lets `nft` do something in a network namespace; gives what it says. */
function nft(namespace: NetworkNamespace, args: readonly string[], input: string = ''): string {
  const said = namespace.enter(() => spawnSync('nft', args, { encoding: 'utf8', input }));
  expect({ status: said.status, stderr: said.stderr }).toEqual({ status: 0, stderr: '' });
  return said.stdout;
}

const missing =
  missingPrivilege() ??
  (spawnSync('nft', ['-V']).error === undefined ? undefined : 'needs the program `nft`');
const title = '`nft` loads what `ringfence compile` prints of names at their limits';

test.skipIf(missing !== undefined)(
  missing === undefined ? title : `${title} (skipped: ${missing})`,
  () => {
    const { stdout, stderr, status } = spawnSync(
      LAUNCHER,
      ['compile', '-f', '-', '--node', 'node-1'],
      {
        encoding: 'utf8',
        input: manifests(),
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const namespace = makeNamespace();
    try {
      nft(namespace, ['-f', '/dev/stdin'], stdout);
      const comments = commentsIn(nft(namespace, ['list', 'ruleset']));
      expect(comments).toEqual(commentsIn(stdout));
      const longest = Math.max(...[...comments].map(({ length }) => length));
      // What the kernel keeps, less the zero at the end: the names are longer.
      expect(longest).toBe(127);
    } finally {
      namespace.close();
    }
  },
);
