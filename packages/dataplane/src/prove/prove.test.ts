import { clusterOf, decode, type KubernetesObject } from '@ringfence/core';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.ts';
import { compileBridge } from '../compile/compile-bridge.ts';
import { DEFAULT_COMPILE_OPTIONS } from '../compile/options.ts';
import type { Element, KeyPart, Ruleset } from '../ruleset/ruleset.ts';
import type { KernelChain, KernelRuleset } from './kernel-ruleset.ts';
import type { Difference, Proof } from './proof.ts';
import { prove } from './prove.ts';
import { proveBridge } from './prove-bridge.ts';

const [WEB, DB, FREE, FAR] = [0x0a01_0002, 0x0a01_0003, 0x0a01_0004, 0x0a02_0002];
const OWN = 0xc0a8_0701;

const CLUSTER = clusterOf([
  objectOf({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1' },
    spec: { podCIDRs: ['10.1.0.0/24'] },
    status: { addresses: [{ type: 'InternalIP', address: '192.168.7.1' }] },
  }),
  pod('web', 'n1', '10.1.0.2'),
  pod('db', 'n1', '10.1.0.3'),
  pod('free', 'n1', '10.1.0.4'),
  pod('far', 'n2', '10.2.0.2'),
  policy('db', {
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [{ podSelector: { matchLabels: { app: 'web' } } }],
        ports: [{ port: 5432 }, { port: 100, endPort: 300 }],
      },
      { from: [{ ipBlock: { cidr: '203.0.113.0/24' } }] },
      { from: [{ podSelector: {} }], ports: [{ port: 80 }] },
    ],
  }),
  policy('web', { policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }] }),
]);

const OPTIONS = {
  ...DEFAULT_COMPILE_OPTIONS,
  interfaceOf: ({ object }: { readonly object: { readonly name: string } }) =>
    `veth-${object.name}`,
};
const RULESET = compile(CLUSTER, 'n1', OPTIONS);

function provenOf(kernel: KernelRuleset, most = 100): Proof {
  return prove(kernel, { cluster: CLUSTER, node: 'n1' }, { ...OPTIONS, interfaces: [], most });
}

function kernelWith(parts: Partial<KernelRuleset> = {}): KernelRuleset {
  const { family, table, sets, chains, elements }: Ruleset = RULESET;
  return { family, table, sets, chains, elements, unknown: [], ...parts };
}

type Edit = (elements: readonly Element[]) => readonly Element[];

/** The kernel with other elements in a set. */
function edited(set: string, edit: Edit): KernelRuleset {
  const before = RULESET.elements.get(set) ?? [];
  const after = edit(before);
  if (JSON.stringify(after, text) === JSON.stringify(before, text)) throw new Error('no edit');
  return kernelWith({ elements: new Map(RULESET.elements).set(set, after) });
}

function text(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}

/** Takes away the elements whose key has a part. */
const without =
  (part: KeyPart): Edit =>
  (elements) =>
    elements.filter(({ key }) => !key.includes(part));
const plus =
  (key: readonly KeyPart[], identity?: number): Edit =>
  (elements) => [...elements, { key, identity, comment: '' }];
const valued =
  (part: KeyPart, identity: number): Edit =>
  (elements) =>
    elements.map((each) => (each.key.includes(part) ? { ...each, identity } : each));

const numberOf = (address: number): number =>
  RULESET.elements.get('identities4')?.find(({ key }) => key[0] === address)?.identity ?? 0;

/** A difference in a line. */
function line(difference: Difference): string {
  if (difference.kind === 'layout') return difference.where;
  if (difference.kind === 'element') {
    return `${difference.set} ${difference.is} ${difference.element}`;
  }
  const { direction, subject, peer, traffic, kernel, finding } = difference;
  const peerText = peer.pod === '' ? `${peer.address.value}` : peer.pod;
  const ports = `${traffic.protocol} ${traffic.from}-${traffic.to}`;
  return `${direction} ${subject.pod}, ${peerText}: ${ports} ${kernel}, ${finding.kind}`;
}

