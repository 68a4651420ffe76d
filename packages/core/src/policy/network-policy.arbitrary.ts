import fc from 'fast-check';

/** A field that may be absent, null or set: the three ways that servers read alike, or not. */
function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
  return fc.oneof(
    { weight: 3, arbitrary },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
  );
}

const labels = fc.dictionary(
  fc.constantFrom('app', 'tier', 'constructor'),
  fc.constantFrom('a', 'b', ''),
);
const values = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 2 });
const key = fc.constantFrom('app', 'example.com/tier');

const expression = fc.oneof(
  fc.record({ key, operator: fc.constantFrom('In', 'NotIn'), values }),
  fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);

const selector = fc.record(
  { matchLabels: maybe(labels), matchExpressions: maybe(fc.array(expression, { maxLength: 2 })) },
  { requiredKeys: [] },
);

const port = fc.oneof(
  fc.record({ protocol: maybe(fc.constantFrom('TCP', 'UDP', 'SCTP')) }, { requiredKeys: [] }),
  fc.record({
    protocol: maybe(fc.constantFrom('TCP', 'UDP', 'SCTP')),
    port: fc.integer({ min: 1, max: 100 }),
    endPort: maybe(fc.integer({ min: 100, max: 65_535 })),
  }),
  fc.record({ port: fc.constantFrom('http', 'dns') }),
);

const peer = fc.oneof(
  fc.record({ podSelector: selector, namespaceSelector: maybe(selector) }),
  fc.record({ podSelector: maybe(selector), namespaceSelector: selector }),
  fc.record({
    ipBlock: fc.record({
      cidr: fc.constantFrom('10.0.0.0/8', '0.0.0.0/0'),
      except: maybe(fc.array(fc.constantFrom('10.1.0.0/16', '10.2.0.0/16'), { maxLength: 2 })),
    }),
  }),
);

const ports = maybe(fc.array(port, { maxLength: 2 }));
const peers = maybe(fc.array(peer, { maxLength: 2 }));
const types = fc.subarray(['Ingress', 'Egress']);

/** The spec of a valid NetworkPolicy, in every spelling of absent and empty. */
export const arbitrarySpec: fc.Arbitrary<unknown> = fc.record(
  {
    podSelector: maybe(selector),
    ingress: maybe(
      fc.array(fc.record({ ports, from: peers }, { requiredKeys: [] }), { maxLength: 2 }),
    ),
    egress: maybe(
      fc.array(fc.record({ ports, to: peers }, { requiredKeys: [] }), { maxLength: 2 }),
    ),
    policyTypes: maybe(types),
  },
  { requiredKeys: [] },
);
