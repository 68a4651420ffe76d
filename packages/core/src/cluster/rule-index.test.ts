import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ports } from '../policy/policy.ts';
import { cidrOf } from '../sets/cidr.ts';
import type { CompiledPeer, CompiledRule, PeerFacts, Traffic } from './compiled.ts';
import { createPortIndex, firstPort, NO_RANK, portMatches } from './port-index.ts';
import { allMatches, createRuleIndex, firstMatch } from './rule-index.ts';

const arbPort = fc.constantFrom(1, 79, 80, 81, 443, 65_534, 65_535);
const arbProtocol = fc.constantFrom('TCP' as const, 'UDP' as const);

const arbPorts: fc.Arbitrary<Ports> = fc.oneof(
  fc.constant<Ports>({ kind: 'any' }),
  fc
    .array(
      fc.oneof(
        fc.tuple(arbProtocol, arbPort, arbPort).map(([protocol, one, other]) => ({
          kind: 'range' as const,
          protocol,
          from: Math.min(one, other),
          to: Math.max(one, other),
        })),
        fc.record({
          kind: fc.constant('named' as const),
          protocol: fc.constantFrom('TCP' as const, 'UDP' as const, 'any' as const),
          name: fc.constantFrom('http', 'dns'),
        }),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((ports): Ports => ({ kind: 'ports', ports })),
);

const arbTraffic: fc.Arbitrary<Traffic> = fc
  .record({
    protocol: fc.constantFrom('TCP' as const, 'UDP' as const, 'other' as const),
    port: arbPort,
    names: fc.subarray(['http', 'dns']),
  })
  .map((traffic) => (traffic.protocol === 'other' ? { ...traffic, names: [] } : traffic));

function allows(ports: Ports, traffic: Traffic): boolean {
  if (ports.kind === 'any') return true;
  return traffic.protocol !== 'other' && ports.ports.some((match) => portMatches(match, traffic));
}

describe('createPortIndex', () => {
  test('finds the first rule whose ports match', () => {
    fc.assert(
      fc.property(fc.array(arbPorts, { maxLength: 6 }), arbTraffic, (all, traffic) => {
        const index = createPortIndex(all.map((ports, rank) => ({ rank, ports })));
        const wanted = all.findIndex((ports) => allows(ports, traffic));
        expect(firstPort(index, traffic)).toBe(wanted === -1 ? NO_RANK : wanted);
      }),
      { numRuns: 5_000 },
    );
  });
});

const arbBlocks: fc.Arbitrary<CompiledPeer> = fc
  .array(
    fc
      .tuple(fc.nat({ max: 15 }), fc.nat({ max: 4 }), fc.nat({ max: 15 }), fc.nat({ max: 4 }))
      .map(([value, width, except, exceptWidth]) => ({
        cidr: cidrOf({ family: 'IPv4', value }, 32 - width),
        except: [cidrOf({ family: 'IPv4', value: except }, 32 - exceptWidth)],
      })),
    { minLength: 1, maxLength: 3 },
  )
  .map((blocks) => ({ kind: 'ipBlocks', blocks, sets: [] }));

const arbPeer: fc.Arbitrary<CompiledPeer> = fc.oneof(
  { weight: 5, arbitrary: arbBlocks },
  fc.constant<CompiledPeer>({ kind: 'anyone' }),
  fc.constant<CompiledPeer>({ kind: 'nobody' }),
  fc.constant<CompiledPeer>({ kind: 'nodes', nodes: [{ kind: 'exists', key: 'edge' }] }),
);

const arbRule: fc.Arbitrary<CompiledRule> = fc.record({
  policy: fc.constant({ kind: 'NetworkPolicy' as const, namespace: 'a', name: 'p' }),
  direction: fc.constant('egress' as const),
  position: fc.nat({ max: 3 }),
  action: fc.constantFrom('Accept' as const, 'Deny' as const),
  peers: fc.array(arbPeer, { minLength: 1, maxLength: 3 }),
  ports: arbPorts,
});

const arbPeerFacts: fc.Arbitrary<PeerFacts> = fc.record({
  sets: fc.constant([]),
  address: fc.option(
    fc.nat({ max: 17 }).map((value) => ({ family: 'IPv4' as const, value })),
    { nil: undefined },
  ),
  nodes: fc.constantFrom(
    [],
    [
      {
        kind: 'Node' as const,
        name: 'n',
        labels: new Map([['edge', '']]),
        addresses: [],
        podRanges: [],
      },
    ],
  ),
});

describe('createRuleIndex', () => {
  test('finds at once what a look at every rule finds first', () => {
    fc.assert(
      fc.property(
        fc.array(arbRule, { maxLength: 6 }),
        fc.array(fc.tuple(arbPeerFacts, arbTraffic), { maxLength: 6 }),
        (rules, questions) => {
          const index = createRuleIndex(rules);
          for (const [other, traffic] of questions) {
            expect(firstMatch(index, other, traffic)).toBe(allMatches(index, other, traffic)[0]);
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
