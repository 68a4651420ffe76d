import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode } from '../decode.ts';
import type { LabelSelector } from '../selectors/label-selector.ts';
import { formatCidr } from '../sets/cidr.ts';
import { arbitrarySpec } from './network-policy.arbitrary.ts';
import type { DirectionRules, NetworkPolicy, Peer, PortMatch } from './policy.ts';

function policyOf(spec: unknown): NetworkPolicy {
  const metadata = { name: 'p', generation: 3 };
  const value = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec };
  const decoded = decode(value, { namespace: 'shop', reading: 'strict' });
  if (decoded.kind !== 'object' || decoded.object.kind !== 'NetworkPolicy') {
    throw new Error(JSON.stringify(decoded));
  }
  return decoded.object;
}

const NOT_ISOLATED: DirectionRules = { kind: 'notIsolated' };
const DENY_ALL: DirectionRules = { kind: 'isolated', rules: [] };
const ALLOW_ALL: DirectionRules = {
  kind: 'isolated',
  rules: [{ peers: { kind: 'anyone' }, ports: { kind: 'any' } }],
};

// Isolation is decided by policyTypes alone; where they are absent, by whether there are egress rules.
test.each<[reason: string, spec: unknown, ingress: DirectionRules, egress: DirectionRules]>([
  ['no spec at all', undefined, DENY_ALL, NOT_ISOLATED],
  ['a null spec', null, DENY_ALL, NOT_ISOLATED],
  ['an empty spec', {}, DENY_ALL, NOT_ISOLATED],
  ['empty types are computed', { policyTypes: [] }, DENY_ALL, NOT_ISOLATED],
  ['an empty rule allows all', { ingress: [{}] }, ALLOW_ALL, NOT_ISOLATED],
  ['a null rule is an empty one', { ingress: [null] }, ALLOW_ALL, NOT_ISOLATED],
  ['egress rules deny ingress too', { egress: [{}] }, DENY_ALL, ALLOW_ALL],
  ['an empty list of egress rules is none', { egress: [] }, DENY_ALL, NOT_ISOLATED],
  ['said types are not extended', { policyTypes: ['Egress'] }, NOT_ISOLATED, DENY_ALL],
  [
    'rules of the other direction are inert',
    { policyTypes: ['Egress'], ingress: [{}] },
    NOT_ISOLATED,
    DENY_ALL,
  ],
  ['both', { policyTypes: ['Ingress', 'Egress'], egress: [{}] }, DENY_ALL, ALLOW_ALL],
  ['a type may be said twice', { policyTypes: ['Ingress', 'Ingress'] }, DENY_ALL, NOT_ISOLATED],
])('isolates: %s', (_reason, spec, ingress, egress) => {
  expect(policyOf(spec)).toMatchObject({ ingress, egress });
});

function peersOf(from: unknown): unknown {
  const { ingress } = policyOf({ ingress: [{ from }] });
  return ingress.kind === 'isolated' && ingress.rules[0]?.peers;
}

const APP_A: LabelSelector = [{ kind: 'in', key: 'app', values: new Set(['a']) }];
const A = { matchLabels: { app: 'a' } };

test.each<[reason: string, from: unknown, peers: unknown]>([
  ['absent', undefined, { kind: 'anyone' }],
  ['null', null, { kind: 'anyone' }],
  ['empty', [], { kind: 'anyone' }],
  [
    'pods of the own namespace',
    [{ podSelector: A }],
    [{ kind: 'pods', namespaces: { kind: 'own' }, pods: APP_A }],
  ],
  [
    'every pod of the own namespace',
    [{ podSelector: {} }],
    [{ kind: 'pods', namespaces: { kind: 'own' }, pods: [] }],
  ],
  [
    'a null namespaceSelector is absent',
    [{ podSelector: {}, namespaceSelector: null }],
    [{ kind: 'pods', namespaces: { kind: 'own' }, pods: [] }],
  ],
  [
    'every pod of namespaces',
    [{ namespaceSelector: A }],
    [{ kind: 'pods', namespaces: { kind: 'matching', namespaces: APP_A }, pods: [] }],
  ],
  [
    'both',
    [{ namespaceSelector: {}, podSelector: A }],
    [{ kind: 'pods', namespaces: { kind: 'matching', namespaces: [] }, pods: APP_A }],
  ],
])('peers: %s', (_reason, from, peers) => {
  expect(peersOf(from)).toEqual(Array.isArray(peers) ? { kind: 'peers', peers } : peers);
});