describe('a kernel', () => {
  test('that holds what is compiled is as the policies mean', () => {
    const { differencesInAll, harmlessInAll, compared } = provenOf(kernelWith());
    expect({ differencesInAll, harmlessInAll }).toEqual({ differencesInAll: 0, harmlessInAll: 0 });
    expect(compared).toMatchObject({ addresses: 4, classes: 3, subjects: 6 });
  });

  const WEB_NUMBER = numberOf(WEB);
  test.each<readonly [string, KernelRuleset, readonly string[]]>([
    [
      'a port less',
      edited('ingress4_ports', without(5432)),
      ['ingress shop/db, shop/web: TCP 5432-5432 deny, allowed'],
    ],
    [
      'a range less',
      edited('ingress4_ranges', () => []),
      ['ingress shop/db, shop/web: TCP 100-300 deny, allowed'],
    ],
    [
      'a port that is denied by a row',
      edited('ingress4_ports', valued(5432, 2)),
      ['ingress shop/db, shop/web: TCP 5432-5432 deny, allowed'],
    ],
    [
      'a port more',
      edited('ingress4_ports', plus([DB, WEB_NUMBER, 6, 22], 1)),
      ['ingress shop/db, shop/web: TCP 22-22 allow, denied'],
    ],
    [
      'port 0, which no rule can name',
      edited('ingress4_ports', plus([DB, WEB_NUMBER, 6, 0], 1)),
      ['ingress shop/db, shop/web: TCP 0-0 allow, denied'],
    ],
    [
      'a protocol that has no ports',
      edited('ingress4_ports', plus([DB, WEB_NUMBER, 1, 77], 1)),
      ['ingress shop/db, shop/web: 1 77-77 allow, denied'],
    ],
    [
      'everything from any pod',
      edited('ingress4_any_port', plus([DB, 3], 1)),
      ['ingress shop/db, shop/web: TCP 1-79 allow, denied'],
    ],
    [
      'nothing from addresses outside',
      edited('ingress4_any_port', () => []),
      ['ingress shop/db, 3405803776: TCP 1-65535 deny, allowed'],
    ],
    [
      'a row that says nothing that is understood',
      edited('ingress4_ports', valued(5432, 7)),
      [`ingress4_ports other { 10.1.0.3 . 0:${WEB_NUMBER.toString(16)} . 6 . 5432 : 0:7 }`],
    ],
    [
      'a peer less',
      edited('identities4', without(WEB)),
      ['ingress shop/db, shop/web: TCP 80-80 deny, allowed'],
    ],
    [
      'a peer that is taken for another',
      edited('identities4', valued(FREE, WEB_NUMBER)),
      ['ingress shop/db, shop/free: TCP 100-300 allow, denied'],
    ],
    [
      'a peer that is no pod',
      edited('identities4', plus([0x0808_0808], WEB_NUMBER)),
      ['ingress shop/db, 134744072: TCP 80-80 allow, denied'],
    ],
    [
      'a number that the chains use themselves',
      edited('identities4', valued(FREE, 1)),
      ['identities4 other { 10.1.0.4 : 0:1 }'],
    ],
    [
      'addresses outside less',
      edited('segments4', () => []),
      ['ingress shop/db, 3405803776: TCP 1-65535 deny, allowed'],
    ],
    [
      'addresses outside more',
      edited('segments4', (all) =>
        all.map((each) => ({ ...each, key: [{ first: 0xcb00_7100, last: 0xcb00_7200 }] })),
      ),
      ['ingress shop/db, 3405804032: TCP 1-65535 allow, denied'],
    ],
    [
      'a pod that is open',
      edited('ingress4_subjects', without(DB)),
      ['ingress4_subjects missing { 10.1.0.3 }'],
    ],
    [
      'a pod that is closed for no reason',
      edited('egress4_subjects', plus([FREE])),
      ['egress4_subjects extra { 10.1.0.4 }'],
    ],
    [
      'a pod of another node that is judged here',
      edited('egress4_subjects', plus([FAR])),
      ['egress4_subjects extra { 10.2.0.2 }'],
    ],
    [
      'a pod that does not meet itself',
      edited('itself4', without(DB)),
      ['ingress shop/db, shop/db: TCP 1-79 deny, self'],
    ],
    [
      'a pod that is taken for another one',
      edited('itself4', plus([FREE, DB])),
      ['itself4 extra { 10.1.0.4 . 10.1.0.3 }'],
    ],
    [
      'a pod that cannot send',
      edited('bound4', without(WEB)),
      ['bound4 missing { "veth-web" . 10.1.0.2 }'],
    ],
    [
      'an address that is not its own',
      edited('bound4', plus(['veth-free', DB])),
      ['bound4 extra { "veth-free" . 10.1.0.3 }'],
    ],
    ['a pod that nobody reaches', edited('ready4', without(DB)), ['ready4 missing { 10.1.0.3 }']],
    ['a pod that is not there', edited('ready4', plus([77])), ['ready4 extra { 0.0.0.77 }']],
    ['no tunnels less', edited('nodes4', without(OWN)), ['nodes4 missing { 192.168.7.1 }']],
    ['the own node open', edited('own_node4', plus([OWN])), ['own_node4 extra { 192.168.7.1 }']],
    [
      'a part of the range of pods',
      edited('pod_ranges4', () => [
        { key: [{ first: 0x0a01_0000, last: 0x0a01_0080 }], identity: undefined, comment: '' },
      ]),
      ['pod_ranges4 missing { 10.1.0.129-10.1.0.255 }'],
    ],
    [
      'an interface that is cut off',
      edited('pod_interfaces', plus(['eth0'])),
      ['pod_interfaces extra { "eth0" }'],
    ],
  ])('with %s is found', (_, kernel, expected) => {
    const lines = provenOf(kernel).differences.map(line);
    expect(lines).toEqual(expect.arrayContaining([...expected]));
  });

  test('names the policy that decides, and the row that is missing', () => {
    const [difference] = provenOf(edited('ingress4_ports', without(5432))).differences;
    expect(difference).toMatchObject({
      kind: 'verdict',
      kernel: 'deny',
      policies: 'allow',
      finding: { by: { policy: { name: 'db' }, rule: 0 } },
      because: `the peer is 0:${WEB_NUMBER.toString(16)} in identities4, and no row speaks of it`,
    });
  });

  test.each<readonly [string, KernelRuleset]>([
    ['a row of a number that nobody has', edited('ingress4_ports', plus([DB, 99, 6, 22], 1))],
    ['a row of a pod that is not judged', edited('ingress4_ports', plus([FREE, 3, 6, 22], 1))],
    ['a number of which no row speaks', edited('segments4', plus([{ first: 1, last: 9 }], 99))],
    ['an interface that rules name anyway', edited('pod_interfaces', plus(['veth9']))],
    ['addresses that are one pod’s to nobody', edited('itself4', plus([FAR, FREE]))],
  ])('is as the policies mean with %s', (_, kernel) => {
    const { differences, harmlessInAll } = provenOf(kernel);
    expect({ differences, harmlessInAll }).toEqual({ differences: [], harmlessInAll: 1 });
  });

  test('counts what it does not tell', () => {
    const kernel = edited('identities4', () => []);
    const all = provenOf(kernel);
    const { differences, differencesInAll } = provenOf(kernel, 1);
    expect(differences).toHaveLength(1);
    expect(differencesInAll).toBe(all.differencesInAll);
    expect(differencesInAll).toBeGreaterThan(1);
  });
});

