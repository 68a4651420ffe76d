import { CIDRS, EXCEPTS, KEYS, NAMES, PORT_NAMES, PORTS, VALUES } from './values.ts';
import { type Json, type JsonMap, mutations, REPLACEMENTS } from './mutations.ts';
import { picker } from './picker.ts';

/** NetworkPolicies, right and wrong in every way that we could think of. */
export function* networkPolicies(): Generator<JsonMap> {
  yield* mutated();
  yield* named();
  yield* labelled();
  yield* selecting();
  yield* connecting();
  for (const rules of RULES) {
    yield policy(rules);
    for (const policyTypes of POLICY_TYPES) yield policy({ ...rules, policyTypes });
  }
  yield* severalAtOnce(60);
}

/** Every field of every wrong type, and every key misspelt. */
function* mutated(): Generator<JsonMap> {
  for (const metadata of mutations(METADATA)) yield { ...policy({}), metadata };
  for (const each of SPECS) {
    for (const spec of mutations(each)) yield { ...policy({}), spec };
  }
  for (const spec of REPLACEMENTS) yield { ...policy({}), spec };
  for (const other of ['status', 'Spec', 'a"b']) yield { ...policy({}), [other]: {} };
  const { apiVersion = null, kind = null, ...rest } = policy({});
  yield* [
    { ...rest, kind },
    { ...rest, apiVersion },
    { ...rest, kind, ApiVersion: apiVersion },
  ];
  yield { ...rest, kind, apiVersion: 'v1' };
  yield { ...rest, kind: 'networkpolicy', apiVersion };
}

function* named(): Generator<JsonMap> {
  for (const name of NAMES) {
    yield policy({}, { name });
    yield policy({}, { name: 'a', namespace: name });
    yield policy({}, { generateName: name });
  }
}

function* labelled(): Generator<JsonMap> {
  for (const key of KEYS) {
    yield policy({}, { name: 'a', labels: { [key]: 'x' } });
    yield policy({}, { name: 'a', annotations: { [key]: 'any text' } });
  }
  for (const value of VALUES) yield policy({}, { name: 'a', labels: { a: value } });
}

function* selecting(): Generator<JsonMap> {
  for (const key of KEYS) {
    yield policy({ podSelector: { matchLabels: { [key]: 'x' } } });
    yield policy(from({ podSelector: { matchExpressions: [{ key, operator: 'Exists' }] } }));
  }
  for (const value of VALUES) {
    yield policy({ podSelector: { matchLabels: { a: value } } });
    const expression = { key: 'a', operator: 'In', values: [value, 'b'] };
    yield policy(to({ namespaceSelector: { matchExpressions: [expression] } }));
  }
  for (const operator of OPERATORS) {
    for (const values of VALUE_LISTS) {
      yield policy({ podSelector: { matchExpressions: [{ key: 'a', operator, values }] } });
    }
  }
}

function* connecting(): Generator<JsonMap> {
  for (const cidr of CIDRS) yield policy(from({ ipBlock: { cidr } }));
  for (const [cidr, ...except] of EXCEPTS) yield policy(to({ ipBlock: { cidr, except } }));
  for (const port of [...PORTS, ...PORT_NAMES]) {
    yield policy({ ingress: [{ ports: [{ port }] }] });
    for (const endPort of END_PORTS) yield policy({ egress: [{ ports: [{ port, endPort }] }] });
  }
  for (const protocol of PROTOCOLS) {
    yield policy({ ingress: [{ ports: [{ protocol, port: 80 }] }] });
  }
}

const METADATA: JsonMap = {
  name: 'a',
  namespace: 'shop',
  labels: { app: 'a' },
  annotations: { note: 'n' },
};

