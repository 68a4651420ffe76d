import { Buffer } from 'node:buffer';
import { formatAddress } from '@ringfence/core';
import { type Match, render, type Rule, type Ruleset } from '@ringfence/dataplane';
import {
  commit,
  datatypeNumber,
  type Expression,
  nftElements,
  nftRules,
  type NftSet,
  nftSets,
  type NetlinkSocket,
  type SetElement,
} from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installChanges } from './install-changes.ts';
import { readTable } from './read-table.ts';
import {
  bridgeRuleset,
  cannotTest,
  layoutOf,
  openTestKernel,
  shopRuleset,
  type TestKernel,
  titled,
} from './testing.ts';

const RULESETS: readonly (readonly [string, Ruleset])[] = [
  ['of a node', shopRuleset()],
  [
    'of a node that lets pods through before they are known, and tells what is denied',
    shopRuleset({
      unprogrammed: 'allow',
      podInterfaces: ['veth-*', 'cni0'],
      generation: 77,
      tunnels: { protocols: [4], udpPorts: [4789] },
      denied: 'reject',
    }),
  ],
  ['of a bridge', bridgeRuleset()],
  ['with rules as no layout has them', withRules('inet')],
  ['with rules as no layout of a bridge has them', withRules('bridge')],
  ['with intervals that touch each other and both ends', withIntervals()],
];

describe.skipIf(cannotTest('nft') !== undefined)(
  titled('what `nft` makes of the text', 'nft'),
  () => {
    let ours: TestKernel;
    let theirs: TestKernel;

    beforeEach(() => {
      [ours, theirs] = [openTestKernel(), openTestKernel()];
    });
    afterEach(() => {
      ours.close();
      theirs.close();
    });

    test.each(RULESETS)('is what is written for a ruleset %s', (_, ruleset) => {
      for (const changes of installChanges(ruleset, { owned: false, maxElements: 3 })) {
        commit(ours.socket, changes);
      }
      theirs.nft(['-f', '/dev/stdin'], render(ruleset));
      expect(blocks(ours)).toEqual(blocks(theirs));
      expect(rulesIn(ours.socket)).toEqual(rulesIn(theirs.socket));
      expect(elementsIn(ours.socket)).toEqual(elementsIn(theirs.socket));
      expect(nftSets(ours.socket).filter(isNamed)).toEqual(
        nftSets(theirs.socket).filter(isNamed).map(withAddresses),
      );
      expect(readTable(ours.socket, ruleset).kind).toBe('ok');
    });
  },
);

/**
 * What `nft` lists, block by block: chains with hooks are written last here, and in the text where
 * they belong. How a set was declared, by types or by expressions, is a note that `nft` leaves for
 * itself alone: it is not written here.
 */
function blocks(kernel: TestKernel): readonly string[] {
  return kernel
    .nft(['list', 'ruleset'])
    .replaceAll(/^\t\ttype(?:of)? (?!filter).*$/gmu, '\t\ttype')
    .replaceAll(/0x[0-9a-f]{25,32}\b/gu, (value) => addressText(BigInt(value)))
    .split('\n\n')
    .map((block) => block.trim().replace(/^table .*\n\t/u, ''))
    .map((block) => block.replace(/\n\}$/u, ''))
    .sort();
}

function addressText(value: bigint): string {
  return formatAddress({ family: 'IPv6', value });
}

/**
 * What messages of neighbour discovery are about is a number to `nft`, as it has no name for it. Here
 * it is written as the address that it is; the kernel does not look at that.
 */
function withAddresses(set: NftSet): NftSet {
  const { key } = set;
  if (key.type !== datatypeNumber('ifname', 'integer')) return set;
  return { ...set, key: { ...key, type: datatypeNumber('ifname', 'ipv6_addr') } };
}

/** Rules by chain, with the values of sets without names in the place of those names. */
function rulesIn(socket: NetlinkSocket): ReadonlyMap<string, readonly unknown[]> {
  const values = new Map(
    nftSets(socket)
      .filter((set) => !isNamed(set))
      .map((set) => [set.name, { ...set, name: '', elements: sorted(nftElements(socket, set)) }]),
  );
  const rules = nftRules(socket).map(({ chain, comment, expressions }) => ({
    chain,
    comment,
    expressions: expressions
      .filter((expression) => !isIdle(expression))
      .map((expression) =>
        expression.kind === 'lookup'
          ? { ...expression, set: values.get(expression.set) ?? expression.set }
          : expression,
      ),
  }));
  return Map.groupBy(rules, ({ chain }) => chain);
}

/** nft 1.0.6 turns numbers of one byte round as if they had two, which does nothing. */
function isIdle(expression: Expression): boolean {
  return expression.kind === 'byteorder' && expression.length < expression.size;
}

function elementsIn(socket: NetlinkSocket): ReadonlyMap<string, readonly SetElement[]> {
  return new Map(
    nftSets(socket)
      .filter(isNamed)
      .map((set) => [
        set.name,
        sorted(nftElements(socket, set)).filter((each) => !isNothing(each)),
      ]),
  );
}