describe('a layout', () => {
  const chain = (name: string, edit: (chain: KernelChain) => KernelChain): KernelRuleset =>
    kernelWith({
      chains: RULESET.chains.map((each) => (each.name === name ? edit(each) : each)),
    });
  const drop = { matches: [], actions: [], verdict: { kind: 'drop' }, comment: '' } as const;

  test.each<readonly [string, KernelRuleset, readonly string[]]>([
    [
      'a rule less',
      chain('input', ({ rules, ...rest }) => ({ ...rest, rules: rules.slice(1) })),
      ['rule 1 of chain input'],
    ],
    [
      'a rule more',
      chain('forward', ({ rules, ...rest }) => ({ ...rest, rules: [drop, ...rules] })),
      ['rule 1 of chain forward'],
    ],
    [
      'rules in another order',
      chain('forward', ({ rules, ...rest }) => ({ ...rest, rules: rules.toReversed() })),
      [1, 2, 3, 4, 5].map((place) => `rule ${place} of chain forward`),
    ],
    [
      'a rule that cannot be understood',
      chain('spoofed', (each) => ({ ...each, rules: [{ kind: 'unknown', text: 'ip ttl 1' }] })),
      ['rule 1 of chain spoofed'],
    ],
    [
      'another generation in one rule',
      chain('input', (each) => ({
        ...each,
        rules:
          compile(CLUSTER, 'n1', { ...OPTIONS, generation: 9 }).chains.find(
            ({ name }) => name === 'input',
          )?.rules ?? [],
      })),
      ['rule 7 of chain input'],
    ],
    [
      'another priority',
      chain('input', (each) => ({ ...each, base: { hook: 'input', priority: 1 } })),
      ['chain input'],
    ],
    [
      'another policy',
      chain('input', (each) => ({ ...each, base: { kind: 'unknown', text: 'policy drop' } })),
      ['chain input'],
    ],
    ['something else in it', kernelWith({ unknown: ['set more'] }), ['the table']],
    [
      'a set of another kind',
      kernelWith({
        sets: RULESET.sets.map((set) =>
          set.name === 'itself4' ? { ...set, kind: 'identityMap' } : set,
        ),
        elements: new Map(RULESET.elements).set('itself4', []),
      }),
      ['set itself4'],
    ],
  ])('with %s is found', (_, kernel, expected) => {
    const lines = provenOf(kernel)
      .differences.filter(({ kind }) => kind === 'layout')
      .map(line);
    expect(lines).toEqual(expected);
  });

  test('may hold any generation', () => {
    const { family, table, sets, chains, elements } = compile(CLUSTER, 'n1', {
      ...OPTIONS,
      generation: 4711,
    });
    const proof = provenOf({ family, table, sets, chains, elements, unknown: [] });
    expect(proof.differences).toEqual([]);
  });
});

