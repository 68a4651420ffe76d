import { spawnSync } from 'node:child_process';
import { clusterOf, decode, type KubernetesObject } from '@ringfence/core';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.ts';
import { compileBridge } from '../compile/compile-bridge.ts';
import type { Ruleset } from '../ruleset/ruleset.ts';
import { type CompileOptions, DEFAULT_COMPILE_OPTIONS } from '../compile/options.ts';
import { commentOf } from '../compile/comment.ts';
import { render } from './render.ts';

const OPTIONS: CompileOptions = {
  ...DEFAULT_COMPILE_OPTIONS,
  interfaceOf: ({ object }) => `veth-${object.name}`,
};

interface Example {
  readonly name: string;
  readonly manifests: readonly object[];
  readonly options: CompileOptions;
}

const EXAMPLES: readonly Example[] = [
  {
    name: 'shop',
    manifests: [
      node('n1', ['192.168.7.1', 'fd07::1'], ['10.1.0.0/24', 'fd10:1::/64']),
      pod('web', 'n1', ['10.1.0.2', 'fd10:1::2']),
      pod('db', 'n1', ['10.1.0.3', 'fd10:1::3']),
      pod('web-far', 'n2', ['10.2.0.2', 'fd10:2::2'], 'web'),
      pod('other', 'n2', ['10.2.0.4', 'fd10:2::4']),
      policy('db', 'db', {
        policyTypes: ['Ingress', 'Egress'],
        ingress: [
          { from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 5432 }] },
        ],
      }),
      policy('web', 'web', {
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ port: 8080, endPort: 8081 }] }],
      }),
    ],
    options: OPTIONS,
  },
  {
    name: 'outside',
    manifests: [
      pod('gate', 'n1', ['10.1.0.2', 'fd10:1::2']),
      policy('gate', 'gate', {
        policyTypes: ['Egress', 'Ingress'],
        ingress: [
          { from: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.64/26'] } }] },
          {
            from: [{ ipBlock: { cidr: '2001:db8::/32' } }],
            ports: [{ port: 30_000, endPort: 32_767 }],
          },
        ],
        egress: [{ to: [{ namespaceSelector: {} }], ports: [{ protocol: 'UDP', port: 53 }] }],
      }),
    ],
    options: OPTIONS,
  },
  {
    name: 'tiers',
    manifests: [
      pod('open', 'n1', ['10.1.0.2']),
      pod('test', 'n2', ['10.2.0.2']),
      {
        apiVersion: 'policy.networking.k8s.io/v1alpha2',
        kind: 'ClusterNetworkPolicy',
        metadata: { name: 'test-stays-out' },
        spec: {
          tier: 'Admin',
          priority: 1,
          subject: {
            pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'open' } } },
          },
          ingress: [
            {
              action: 'Deny',
              from: [
                { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'test' } } } },
              ],
            },
          ],
        },
      },
    ],
    options: { ...OPTIONS, podInterfaces: ['veth-*', 'cni0'], denied: 'reject' },
  },
];

const nft = (text: string): { readonly status: number | null; readonly stderr: string } => {
  const { status, stderr } = spawnSync('unshare', ['-n', 'nft', '-f', '/dev/stdin'], {
    input: text,
    encoding: 'utf8',
  });
  return { status, stderr };
};

/** Needs the program and the right to make a network namespace. */
const canLoad = nft('table inet empty\n').status === 0;

describe('render', () => {
  test.each(EXAMPLES)('writes the ruleset of $name', async (example) => {
    await expect(render(compiled(example))).toMatchFileSnapshot(`testdata/${example.name}.nft`);
  });

  test.skipIf(!canLoad).each(EXAMPLES)(
    'writes what the kernel loads, also over itself: $name (skipped without nft or the right to use it)',
    (example) => {
      const text = render(compiled(example));
      expect(nft(`${text}${text}`)).toEqual({ status: 0, stderr: '' });
    },
  );

  test('writes the ruleset of a bridge', async () => {
    await expect(render(bridge())).toMatchFileSnapshot('testdata/bridge.nft');
  });

  test.skipIf(!canLoad)('writes a ruleset of a bridge that the kernel loads', () => {
    expect(nft(render(bridge()))).toEqual({ status: 0, stderr: '' });
  });

  test('shows every kind of match, action and verdict in the examples', () => {
    const rulesets = [bridge(), ...EXAMPLES.map(compiled)];
    const rules = rulesets.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules));
    const kinds = (of: readonly { readonly kind: string }[]): string =>
      [...new Set(of.map(({ kind }) => kind))].sort().join(' ');
    expect(kinds(rules.flatMap(({ matches }) => matches))).toBe(
      'destinationPort family hopLimit6 icmpType identity inSet interfaceIsNot interfacePrefix mark notSyn options4 otherEtherType prefix6 protocol reply sourceRoute4 state toMany',
    );
    expect(kinds(rules.flatMap(({ actions }) => actions))).toBe(
      'count log mapIdentity setIdentity setMark',
    );
    expect(kinds(rules.map(({ verdict }) => verdict))).toBe(
      'accept drop goto jump next reject return',
    );
  });

  test.skipIf(!canLoad)(
    'writes names and labels of any length so that the kernel loads them',
    () => {
      const long = 'a-'.repeat(126).concat('a');
      const objects = objectsOf([
        {
          ...pod('web', 'n1', ['10.1.0.2']),
          metadata: { name: long, namespace: 'shop', labels: { app: 'web' } },
        },
        policy(long, 'web', { policyTypes: ['Ingress'], ingress: [] }),
      ]);
      const options = { ...OPTIONS, interfaceOf: () => 'veth0' };
      expect(nft(render(compile(clusterOf(objects), 'n1', options)))).toEqual({
        status: 0,
        stderr: '',
      });
    },
  );
});

describe('commentOf', () => {
  test.each([
    ['short', 'shop/web', 'shop/web'],
    ['as long as can be', 'a'.repeat(127), 'a'.repeat(127)],
    ['too long', 'a'.repeat(128), `${'a'.repeat(124)}...`],
    ['what nft cannot quote', 'a"b\\c\nd', 'a?b?c?d'],
    ['letters of several bytes', 'ä', '?'],
  ])('%s', (_, text, comment) => {
    expect(commentOf(text)).toBe(comment);
  });
});

function compiled({ manifests, options }: Example): Ruleset {
  return compile(clusterOf(objectsOf(manifests)), 'n1', options);
}

/** That of the first example, on a bridge. */
function bridge(): Ruleset {
  const [shop] = EXAMPLES;
  return compileBridge(clusterOf(objectsOf(shop?.manifests ?? [])), 'n1', {
    table: 'ringfence',
    portOf: OPTIONS.interfaceOf,
    podInterfaces: OPTIONS.podInterfaces,
    comments: true,
  });
}

function pod(name: string, onNode: string, ips: readonly string[], app: string = name): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app } },
    spec: { nodeName: onNode, containers: [{ name: 'main', image: 'any' }] },
    status: { podIPs: ips.map((ip) => ({ ip })) },
  };
}

function node(name: string, addresses: readonly string[], podCIDRs: readonly string[]): object {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: { podCIDRs },
    status: { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) },
  };
}

function policy(name: string, app: string, spec: object): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app } }, ...spec },
  };
}

function objectsOf(manifests: readonly object[]): readonly KubernetesObject[] {
  return manifests.map((manifest) => {
    const decoded = decode(manifest, { namespace: 'default', reading: 'strict' });
    if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
    return decoded.object;
  });
}
