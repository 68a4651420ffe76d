import { expect, test } from 'vitest';
import { record } from '../recording-world.ts';

const SHOP = 'packages/cli/src/eval/testdata/shop';

/** Sends lines through `eval --batch -`; gives its answers, read. */
async function batch(lines: readonly string[]): Promise<{
  readonly answers: readonly unknown[];
  readonly stderr: string;
  readonly exitCode: number;
}> {
  const line = ['eval', '-f', SHOP, '-n', 'shop', '--batch', '-'];
  const { stdout, stderr, exitCode } = await record(line, { stdin: lines.join('\n') });
  const answers = stdout.split('\n').filter((each) => each !== '');
  return { answers: answers.map((each): unknown => JSON.parse(each)), stderr, exitCode };
}

const ALLOWED = {
  from: 'shop/web-2',
  to: 'shop/db-0',
  protocol: 'TCP',
  port: 5432,
  family: 'IPv4',
};
const DENIED = { ...ALLOWED, from: 'shop/web-1' };

test('an answer repeats its question and gives verdict and findings; denials are no failure', async () => {
  const { answers, stderr, exitCode } = await batch(
    [ALLOWED, DENIED].map((each) => JSON.stringify(each)),
  );
  expect(answers).toEqual([
    {
      ...ALLOWED,
      verdict: 'allow',
      egress: {
        kind: 'allowed',
        by: {
          policy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' },
          direction: 'egress',
          rule: 0,
          port: 0,
          file: `${SHOP}/policies.yaml`,
          line: 33,
        },
        passed: [],
      },
      ingress: {
        kind: 'allowed',
        by: {
          policy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'db' },
          direction: 'ingress',
          rule: 0,
          peer: 0,
          port: 0,
          file: `${SHOP}/policies.yaml`,
          line: 10,
        },
        passed: [],
      },
    },
    expect.objectContaining({
      ...DENIED,
      verdict: 'deny',
      ingress: {
        kind: 'denied',
        isolatedBy: [
          {
            kind: 'NetworkPolicy',
            namespace: 'shop',
            name: 'db',
            file: `${SHOP}/policies.yaml`,
            line: 4,
          },
        ],
        passed: [],
      },
    }),
  ]);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});

test.each([
  ['an address outside', { from: '203.0.113.7' }, { verdict: 'deny' }],
  ["a pod's address is that pod", { from: '10.0.0.2' }, { verdict: 'allow' }],
  [
    'a lone backend of a Service, on its port',
    { to: 'shop/svc/db', port: 6000 },
    { verdict: 'allow' },
  ],
  ['every family, where they agree', { family: undefined }, { verdict: 'allow' }],
  ['ICMP', { protocol: 'ICMP', port: undefined }, { verdict: 'deny', protocol: 'other' }],
  ['no address yet', { from: 'shop/pending' }, { verdict: 'unknown', reason: 'noAddress' }],
  ['no address in that family', { family: 'IPv6' }, { verdict: 'unknown', reason: 'noAddress' }],
  ['a finished pod', { from: 'shop/finished' }, { verdict: 'unknown', reason: 'noAddress' }],
  ['no such pod', { from: 'shop/nobody' }, { verdict: 'unknown', reason: 'noSuchPod' }],
  ['a Service that picks no pod', { to: 'shop/svc/nobody' }, { reason: 'noSuchPod' }],
  ["a Service's address, its backends unknown", { to: '10.96.0.4' }, { reason: 'noSuchPod' }],
  ['several pods that agree', { from: 'shop/deploy/web', port: 22 }, { verdict: 'deny' }],
  ['no such workload', { from: 'shop/deploy/nobody' }, { verdict: 'unknown', reason: 'noSuchPod' }],
])('answers about %s', async (_, change, expected) => {
  const { answers, stderr, exitCode } = await batch([JSON.stringify({ ...ALLOWED, ...change })]);
  expect(stderr).toBe('');
  expect(answers).toMatchObject([expected]);
  expect(exitCode).toBe(0);
});

test('a bad line is named, and hides no other', async () => {
  const good = JSON.stringify(ALLOWED);
  const lines = [good, '{', '', JSON.stringify({ ...ALLOWED, port: '80' }), `${good}\r`];
  const { answers, stderr, exitCode } = await batch(lines);
  expect(answers).toHaveLength(2);
  expect(stderr).toContain('error: <stdin>:2: not JSON');
  expect(stderr).toContain(
    'error: <stdin>:4: port: must be a number between 1 and 65535, got `"80"`',
  );
  expect(exitCode).toBe(2);
});

test.each([
  [
    'several pods that differ',
    { from: 'shop/deploy/web' },
    'from: its 2 pods (shop/web-1, shop/web-2) have different answers, name one',
  ],
  ['an ambiguous end', { to: 'svc/db' }, 'to: `svc/db` can be two things'],
  ['no end at all', { to: 'a/b/c/d' }, 'to: `a/b/c/d` is no end'],
  [
    'a port that a Service has not',
    { to: 'shop/svc/db' },
    'port: Service shop/db has no TCP port `5432`',
  ],
])('refuses %s', async (_, change, expected) => {
  const { answers, stderr, exitCode } = await batch([JSON.stringify({ ...ALLOWED, ...change })]);
  expect(stderr).toContain(`error: <stdin>:1: ${expected}`);
  expect(answers).toEqual([]);
  expect(exitCode).toBe(2);
});

test.each([
  [
    'a single question beside it',
    '--batch - --from web-1',
    '--from and --batch exclude each other',
  ],
  ['standard input twice', '--batch - -f -', 'both want standard input'],
  ['a file that is not there', '--batch nowhere', '--batch: no such file: `nowhere`'],
  ['a folder', '--batch docs', '--batch: `docs` is a folder'],
])('refuses %s', async (_, line, expected) => {
  const answer = await record(['eval', '-f', SHOP, ...line.split(' ')]);
  expect(answer.stderr).toContain(expected);
  expect(answer.exitCode).toBe(2);
});
