import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const SHOP = 'packages/cli/src/eval/testdata/shop';
const EVAL = `packages/cli/bin/ringfence eval -f ${SHOP} -n shop`;
const QUESTION = '{"from":"web-2","to":"db-0","port":5432}';

/** Runs a line of a shell. */
function shell(line: string): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync('bash', ['-c', line], { encoding: 'utf8' });
}

test('the exit code and the output are those of the command', () => {
  const { status, stdout, stderr } = shell(`${EVAL} --from web-1 --to db-0 --port 5432`);
  expect(stdout).toMatch(/^DENIED {2}shop\/web-1 to shop\/db-0/);
  expect(stderr).toBe('');
  expect(status).toBe(1);
});

test('standard input can be the manifests', () => {
  const dump = shell(`(cat ${SHOP}/cluster.yaml; echo ---; cat ${SHOP}/policies.yaml) |
    packages/cli/bin/ringfence eval -f - -n shop --from web-2 --to db-0 --port 5432`);
  expect(dump.stdout).toContain('<stdin>:');
  expect(dump.status).toBe(0);
});

test('a reader that goes away ends it silently', () => {
  const { stdout, stderr } = shell(`yes '${QUESTION}' | head -20000 | ${EVAL} --batch - | head -1`);
  expect(stdout).toContain('"verdict":"allow"');
  expect(stderr).toBe('');
});

test('a full disk is no verdict', () => {
  const { status, stderr } = shell(`${EVAL} --from web-1 --to db-0 --port 5432 > /dev/full`);
  expect(stderr).toBe('error: cannot write: no space left on device\n');
  expect(status).toBe(3);
});

test('a file that the system refuses to read is no verdict', () => {
  const { status, stderr } = shell(`${EVAL} --batch /proc/self/mem`);
  expect(stderr).toBe('error: --batch: cannot read `/proc/self/mem`: i/o error\n');
  expect(status).toBe(3);
});

test.each(['2> /dev/full', '2> >(true)'])(
  'messages that nobody reads change nothing: %s',
  (redirection) => {
    const line = `for each in $(seq 5); do ${EVAL} --from nobody --to db-0 ${redirection}; echo $?; done`;
    expect(shell(line).stdout).toBe('2\n'.repeat(5));
  },
);

test('a slow reader gets everything', () => {
  const { stdout } = shell(
    `yes '${QUESTION}' | head -5000 | ${EVAL} --batch - | (sleep 0.5; wc -l)`,
  );
  expect(stdout.trim()).toBe('5000');
});

test('bash completes from it', () => {
  const { stdout } = shell(`source <(packages/cli/bin/ringfence completion bash)
    COMP_WORDS=(packages/cli/bin/ringfence eval -f ${SHOP} --from shop/we); COMP_CWORD=5
    _ringfence; echo "\${COMPREPLY[@]}"`);
  expect(stdout.trim()).toBe('shop/web-1 shop/web-2');
});