/** nft says of a set of intervals that what is before the first address is not in it. */
function isNothing({ key, intervalEnd }: SetElement): boolean {
  return intervalEnd === true && key.every((byte) => byte === 0);
}

function sorted(elements: readonly SetElement[]): readonly SetElement[] {
  return [...elements].sort((left, right) => {
    const order: number = Buffer.compare(left.key, right.key);
    return order === 0 ? ends(right) - ends(left) : order;
  });
}

function ends({ intervalEnd }: SetElement): number {
  return intervalEnd === true ? 1 : 0;
}

function isNamed({ flags }: { readonly flags: readonly string[] }): boolean {
  return !flags.includes('anonymous');
}

/** A ruleset with every match in a form that the layouts do not use. */
function withRules(family: Ruleset['family']): Ruleset {
  const onlyInet: readonly Match[] = [
    { kind: 'family', family: 'IPv4' },
    { kind: 'state', states: ['new'] },
    { kind: 'state', states: ['untracked', 'related', 'established'] },
    { kind: 'reply' },
    { kind: 'options4' },
    { kind: 'sourceRoute4', strict: false },
    { kind: 'sourceRoute4', strict: true },
    { kind: 'mark', is: 'equal', mask: 0xff00, value: 0x700 },
    { kind: 'mark', is: 'different', mask: 0x8000_0000, value: 0x8000_0000 },
  ];
  const matches: readonly Match[] = [
    ...(family === 'inet' ? onlyInet : [{ kind: 'otherEtherType' } as const]),
    { kind: 'interfacePrefix', field: 'inputInterface', prefix: 'a' },
    { kind: 'interfacePrefix', field: 'outputInterface', prefix: 'eth-with-a-nam' },
    { kind: 'interfaceIsNot', field: 'outputInterface', name: 'a-name-as-long1' },
    { kind: 'identity', is: 'equal', number: 0xffff_fffe },
    { kind: 'identity', is: 'different', number: 0x1_0002 },
    { kind: 'protocol', protocols: [132] },
    { kind: 'protocol', protocols: [47, 4, 41] },
    { kind: 'destinationPort', protocol: 6, ports: [80] },
    { kind: 'destinationPort', protocol: 132, ports: [65_535, 1] },
    { kind: 'icmpType', family: 'IPv4', types: [8] },
    { kind: 'icmpType', family: 'IPv6', types: [128, 3] },
    ...[8, 9, 63, 64, 127, 128].map(
      (length): Match => ({
        kind: 'prefix6',
        field: 'destination6',
        first: (0x2001_0db8n << 96n) & (((1n << BigInt(length)) - 1n) << BigInt(128 - length)),
        length,
      }),
    ),
    { kind: 'hopLimit6', hops: 1 },
    { kind: 'toMany' },
    { kind: 'notSyn' },
  ];
  const rules = matches.map((match, index): Rule => {
    const verdict = index % 2 === 0 ? { kind: 'accept' as const } : { kind: 'next' as const };
    return { matches: [match], actions: [{ kind: 'count' }], verdict, comment: `rule ${index}` };
  });
  const several: Rule = {
    matches: [
      { kind: 'prefix6', field: 'source6', first: 0xfe80n << 112n, length: 10 },
      { kind: 'icmpType', family: 'IPv6', types: [135, 136] },
      { kind: 'prefix6', field: 'destination6', first: 0xfe80n << 112n, length: 16 },
    ],
    actions: [{ kind: 'setIdentity', number: 0x12_0034 }],
    verdict: { kind: 'drop' },
    comment: '',
  };
  const { sets, elements } = family === 'inet' ? shopRuleset() : bridgeRuleset();
  return layoutOf(
    [{ name: 'odd', base: { hook: 'forward', priority: 3 }, rules: [...rules, several] }],
    { family, sets, elements },
  );
}

function withIntervals(): Ruleset {
  const ruleset = shopRuleset();
  const last6 = (1n << 128n) - 1n;
  const elements = new Map(ruleset.elements)
    .set('segments4', [
      segment({ first: 0, last: 0 }, 16),
      segment({ first: 1, last: 0x0a00_0000 }, 17),
      segment({ first: 0x0a00_0002, last: 0x0a00_0002 }, 16),
      segment({ first: 0xffff_ff00, last: 0xffff_ffff }, 18),
    ])
    .set('segments6', [segment({ first: 0n, last: last6 }, 16)])
    .set('pod_ranges4', [segment({ first: 0x0a01_0000, last: 0x0a01_00ff }, undefined)])
    .set('pod_ranges6', [segment({ first: last6, last: last6 }, undefined)]);
  return { ...ruleset, elements };
}

function segment(
  range:
    | { readonly first: number; readonly last: number }
    | { readonly first: bigint; readonly last: bigint },
  identity: number | undefined,
): {
  readonly key: readonly [typeof range];
  readonly identity: number | undefined;
  readonly comment: string;
} {
  return { key: [range], identity, comment: '' };
}