describe('a bridge', () => {
  const options = { portOf: OPTIONS.interfaceOf, podInterfaces: [] };
  const ruleset = compileBridge(CLUSTER, 'n1', { ...options, table: 'x', comments: true });

  test.each<readonly [string, Edit, readonly string[]]>([
    ['that is as it should be', (all) => all, []],
    ['that binds a pod less', without(WEB), ['bound4 missing { "veth-web" . 10.1.0.2 }']],
    [
      'that binds another pod',
      plus(['veth-free', DB]),
      ['bound4 extra { "veth-free" . 10.1.0.3 }'],
    ],
  ])('%s', (_, edit, expected) => {
    const { family, table, sets, chains } = ruleset;
    const bound = edit(ruleset.elements.get('bound4') ?? []);
    const elements = new Map(ruleset.elements).set('bound4', bound);
    const proof = proveBridge(
      { family, table, sets, chains, elements, unknown: [] },
      { cluster: CLUSTER, node: 'n1' },
      { ...options, interfaces: [], most: 5 },
    );
    expect(proof.differences.map(line)).toEqual(expected);
  });

  test('that believes what a port tells of the address of another', () => {
    const key = ['veth-free', 0xfdn << 120n];
    const elements = new Map(ruleset.elements).set('advertised6', [
      { key, identity: undefined, comment: '' },
    ]);
    const proof = proveBridge(
      { ...ruleset, elements, unknown: [] },
      { cluster: CLUSTER, node: 'n1' },
      { ...options, interfaces: [], most: 5 },
    );
    expect(proof.differences.map(line)).toEqual(['advertised6 extra { "veth-free" . fd00:: }']);
  });
});

function pod(name: string, nodeName: string, podIP: string): KubernetesObject {
  return objectOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: name } },
    spec: { nodeName, containers: [{ name: 'main', image: 'any' }] },
    status: { podIP, podIPs: [{ ip: podIP }] },
  });
}

function policy(app: string, spec: object): KubernetesObject {
  return objectOf({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: app, namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app } }, ...spec },
  });
}

function objectOf(manifest: object): KubernetesObject {
  const decoded = decode(manifest, { namespace: 'default', reading: 'strict' });
  if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
  return decoded.object;
}
