import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMANDS } from './commands.ts';
import { record } from './recording-world.ts';

const SHOP = 'packages/cli/src/eval/testdata/shop';
const QUESTION = '--from web-2 --to db-0 --port 5432';

test('help lists the commands, but none that is hidden', async () => {
  const { stdout, exitCode } = await record(['--help']);
  for (const { name, summary, hidden } of COMMANDS) {
    if (hidden) expect(stdout).not.toContain(name);
    else expect(stdout).toContain(summary);
  }
  expect(exitCode).toBe(0);
});

test.each(COMMANDS.map((entry) => [entry.name, entry] as const))(
  '%s is listed as it calls itself, and shows examples',
  async (name, entry) => {
    const command = await entry.load();
    expect({ name: command.name, summary: command.summary, hidden: command.hidden }).toEqual({
      name,
      summary: entry.summary,
      hidden: entry.hidden,
    });
    for (const line of [
      [name, '--help'],
      ['help', name],
    ]) {
      const { stdout, exitCode } = await record(line);
      expect(stdout).toContain(command.examples[0]?.line);
      for (const { long } of command.flags) expect(stdout).toContain(long);
      expect(exitCode).toBe(0);
    }
  },
);

test('docs/cli.md names every command and every flag', async () => {
  const text = readFileSync('docs/cli.md', 'utf8');
  for (const entry of COMMANDS.filter(({ hidden }) => !hidden)) {
    const { name, flags } = await entry.load();
    expect(text).toContain(`## ringfence ${name}`);
    for (const { long } of flags) expect(text).toContain(long);
  }
});

test('the version', async () => {
  const { stdout, exitCode } = await record(['--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(exitCode).toBe(0);
});

test.each([
  ['nothing', '', 'Usage: ringfence COMMAND'],
  ['a mistyped command', 'evla', 'there is no command `evla`; did you mean `eval`?'],
  ['a flag of no command', '--frob', '`--frob` needs a command to stand behind'],
  [
    'a cluster',
    'eval --context prod',
    '--context: reading from a cluster is not part of this version',
  ],
  ['a kubeconfig', '--kubeconfig=x eval', '--kubeconfig: reading from a cluster'],
  ['no manifests', `eval ${QUESTION}`, '-f is needed'],
  [
    'a file that is not there',
    `eval -f nowhere.yaml ${QUESTION}`,
    'no such file or folder: `nowhere.yaml`',
  ],
  ['a namespace that cannot be', `eval -f ${SHOP} -nShop ${QUESTION}`, '-n: `Shop` is no name'],
  [
    'a shell that is not known',
    'completion tcsh',
    'shell: must be one of bash, zsh, fish, got `tcsh`',
  ],
  ['a word too many', 'start now', '`now` is one word too many'],
  ['a switch with a value', `eval --strict=yes ${QUESTION}`, '--strict takes no value, got `yes`'],
  ['a flag without its value', 'eval --from', '--from needs a value: --from END'],
  ['a flag in place of a value', 'eval --from --to x', '--from needs a value: --from END'],
  ['a flag that has no use here', 'eval -A', '-A: all that is read counts'],
  [
    'what is no kind',
    `eval -f ${SHOP} --from ep/web --to x`,
    'nothing is in a namespace `ep`, and `ep` is no kind of end (pod, node,',
  ],
  ['help on no command', 'help evla', 'did you mean `eval`?'],
  ['no shell', 'completion', 'shell is missing: which shell'],
])('refuses %s', async (_, line, expected) => {
  const { stdout, stderr, exitCode } = await record(line === '' ? [] : line.split(' '));
  expect(stderr).toContain(expected);
  expect(stdout).toBe('');
  expect(exitCode).toBe(2);
});

test.each([
  ['before the command', `-n shop -f ${SHOP} eval ${QUESTION}`],
  ['after it', `eval ${QUESTION} -f ${SHOP} -n shop`],
  ['attached', `-nshop -f${SHOP} -otext eval ${QUESTION}`],
  ['with an equals sign', `--namespace=shop --filename=${SHOP} eval ${QUESTION}`],
])('takes flags %s', async (_, line) => {
  const { stdout, exitCode } = await record(line.split(' '));
  expect(stdout).toContain('ALLOWED  shop/web-2 to shop/db-0, TCP 5432');
  expect(exitCode).toBe(0);
});

test.each([
  ['a pipe', {}, [], false],
  ['a terminal', { isTerminal: true }, [], true],
  ['a terminal and NO_COLOR', { isTerminal: true, env: { NO_COLOR: '1' } }, [], false],
  ['an empty NO_COLOR', { isTerminal: true, env: { NO_COLOR: '' } }, [], true],
  ['a dumb terminal', { isTerminal: true, env: { TERM: 'dumb' } }, [], false],
  ['--color always', { env: { NO_COLOR: '1' } }, ['--color', 'always'], true],
  ['--color=never', { isTerminal: true }, ['--color=never'], false],
])('colours %s as it should', async (_, world, flags, coloured) => {
  const line = ['eval', '-f', SHOP, '-nshop', ...QUESTION.split(' '), ...flags];
  const { stdout } = await record(line, world);
  expect(stdout.includes('\u001B[')).toBe(coloured);
});

const BROKEN = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a}
spec:
  podSelector: {}
  ingress:
    - from:
        - NamespaceSelector: {}
      ports:
        - port: "80"
`;

test('everything that is wrong with the manifests is said, with its place', async () => {
  const { stdout, stderr, exitCode } = await record(['eval', '-f', '-', ...QUESTION.split(' ')], {
    stdin: BROKEN,
  });
  expect(stderr).toContain('error: <stdin>:8:');
  expect(stderr).toContain('error: <stdin>:10:');
  expect(stderr).toContain('nothing is answered: 2 errors in the manifests');
  expect(stdout).toBe('');
  expect(exitCode).toBe(2);
});

const FOREIGN = `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: a, namespace: shop}
`;

test("another product's policy is a warning, with --strict an error", async () => {
  const line = ['eval', '-f', SHOP, '-f', '-', '-nshop', ...QUESTION.split(' ')];
  const warned = await record([...line, '-ojson'], { stdin: FOREIGN });
  expect(warned.stderr).toContain('warning: <stdin>:2:');
  expect(JSON.parse(warned.stdout)).toMatchObject({
    warnings: [{ code: 'notSupported', file: '<stdin>', line: 2 }],
  });
  expect(warned.exitCode).toBe(0);
  const refused = await record([...line, '--strict'], { stdin: FOREIGN });
  expect(refused.stderr).toContain('error: <stdin>:2:');
  expect(refused.exitCode).toBe(2);
});