/** Specs that together use every field, each small. */
const SPECS: readonly JsonMap[] = [
  { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress', 'Egress'] },
  from({
    namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In', values: ['a', 'b'] }] },
    podSelector: { matchLabels: { app: 'front' } },
  }),
  { ingress: [{ ports: [{ protocol: 'TCP', port: 80, endPort: 90 }] }] },
  to({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }),
  { egress: [{ ports: [{ protocol: 'UDP', port: 'dns' }] }] },
];

const OPERATORS: readonly Json[] = [
  'In',
  'NotIn',
  'Exists',
  'DoesNotExist',
  'in',
  'Gt',
  'Equals',
  '',
  null,
];
const VALUE_LISTS: readonly Json[] = [null, [], ['a'], ['a', 'a'], [''], [null], ['a b', 'c_']];
const PROTOCOLS: readonly Json[] = [null, '', 'TCP', 'UDP', 'SCTP', 'tcp', 'ICMP', 'TCP ', 6];
const END_PORTS: readonly Json[] = [
  null,
  0,
  -1,
  1,
  80,
  81,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  '90',
];
const POLICY_TYPES: readonly Json[] = [
  null,
  [],
  ['Ingress'],
  ['Egress'],
  ['Egress', 'Ingress'],
  ['Ingress', 'Ingress'],
  ['ingress'],
  ['Ingress', 'Both'],
  ['', null],
  ['Ingress', 'Egress', 'Ingress'],
  ['x', 'y', 'z'],
];
const RULES: readonly JsonMap[] = [
  {},
  { ingress: null, egress: null },
  { ingress: [], egress: [] },
  { ingress: [{}], egress: [{}] },
  { ingress: [null] },
  { egress: [{ to: [], ports: [] }] },
  { ingress: [{ from: [{}] }] },
  { egress: [{ to: [null] }] },
  { ingress: [{ from: [{ podSelector: null }] }] },
  { ingress: [{ from: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }] },
  { egress: [{ to: [{ namespaceSelector: {}, ipBlock: null }] }] },
  { egress: [{ to: [{ ipBlock: {} }], ports: [{}] }] },
];

/** Policies put together at random from what is right and what is wrong; always the same ones. */
function* severalAtOnce(count: number): Generator<JsonMap> {
  const { pick, some } = picker(20_260_101);
  const selector = (): JsonMap => ({
    matchLabels: Object.fromEntries(some(2, () => [pick(KEYS), pick(VALUES)])),
    matchExpressions: some(2, () => ({
      key: pick(KEYS),
      operator: pick(OPERATORS),
      values: pick(VALUE_LISTS),
    })),
  });
  const ipBlock = (): JsonMap => ({ cidr: pick(CIDRS), except: some(3, () => pick(CIDRS)) });
  const peer = (): JsonMap =>
    pick([
      () => ({ podSelector: selector() }),
      () => ({ namespaceSelector: selector(), podSelector: selector() }),
      () => ({ ipBlock: ipBlock() }),
      () => ({ ipBlock: ipBlock(), podSelector: selector() }),
      () => ({}),
    ])();
  const port = (): JsonMap => ({
    protocol: pick(PROTOCOLS.filter((each) => typeof each !== 'number')),
    port: pick([...PORTS, ...PORT_NAMES].filter(isReadable)),
    endPort: pick(END_PORTS.filter((each) => typeof each !== 'string' && isReadable(each))),
  });
  for (let index = 0; index < count; index += 1) {
    const ingress = some(2, () => ({ from: some(2, peer), ports: some(2, port) }));
    const egress = some(2, () => ({ to: some(2, peer), ports: some(2, port) }));
    const policyTypes = pick(POLICY_TYPES);
    const metadata = { name: pick(NAMES), labels: { [pick(KEYS)]: pick(VALUES) } };
    yield policy({ podSelector: selector(), ingress, egress, policyTypes }, metadata);
  }
}

/** Whether a port has a type at all that can be decoded; otherwise nothing else is looked at. */
function isReadable(port: Json): boolean {
  return (
    typeof port !== 'boolean' &&
    (typeof port !== 'number' || (Number.isInteger(port) && port < 2 ** 31))
  );
}

function policy(spec: JsonMap, metadata: JsonMap = { name: 'a' }): JsonMap {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec };
}

function from(peer: JsonMap): JsonMap {
  return { ingress: [{ from: [peer] }] };
}

function to(peer: JsonMap): JsonMap {
  return { egress: [{ to: [peer] }] };
}
