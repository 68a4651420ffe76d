/**
 * Measures single requests to the kernel, each acknowledged: what every event of a cluster costs at
 * least. In a network namespace of its own.
 *
 * The target: one element into a set of 10,000 in at most 0.1 ms (through a spawned `nft` it is 45 to
 * 240 ms).
 */
import {
  addRoute,
  addVeth,
  type Change,
  commit,
  datatypeNumber,
  flows,
  linkNamed,
  makeNamespace,
  missingPrivilege,
  type NftSet,
  openNetfilterSocket,
  openRouteSocket,
  type SetElement,
  setLink,
} from '@ringfence/netlink';

const TURNS = 500;
const LIMIT_MS = 0.1;
const missing = missingPrivilege();
if (missing === undefined) main();
else process.stdout.write(`not measured: ${missing}\n`);

function main(): void {
  const namespace = makeNamespace();
  const [filter, route] = [openNetfilterSocket(namespace), openRouteSocket(namespace)];
  const set: NftSet = {
    family: 'inet',
    table: 'bench',
    name: 'addresses',
    flags: [],
    key: { type: datatypeNumber('ipv4_addr'), length: 4, byteOrder: 'network', fields: [] },
    data: { kind: 'none' },
    timeoutMs: 0,
    gcIntervalMs: 0,
    size: 0,
    policy: 'performance',
    expressions: [],
    comment: '',
  };
  const { family, table, name } = set;
  const elements = (from: number, count: number): Change => ({
    kind: 'addElements',
    set: { family, table, name },
    elements: Array.from({ length: count }, (_, index): SetElement => ({ key: key(from + index) })),
  });
  commit(filter, [
    {
      kind: 'addTable',
      table: { family, name: table, flags: { dormant: false, owner: false, persist: false } },
    },
    { kind: 'addSet', set },
    elements(0, 10_000),
  ]);
  const added = measure('one element into a set of 10,000', (turn) =>
    commit(filter, [elements(20_000 + turn, 1)]),
  );
  if (added > LIMIT_MS) process.exitCode = 1;
  measure('a list of no flows', () => flows(filter));
  measure('a veth pair, its other end in another namespace', (turn) =>
    addVeth(route, { name: `bench${turn}`, peer: { name: `peer${turn}`, namespace } }),
  );
  const link = linkNamed(route, 'bench0')?.index ?? 0;
  setLink(route, link, { up: true });
  measure('a route', (turn) =>
    addRoute(route, {
      destination: { address: `10.0.${turn >> 8}.${turn & 255}`, prefix: 32 },
      link,
    }),
  );
  filter.close();
  route.close();
  namespace.close();
}

function key(value: number): Uint8Array {
  return Uint8Array.of(10, (value >> 16) & 255, (value >> 8) & 255, value & 255);
}

/** @returns the median, in milliseconds. */
function measure(what: string, run: (turn: number) => void): number {
  const samples: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const started = performance.now();
    run(turn);
    samples.push(performance.now() - started);
  }
  samples.sort((left, right) => left - right);
  const [median = 0, p99 = 0] = [samples[TURNS / 2], samples[Math.floor(TURNS * 0.99)]];
  process.stdout.write(`${what}: ${median.toFixed(3)} ms (p99 ${p99.toFixed(3)} ms)\n`);
  return median;
}