function portsOf(ports: unknown): unknown {
  const { ingress } = policyOf({ ingress: [{ ports }] });
  return ingress.kind === 'isolated' && ingress.rules[0]?.ports;
}

test.each<[reason: string, ports: unknown, expected: unknown]>([
  ['absent', undefined, { kind: 'any' }],
  ['null', null, { kind: 'any' }],
  ['empty', [], { kind: 'any' }],
  ['an empty entry is all of TCP', [{}], [{ kind: 'range', protocol: 'TCP', from: 1, to: 65_535 }]],
  [
    'all of a protocol',
    [{ protocol: 'UDP' }],
    [{ kind: 'range', protocol: 'UDP', from: 1, to: 65_535 }],
  ],
  ['TCP unless said', [{ port: 53 }], [{ kind: 'range', protocol: 'TCP', from: 53, to: 53 }]],
  [
    'a range',
    [{ port: 1, endPort: 9, protocol: 'SCTP' }],
    [{ kind: 'range', protocol: 'SCTP', from: 1, to: 9 }],
  ],
  ['a name', [{ port: 'dns', protocol: 'UDP' }], [{ kind: 'named', protocol: 'UDP', name: 'dns' }]],
])('ports: %s', (_reason, ports, expected) => {
  expect(portsOf(ports)).toEqual(
    Array.isArray(expected) ? { kind: 'ports', ports: expected } : expected,
  );
});

test('a policy, whole', () => {
  expect(
    policyOf({
      podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['x'] }] },
    }),
  ).toEqual({
    kind: 'NetworkPolicy',
    namespace: 'shop',
    name: 'p',
    generation: 3,
    subject: [{ kind: 'notIn', key: 'app', values: new Set(['x']) }],
    ingress: DENY_ALL,
    egress: NOT_ISOLATED,
  });
});

/** Writes a decoded policy with everything said: no default is left to be applied. */
function explicit(policy: NetworkPolicy): unknown {
  const rules = (direction: DirectionRules, field: string): unknown =>
    direction.kind === 'notIsolated'
      ? undefined
      : direction.rules.map(({ peers, ports }) => ({
          ...(peers.kind === 'peers' && { [field]: peers.peers.map(explicitPeer) }),
          ...(ports.kind === 'ports' && { ports: ports.ports.map(explicitPort) }),
        }));
  return {
    podSelector: explicitSelector(policy.subject),
    policyTypes: [
      ...(policy.ingress.kind === 'isolated' ? ['Ingress'] : []),
      ...(policy.egress.kind === 'isolated' ? ['Egress'] : []),
    ],
    ingress: rules(policy.ingress, 'from'),
    egress: rules(policy.egress, 'to'),
  };
}

function explicitPeer(peer: Peer): unknown {
  if (peer.kind === 'ipBlocks') {
    const blocks = peer.blocks.map(({ cidr, except }) => ({
      ipBlock: { cidr: formatCidr(cidr), except: except.map(formatCidr) },
    }));
    return blocks[0];
  }
  if (peer.kind !== 'pods') throw new Error(peer.kind);
  return {
    podSelector: explicitSelector(peer.pods),
    namespaceSelector:
      peer.namespaces.kind === 'own' ? null : explicitSelector(peer.namespaces.namespaces),
  };
}

function explicitPort(match: PortMatch): unknown {
  const { protocol } = match;
  return match.kind === 'named'
    ? { protocol, port: match.name }
    : { protocol, port: match.from, endPort: match.to };
}

const OPERATORS = { in: 'In', notIn: 'NotIn', exists: 'Exists', doesNotExist: 'DoesNotExist' };

function explicitSelector(selector: LabelSelector): unknown {
  return {
    matchExpressions: selector.map((requirement) => ({
      key: requirement.key,
      operator: OPERATORS[requirement.kind],
      ...('values' in requirement && { values: [...requirement.values] }),
    })),
  };
}

test('defaults are applied once: a policy that says them means the same', () => {
  fc.assert(
    fc.property(arbitrarySpec, (spec) => {
      const policy = policyOf(spec);
      expect(policyOf(explicit(policy))).toEqual(policy);
    }),
    { numRuns: 2_000 },
  );
});
