import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { record } from '../recording-world.ts';

const SHOP = 'packages/cli/src/eval/testdata/shop';

/** Runs `eval` on the test's cluster, in namespace shop. */
async function ask(line: string): ReturnType<typeof record> {
  return await record(['eval', '-f', SHOP, '-nshop', ...line.split(' ')]);
}

/** Golden answers: the file's name, the question, the exit code. */
const GOLDEN = [
  ['allowed-by-both', '--from web-2 --to db-0 --port 5432', 0],
  ['denied-other-peer', '--from web-1 --to db-0 --port 5432', 1],
  ['denied-other-port', '--from ops/prometheus --to db-0 --port 5432', 1],
  ['denied-both-ways', '--from web-1 --to db-0 --port 9187', 1],
  ['mixed', '--from deploy/web --to shop/svc/db --port sql', 1],
  ['service-without-port', '--from ops/prometheus --to shop/svc/db', 1],
  ['service-address', '--from web-2 --to 10.96.0.3 --port 6000', 0],
  ['pods-with-other-numbers', '--from ops/prometheus --to svc/web --port http', 0],
  ['all-ports', '--from web-2 --to db-0', 0],
  ['all-ports-of-udp', '--from web-2 --to db-0 --protocol UDP', 1],
  ['no-ports-at-all', '--from web-1 --to db-0 --protocol ICMP', 1],
  ['outside', '--from 203.0.113.7 --to web-1 --port 8080', 0],
  ['address-of-a-pod', '--from 10.0.0.2 --to db-0 --port 5432', 0],
  ['denied-by-tier', '--from web-1 --to ops/prometheus --port 5432', 1],
  ['passed-by-tier', '--from db-0 --to ops/prometheus --port 9090', 0],
  ['node', '--from node/node-1 --to db-0 --port 5432', 0],
  ['itself', '--from db-0 --to db-0 --port 1', 0],
  ['stand-in', '--from cj/report --to db-0 --port 5432', 1],
  ['finished', '--from finished --to db-0 --port 5432', 1],
  ['no-address', '--from pending --to db-0 --port 5432 --family IPv4', 1],
  ['no-common-family', '--from 2001:db8::1 --to db-0 --port 5432', 1],
] as const;

test.each(GOLDEN)('explains %s', async (name, line, exitCode) => {
  const answer = await ask(line);
  expect(answer.stderr).toBe('');
  await expect(`$ ringfence eval ${line}\n${answer.stdout}`).toMatchFileSnapshot(
    `testdata/${name}.txt`,
  );
  expect(answer.exitCode).toBe(exitCode);
});

test.each([
  ['denied-other-peer', '--from web-1 --to db-0 --port 5432 -o json', 1],
  ['mixed', '--from deploy/web --to shop/svc/db --port sql -o json', 1],
  ['all-ports', '--from web-2 --to db-0 -o json', 0],
])('answers %s in JSON', async (name, line, exitCode) => {
  const answer = await ask(line);
  await expect(answer.stdout).toMatchFileSnapshot(`testdata/${name}.json`);
  expect(answer.exitCode).toBe(exitCode);
});

test('answers in YAML what it answers in JSON', async () => {
  const { stdout } = await ask('--from web-1 --to db-0 --port 5432 -oyaml');
  await expect(stdout).toMatchFileSnapshot('testdata/denied-other-peer.yaml');
});

test('every golden file belongs to a test', () => {
  const texts = readdirSync(new URL('testdata', import.meta.url)).filter((name) =>
    name.endsWith('.txt'),
  );
  expect(texts.sort()).toEqual(GOLDEN.map(([name]) => `${name}.txt`).sort());
});

