import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { record, type Recording } from '../recording-world.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringfence-scenario-'));
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FILES = {
  'cluster.yaml': `apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x, labels: {app: a}}
spec: {containers: [{name: c, image: c}]}
status: {podIP: 10.0.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: x, labels: {app: b}}
spec: {containers: [{name: c, image: c}]}
status: {podIP: 10.0.0.2}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-80, namespace: x}
spec:
  podSelector: {matchLabels: {app: a}}
  ingress:
    - ports: [{port: 80}]
`,
  'right.yaml': `scenario: right
manifests: [cluster.yaml]
connections:
  - {from: x/b, to: x/a, port: 80, want: allow, because: the policy opens it}
  - {from: x/b, to: x/a, port: [81, 82], want: deny, because: the policy opens nothing else}
`,
  'wrong.yaml': `scenario: wrong
manifests: [cluster.yaml]
connections:
  - {from: x/b, to: x/a, port: 80, want: deny, because: somebody thought so}
steps:
  - step: the policy goes
    delete: [NetworkPolicy x/only-80]
    connections:
      - {from: x/b, to: x/a, port: 81, want: allow, because: it is <open> & free}
`,
  'hostile.yaml': `scenario: "\\e[31mred"
manifests: [cluster.yaml]
connections:
  - {from: x/b, to: x/a, port: 80, want: deny, because: "two lines\\nok 2 - and \\e[2J"}
`,
  'misspelt.yaml': `scenario: misspelt
manifests: [cluster.yaml]
connections:
  - {from: x/bb, to: x/a, port: 80, want: deny, because: there is no such pod}
`,
  'absent.yaml': 'scenario: absent\nmanifests: [nowhere.yaml]\n',
  'idle.yaml': 'scenario: idle\nmanifests: [cluster.yaml]\n',
  'bad-manifest.yaml': `scenario: bad manifest
manifests:
  - {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostNetwork: perhaps}}
connections:
  - {from: a, to: a, port: 80, want: allow, because: x}
`,
  'twice.yaml': `scenario: the same pod twice
manifests:
  - cluster.yaml
  - {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: x}, spec: {containers: [{name: c, image: c}]}}
connections:
  - {from: x/b, to: x/a, port: 80, want: allow, because: which of the two is meant}
`,
  'bad-step.yaml': `scenario: bad step
manifests: [cluster.yaml]
steps:
  - step: delete what is not there
    delete: [NetworkPolicy x/other]
    connections:
      - {from: x/b, to: x/a, port: 80, want: allow, because: never asked}
`,
  'netassert.yaml': `- name: b to a on 80
  type: k8s
  protocol: tcp
  targetPort: 80
  timeoutSeconds: 20
  attempts: 3
  exitCode: 0
  src: {k8sResource: {kind: pod, name: b, namespace: x}}
  dst: {k8sResource: {kind: pod, name: a, namespace: x}}
- name: b to a on 81
  targetPort: 81
  exitCode: 1
  src: {k8sResource: {kind: pod, name: b, namespace: x}}
  dst: {k8sResource: {kind: pod, name: a, namespace: x}}
- name: b to a name
  targetPort: 443
  exitCode: 0
  src: {k8sResource: {kind: pod, name: b, namespace: x}}
  dst: {host: {name: www.example.com}}
- name: b to an address
  targetPort: 443
  src: {k8sResource: {kind: pod, name: b, namespace: x}}
  dst: {host: {name: 203.0.113.9}}
`,
  'folder/one.yaml':
    'scenario: one\nmanifests: [../cluster.yaml]\nconnections: [{from: x/b, to: x/a, port: 80, want: allow, because: x}]\n',
  'folder/pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: c}]}\n',
};

async function run(...args: readonly string[]): Promise<Recording> {
  const typed = args.map((arg) => (arg in FILES || arg === 'folder' ? join(folder, arg) : arg));
  const { exitCode, stdout, stderr } = await record(['test', ...typed]);
  const short = (text: string): string => text.replaceAll(`${folder}/`, '');
  return { exitCode, stdout: short(stdout), stderr: short(stderr) };
}

