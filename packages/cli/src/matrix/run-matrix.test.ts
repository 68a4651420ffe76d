import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { record } from '../recording-world.ts';

const SHOP = 'examples/shop';

/** Runs `matrix` on the shop. */
async function matrix(line: string): ReturnType<typeof record> {
  return await record(['matrix', '-f', SHOP, ...line.split(' ').filter((word) => word !== '')]);
}

/** Golden answers: the file's name, and what is asked of the shop. */
const GOLDEN = [
  ['shop.txt', ''],
  ['shop-wide.txt', '-o wide'],
  ['shop.json', '-o json'],
  ['shop.yaml', '-o yaml'],
  ['shop.csv', '-o csv'],
  ['shop.md', '-o md'],
  ['port.txt', '--port 53/udp'],
  ['port.csv', '--port 5432 -n shop -o csv'],
  ['port.json', '--port 443 --to outside -o json'],
  ['port-wide.txt', '--port 5432 --to shop/sts/db -o wide'],
  ['to-the-database.txt', '--to shop/sts/db'],
  ['to-an-address.txt', '--to 192.168.0.10 --to 198.51.100.53'],
  ['from-outside.txt', '--from outside'],
  ['namespace.txt', '-n payments'],
  ['labels.txt', '-l app=web'],
  ['pods.txt', '-n shop --pods'],
] as const;

test.each(GOLDEN)('prints %s', async (name, line) => {
  const { stdout, stderr, exitCode } = await matrix(line);
  await expect(stdout).toMatchFileSnapshot(`testdata/${name}`);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});

test('every golden file belongs to a test', () => {
  const files = readdirSync(new URL('testdata', import.meta.url));
  expect(files.sort()).toEqual([...GOLDEN.map(([name]) => name), ...OTHER_GOLDEN].sort());
});

/** Those of `folding.test.ts` and `families.test.ts`. */
const OTHER_GOLDEN = ['folded.txt', 'folded-to-nothing.txt', 'families.txt', 'families.csv'];

test.each([
  ['the table', ''],
  ['a list', '-n shop --pods'],
])('%s is no wider than 80 columns', async (_, line) => {
  const { stdout } = await matrix(line);
  for (const each of stdout.split('\n')) expect(each.length).toBeLessThanOrEqual(80);
});

test('a wide terminal gets a table with more air', async () => {
  const { stdout } = await record(['matrix', '-f', SHOP], { env: { COLUMNS: '120' } });
  expect(stdout).toContain('from a b c d e');
});

test.each([
  ['-A takes -n back', '-A -n payments', ''],
  [
    'filters of one kind add up',
    '--from shop/web-1 --from shop/api-1',
    '--from shop/deploy/web --from shop/deploy/api',
  ],
  ['a Service is its pods', '--to payments/svc/gateway', '--to payments/deploy/gateway'],
  ['all spellings of a selector', '-l app==web', '-l app=web'],
])('%s', async (_, line, same) => {
  expect(await matrix(line)).toEqual(await matrix(same));
});

test('JSON names no end that it does not list, and lists no denied pair', async () => {
  const { stdout } = await matrix('-o json');
  const { endpoints, connections } = JSON.parse(stdout) as {
    readonly endpoints: readonly { readonly id: string }[];
    readonly connections: readonly {
      readonly from: string;
      readonly to: string;
      readonly allow: Readonly<Record<string, unknown>>;
    }[];
  };
  const ids = new Set(endpoints.map(({ id }) => id));
  expect(ids.size).toBe(endpoints.length);
  for (const { from, to, allow } of connections) {
    expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
    expect(from.startsWith('outside') && to.startsWith('outside')).toBe(false);
    expect(JSON.stringify(allow)).not.toBe('{"TCP":[],"UDP":[],"SCTP":[],"other":false}');
  }
});

test('warnings of the manifests are on standard error, and in the JSON', async () => {
  const stdin = `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: a, namespace: shop}
`;
  const { stdout, stderr } = await record(['matrix', '-f', SHOP, '-f', '-', '-ojson'], { stdin });
  expect(stderr).toContain('warning: <stdin>:2:');
  expect(JSON.parse(stdout)).toMatchObject({ warnings: [{ code: 'notSupported', line: 2 }] });
});

test('that nothing is selected is said, and is no error', async () => {
  const { stdout, stderr, exitCode } = await matrix('-l app=nothing -o json');
  expect(JSON.parse(stdout)).toEqual({ endpoints: [], connections: [] });
  expect(stderr).toContain('nothing to show');
  expect(exitCode).toBe(0);
});

test.each([
  ['a format that there is not', '-o html', '-o: must be one of table, wide, json'],
  ['a port by name', '--port http', '--port: must be a number from 1 to 65535'],
  ['port 0', '--port 0', '--port: must be a number from 1 to 65535'],
  ['a port of a protocol without ports', '--port 80/icmp', '--port: must be a number'],
  ['a selector that is none', '-l app=web,=', '-l: must be `a=b`'],
  ['an end that there is not', '--to shop/sts/bd', 'did you mean `shop/sts/db`'],
  ['a node', '--from node/node-1', 'is a node, and those are not in the matrix: ask eval'],
  ['a pod that has finished', '--from shop/report-1', '--from: '],
  ["a pod on its node's network", '--to monitoring/node-exporter-1', '--to: '],
  ['a block', '--to 10.0.0.0/8', 'is a block of addresses'],
  [
    'a namespace that there is not',
    '-n shpo',
    '-n: nothing is in a namespace `shpo`; did you mean `shop`?',
  ],
  ['an operand', 'shop', '`shop` is one word too many'],
])('refuses %s', async (_, line, expected) => {
  const { stdout, stderr, exitCode } = await matrix(line);
  expect(stderr).toContain(expected);
  expect(stdout).toBe('');
  expect(exitCode).toBe(2);
});