test.each([
  ['no ends', '--port 80', 'eval needs --from and --to'],
  ['no source', '--to db-0', 'eval needs --from:'],
  [
    'a pod that there is not',
    '--from wbe-1 --to db-0',
    '--from: there is no Pod `wbe-1` in namespace `shop`; did you mean `shop/web-1`',
  ],
  ['a pod of another namespace', '--from prometheus --to db-0', 'did you mean `ops/prometheus`?'],
  ["a pod by its workload's name", '--from web --to db-0', 'did you mean `shop/deploy/web`'],
  [
    'a namespace that there is not',
    '--from shpo/web-1 --to db-0',
    'nothing is in a namespace `shpo` (the nearest is `shop`)',
  ],
  [
    'a workload that there is not',
    '--from deploy/wbe --to db-0',
    'there is no Deployment `wbe` in namespace `shop`; did you mean `shop/deploy/web`',
  ],
  [
    'a node that there is not',
    '--from no/node-2 --to db-0',
    'there is no Node `node-2`; did you mean `node/node-1`',
  ],
  ['ExternalName', '--from web-1 --to svc/mail', 'only a name for `mail.example.com`'],
  ['a Service without selector', '--from web-1 --to svc/manual', 'has no selector'],
  [
    'a Service without pods',
    '--from web-1 --to svc/nobody',
    'picks no pod: no pod of namespace `shop` carries the labels `app=nobody`',
  ],
  [
    "a port that is not the Service's",
    '--from web-1 --to shop/svc/db --port 5432',
    'Service shop/db has no TCP port `5432`: it has 6000/TCP (sql), 9187/TCP (metrics)',
  ],
  [
    "a Service's port of another protocol",
    '--from web-1 --to shop/svc/db --port sql --protocol UDP',
    'has port `sql` for TCP only',
  ],
  [
    'a port by a name that the pod has not',
    '--from web-1 --to db-0 --port sql',
    'pod shop/db-0 has no TCP port named `sql`: it has 5432/TCP (postgres)',
  ],
  [
    'a port by name outside',
    '--from web-1 --to 203.0.113.7 --port http',
    'is no pod, so it has no port named `http`',
  ],
  ['port 0', '--from web-1 --to db-0 --port 0', '--port: must be between 1 and 65535'],
  [
    'a range of ports',
    '--from web-1 --to db-0 --port 1-9',
    '--port: must be a number or the name of a port, got `1-9`',
  ],
  [
    'a protocol that there is not',
    '--from web-1 --to db-0 --protocol HTTP',
    '--protocol: must be one of TCP',
  ],
  [
    'a port of what has none',
    '--from web-1 --to db-0 --protocol ICMP --port 80',
    '--port: ICMP has no ports',
  ],
  [
    'a family that there is not',
    '--from web-1 --to db-0 --family v4',
    '--family: must be IPv4 or IPv6',
  ],
  [
    'a format that there is not',
    '--from web-1 --to db-0 -o xml',
    '-o: must be one of text, json, yaml, got `xml`',
  ],
  ['a flag twice', '--from web-1 --from web-2 --to db-0', '--from was given twice'],
  [
    'a mistyped flag',
    '--form web-1 --to db-0',
    'there is no flag `--form` here; did you mean `--from`',
  ],
  ['an operand', 'web-1', '`web-1` is one word too many'],
])('refuses %s', async (_, line, expected) => {
  const answer = await ask(line);
  expect(answer.stderr).toContain(expected);
  expect(answer.stdout).toBe('');
  expect(answer.exitCode).toBe(2);
});

test('a name that can be two things is refused, with both spellings', async () => {
  const answer = await ask('--from web-1 --to svc/db --port 6000');
  expect(answer.stderr).toContain(
    'write `shop/svc/db` (Service shop/db) or `svc/pod/db` (Pod svc/db)',
  );
  expect(answer.exitCode).toBe(2);
});

test('both spellings work', async () => {
  expect((await ask('--from web-2 --to shop/svc/db --port 6000')).exitCode).toBe(0);
  expect((await ask('--from web-1 --to svc/pod/db --port 5000')).exitCode).toBe(0);
});

test('what a suggestion says makes the verdict allow', async () => {
  const denied = await ask('--from web-1 --to db-0 --port 9187 -ojson');
  const { answers } = JSON.parse(denied.stdout) as {
    readonly answers: readonly {
      readonly suggestions: readonly { readonly manifest: unknown }[];
    }[];
  };
  const added = answers.flatMap(({ suggestions }) =>
    suggestions.map(({ manifest }) => JSON.stringify(manifest)),
  );
  const line = `eval -f ${SHOP} -f - -n shop --from web-1 --to db-0 --port 9187`;
  const allowed = await record(line.split(' '), { stdin: added.join('\n---\n') });
  expect(allowed.stdout).toContain('ALLOWED');
  expect(allowed.exitCode).toBe(0);
});