// The exit code is the answer for scripts.
describe('exit codes', () => {
  test.each<[string, readonly string[], number]>([
    ['0: everything holds', ['right.yaml'], 0],
    ['1: something does not', ['right.yaml', 'wrong.yaml'], 1],
    ['2: an end that there is not', ['misspelt.yaml'], 2],
    ['2: a file that there is not', ['nowhere.yaml'], 2],
    ['2: a manifest that there is not', ['absent.yaml'], 2],
    ['2: a manifest that is refused', ['bad-manifest.yaml'], 2],
    ['2: a step that cannot be taken', ['bad-step.yaml'], 2],
    ['2: nothing is checked', ['idle.yaml'], 2],
    ['2: a file that is no scenario', ['cluster.yaml'], 2],
    ['2: one object in two manifests', ['twice.yaml'], 2],
    ['2: nothing named', [], 2],
    ['2: an unknown format', ['right.yaml', '-o', 'xml'], 2],
    ['2 is stronger than 1', ['wrong.yaml', 'misspelt.yaml'], 2],
  ])('%s', async (_what, args, code) => {
    expect((await run(...args)).exitCode).toBe(code);
  });
});

test('a failure says what was wanted, why, and what decided', async () => {
  expect((await run('wrong.yaml')).stdout).toMatchInlineSnapshot(`
    "FAIL wrong.yaml: wrong
      failed wrong.yaml:4: x/b -> x/a TCP/80: deny
        because: somebody thought so
        x/b -> x/a TCP/80 IPv4: want deny, got allow
          egress: allowed: no policy isolates x/b for egress
          ingress: allowed by NetworkPolicy x/only-80; spec.ingress[0] (anyone) cluster.yaml:19; spec.ingress[0].ports[0] cluster.yaml:19

    1 passed, 1 failed, 0 skipped (2 connections in 1 file)
    "
  `);
});

test('what cannot be asked says why', async () => {
  const { stdout } = await run('misspelt.yaml', 'bad-step.yaml', 'absent.yaml', 'idle.yaml');
  expect(stdout).toMatchInlineSnapshot(`
    "FAIL misspelt.yaml: misspelt
      broken misspelt.yaml:4: x/bb -> x/a TCP/80: deny
        there is no Pod \`bb\` in namespace \`x\`; did you mean \`x/b\`?
    FAIL bad-step.yaml: bad step
      broken bad-step.yaml:5: delete what is not there
        there is no \`NetworkPolicy x/other\` to delete
    FAIL absent.yaml: absent
      error: absent.yaml:2:13: no such file or folder: \`nowhere.yaml\`
        2 | manifests: [nowhere.yaml]
          |             ^^^^^^^^^^^^
    FAIL idle.yaml: idle
      error: idle.yaml:1:1: nothing is checked: there are neither \`connections\` nor \`refused\` nor \`warned\`
        1 | scenario: idle
          | ^^^^^^^^

    0 passed, 0 failed, 0 skipped, 4 unusable (0 connections in 4 files)
    "
  `);
});

test('below a folder, manifests are passed over', async () => {
  const { stdout, stderr } = await run('folder');
  expect(stdout).toContain('1 passed, 0 failed, 0 skipped (1 connection in 1 file)');
  expect(stderr).toBe('passed over one file without expectations\n');
});

test('a scenario comes in on standard input', async () => {
  const { exitCode, stdout } = await record(['test', '-', '-f', join(folder, 'cluster.yaml')], {
    stdin: 'scenario: s\nconnections: [{from: x/b, to: x/a, port: 80, want: allow, because: x}]\n',
  });
  expect(stdout).toContain('<stdin>: s');
  expect(exitCode).toBe(0);
});

test('NetAssert tests are made on the manifests beside them, and names are skipped', async () => {
  const { exitCode, stdout } = await run('netassert.yaml', '-f', 'cluster.yaml');
  expect(stdout).toMatchInlineSnapshot(`
    "ok   netassert.yaml
      skipped b to a name: \`www.example.com\` is a name, and policy sees addresses only

    3 passed, 0 failed, 1 skipped (3 connections in 1 file)
    "
  `);
  expect(exitCode).toBe(0);
});

test('what a file says cannot steer a terminal, nor add points', async () => {
  const text = await run('hostile.yaml');
  expect(text.stdout).toContain('FAIL hostile.yaml: \uFFFD[31mred\n');
  const tap = await run('hostile.yaml', '-o', 'tap');
  expect(tap.stdout).toContain('\n# because: two lines\n# ok 2 - and \uFFFD[2J\n');
  expect(`${text.stdout}${tap.stdout}`).not.toContain('\u001B');
});

test('TAP', async () => {
  expect((await run('wrong.yaml', '-o', 'tap')).stdout).toMatchInlineSnapshot(`
    "TAP version 13
    1..2
    not ok 1 - wrong.yaml:4 x/b -> x/a TCP/80: deny
    # because: somebody thought so
    # x/b -> x/a TCP/80 IPv4: want deny, got allow
    #   egress: allowed: no policy isolates x/b for egress
    #   ingress: allowed by NetworkPolicy x/only-80; spec.ingress[0] (anyone) cluster.yaml:19; spec.ingress[0].ports[0] cluster.yaml:19
    ok 2 - wrong.yaml:9 x/b -> x/a TCP/81: allow (after: the policy goes)
    "
  `);
});

test('JUnit', async () => {
  expect((await run('wrong.yaml', 'absent.yaml', '-o', 'junit')).stdout).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="ringfence" tests="3" failures="1" errors="1" skipped="0">
      <testsuite name="wrong" file="wrong.yaml" tests="2" failures="1" errors="0" skipped="0">
        <testcase classname="wrong.yaml" name="x/b -&gt; x/a TCP/80: deny" line="4">
          <failure message="x/b -&gt; x/a TCP/80 IPv4: want deny, got allow">x/b -&gt; x/a TCP/80 IPv4: want deny, got allow
      egress: allowed: no policy isolates x/b for egress
      ingress: allowed by NetworkPolicy x/only-80; spec.ingress[0] (anyone) cluster.yaml:19; spec.ingress[0].ports[0] cluster.yaml:19
    because: somebody thought so</failure>
        </testcase>
        <testcase classname="wrong.yaml" name="x/b -&gt; x/a TCP/81: allow (after: the policy goes)" line="9"/>
      </testsuite>
      <testsuite name="absent" file="absent.yaml" tests="1" failures="0" errors="1" skipped="0">
        <testcase classname="absent.yaml" name="the file can be used" line="1">
          <error message="error: absent.yaml:2:13: no such file or folder: \`nowhere.yaml\`">error: absent.yaml:2:13: no such file or folder: \`nowhere.yaml\`
      2 | manifests: [nowhere.yaml]
        |             ^^^^^^^^^^^^</error>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

test('JSON', async () => {
  const { stdout } = await run('right.yaml', 'wrong.yaml', '-o', 'json');
  const answer: unknown = JSON.parse(stdout);
  expect(answer).toMatchObject({
    files: [
      {
        title: 'right',
        issues: [],
        checks: [{ outcome: 'passed', questions: 1 }, { questions: 2 }],
      },
      {
        title: 'wrong',
        checks: [{ outcome: 'failed', mismatches: [{ want: 'deny', got: 'allow', port: 80 }] }, {}],
      },
    ],
    passed: 3,
    failed: 1,
    skipped: 0,
    broken: 0,
    questions: 5,
  });
});

test('--schema prints the schema', async () => {
  const { exitCode, stdout } = await run('--schema');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ title: 'Ringfence scenario', type: 'object' });
});
