import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stateFolderAt } from '../../packages/cli/src/supervise/state-folder.ts';
import { ended, LAUNCHER, type Ran, ringfence, stay, WAYS } from './ringfence.ts';

const SHOP = path.join(import.meta.dirname, '../../examples/shop');
const NAMES = '/run/netns';
const SECOND = 10_000;

interface Status {
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  readonly errors: readonly string[];
  readonly pods: readonly {
    readonly name: string;
    readonly addresses: readonly string[];
    readonly phase: string;
    readonly netns: string | null;
  }[];
}

/** What of this machine must be the same before, meanwhile and after. */
function machine(): string {
  const seen = ['links', 'routes', 'rules'].map((what) => {
    const [command = [], ...others] =
      {
        links: [['-o', 'link']],
        routes: [
          ['route', 'show', 'table', 'all'],
          ['-6', 'route', 'show', 'table', 'all'],
        ],
        rules: [['rule'], ['-6', 'rule']],
      }[what] ?? [];
    return [command, ...others].map((args) => spawnSync('ip', args, { encoding: 'utf8' }).stdout);
  });
  const settings = ['ipv4/ip_forward', 'ipv6/conf/all/forwarding'].map((name) =>
    readFileSync(`/proc/sys/net/${name}`, 'utf8'),
  );
  const ruleset = spawnSync('nft', ['list', 'ruleset'], { encoding: 'utf8' }).stdout;
  return JSON.stringify([seen, settings, ruleset]);
}

/** The names of namespaces that a cluster has left; others may be up beside it. */
function namesOf(state: string): readonly string[] {
  const { prefix } = stateFolderAt(state);
  return existsSync(NAMES) ? readdirSync(NAMES).filter((name) => name.startsWith(prefix)) : [];
}

for (const { name: who, before, uid, missing } of WAYS) {
  const title = missing === undefined ? who : `${who} (skipped: ${missing})`;
  describe.skipIf(missing !== undefined)(`a cluster, ${title}`, () => {
    let folder: string;
    let state: string;
    let at: readonly string[];
    let manifests: string;
    const run = (...args: readonly string[]): Ran => ringfence([...args, ...at], before);
    const exec = (pod: string, ...command: readonly string[]): Ran =>
      ringfence(['exec', ...at, pod, '--', ...command], before);
    const status = (): Status => JSON.parse(run('status', '-o', 'json').stdout);
    const pidOf = (name: string): number => {
      const found = status().processes.find((each) => each.name === name);
      if (found === undefined) throw new Error(`there is no process ${name}`);
      return found.pid;
    };
    const until = async (holds: () => boolean): Promise<void> => {
      const limit = performance.now() + SECOND;
      while (!holds()) {
        if (performance.now() > limit) throw new Error('it did not come to pass');
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        });
      }
    };

    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'ringfence-up-'));
      state = path.join(folder, 'state');
      at = ['--state', state];
      manifests = path.join(folder, 'shop');
      cpSync(SHOP, manifests, { recursive: true });
      spawnSync('chown', ['-R', `${uid}`, folder]);
    });
    afterEach(() => {
      run('down', '--purge');
      ringfence(['down', '--purge', '--state', path.join(folder, 'other')], before);
      expect(readdirSync(folder)).toEqual(['shop']);
      rmSync(folder, { recursive: true });
      expect(namesOf(state)).toEqual([]);
    });

    test('a person enters a pod, resolves names, fetches pages, and meets the outside', async () => {
      const machineBefore = machine();
      const up = await stay(['up', '-f', manifests, ...at], before);
      expect(machine()).toBe(machineBefore);
      expect(exec('shop/web-1', 'hostname').stdout).toBe('web-1\n');
      const page = exec('shop/web-1', 'wget', '-qO-', '-T', '5', 'http://api.shop');
      expect(page.stdout).toMatch(/^api-[123]\n$/);
      expect(exec('shop/web-1', 'wget', '-qO-', '-T', '5', 'http://www.example.com').stdout).toBe(
        'outside\n',
      );
      expect(exec('shop/web-1', 'sh', '-c', 'exit 7').code).toBe(7);
      expect(exec('shop/web-1', 'no-such-program').code).toBe(127);
      const interactive = ringfence(
        ['exec', '-it', ...at, '-nshop', 'web-1', '--', 'hostname'],
        before,
      );
      expect(interactive.stdout).toBe('web-1\n');
      const ports = exec('shop/web-1', 'cat', '/proc/net/dev').stdout;
      expect(
        ports
          .match(/^ *(\w+):/gmu)
          ?.map((each) => each.trim())
          .sort(),
      ).toEqual(['eth0:', 'lo:']);
      const outside = run('probe', '--from', '198.51.100.9', '--to', 'shop/web-1', '-o', 'json');
      expect(JSON.parse(outside.stdout).connections[0]).toMatchObject({
        measured: 'allow',
        predicted: 'deny',
        outcome: 'answered',
      });
      up.kill('SIGINT');
      await ended(up);
      expect(up.exitCode).toBe(0);
      expect(run('status').code).toBe(3);
      expect(namesOf(state)).toEqual([]);
      expect(machine()).toBe(machineBefore);
    });

    test('probe shows an open network, and says that nothing is enforced', async () => {
      const up = await stay(['up', '-f', manifests, '--topology', 'bridge', ...at], before);
      const { stdout, code } = run('probe', '-n', 'shop');
      expect(code).toBe(1);
      expect(stdout).toMatch(/^measured, nothing enforced: \d+ connections/);
      expect(stdout).toContain('nothing is enforced here');
      const [, open, denied] = /(\d+) of (\d+) connections that policy denies/.exec(stdout) ?? [];
      expect(open).toBe(denied);
      expect(stdout).not.toContain('got no answer');
      up.kill('SIGTERM');
      await ended(up);
    });

    test('an edit is in force; a mistake changes nothing, and shows', async () => {
      await stay(['up', '-f', manifests, ...at], before);
      const file = path.join(manifests, 'extra.yaml');
      const extra = (name: string): string =>
        `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: x, image: x}]}\n`;
      const names = (): readonly string[] => status().pods.map((pod) => pod.name);
      writeFileSync(file, extra('extra'));
      await until(() => names().includes('extra'));
      expect(exec('default/extra', 'hostname').stdout).toBe('extra\n');
      writeFileSync(file, `${extra('other')}unknown: {`);
      await until(() => status().errors.length > 0);
      expect(run('status').code).toBe(1);
      expect(names()).toContain('extra');
      expect(names()).not.toContain('other');
      rmSync(file);
      await until(() => !names().includes('extra'));
      expect(status().errors).toEqual([]);
    });

    test('who is killed leaves nothing that down does not remove', async () => {
      const up = await stay(['up', '-f', manifests, ...at], before);
      const lab = pidOf('lab');
      up.kill('SIGKILL');
      await ended(up);
      // The lab notices, and goes; a name of its namespaces may stay until somebody takes it away.
      await until(() => !existsSync(`/proc/${lab}`));
      expect(run('down').code).toBe(0);
      expect(namesOf(state)).toEqual([]);
      await stay(['up', '-f', manifests, ...at], before);
      expect(exec('shop/web-1', 'hostname').stdout).toBe('web-1\n');
    });

    test('a lab that is killed is there again', async () => {
      await stay(['up', '-f', manifests, ...at], before);
      const addresses = status().pods.map((pod) => pod.addresses);
      const lab = pidOf('lab');
      process.kill(lab, 'SIGKILL');
      await until(() => run('status').code === 0 && pidOf('lab') !== lab);
      expect(status().pods.map((pod) => pod.addresses)).toEqual(addresses);
      expect(exec('shop/web-1', 'hostname').stdout).toBe('web-1\n');
    });

    test('a lab that is killed while its manifests are wrong says so, until they are mended', async () => {
      await stay(['up', '-f', manifests, ...at], before);
      const lab = pidOf('lab');
      const file = path.join(manifests, 'wrong.yaml');
      writeFileSync(file, 'kind: {');
      await until(() => status().errors.length > 0);
      spawnSync('kill', ['-9', `${lab}`]);
      await until(() => run('status').code === 1 && pidOf('lab') !== lab);
      expect(status().errors.join()).toContain('wrong.yaml:1');
      rmSync(file);
      await until(() => status().errors.length === 0);
      expect(exec('shop/web-1', 'hostname').stdout).toBe('web-1\n');
    });

    test('programs in pods end with their pods', async () => {
      await stay(['up', '-f', manifests, ...at], before);
      const typed: readonly string[] = [
        ...before,
        LAUNCHER,
        'exec',
        ...at,
        'shop/web-1',
        '--',
        'sleep',
        '600',
      ];
      const [program = '', ...rest] = typed;
      const sleeping = spawn(program, rest, { stdio: 'ignore' });
      await until(() => readFileSync(`/proc/${sleeping.pid}/comm`, 'utf8') === 'sleep\n');
      expect(run('down').code).toBe(0);
      await ended(sleeping);
      expect(sleeping.signalCode).toBe('SIGKILL');
    });

    test('two clusters side by side do not meet', async () => {
      const other = ['--state', path.join(folder, 'other')];
      expect(ringfence(['up', '-f', manifests, '--detach', ...at], before).code).toBe(0);
      expect(ringfence(['up', '-f', manifests, '--detach', ...other], before).code).toBe(0);
      const probe = ['probe', '--from', 'shop/web-1', '--to', 'shop/db-0', '-o', 'json'];
      for (const each of [at, other]) {
        const { connections } = JSON.parse(ringfence([...probe, ...each], before).stdout);
        expect(connections).not.toEqual([]);
      }
      expect(ringfence(['down', '--purge', ...other], before).code).toBe(0);
      expect(exec('shop/web-1', 'wget', '-qO-', '-T', '5', 'http://api.shop').stdout).toMatch(
        /^api-/,
      );
    });

    test('a second up shows the status of the first', () => {
      expect(run('up', '-f', manifests, '--detach').code).toBe(0);
      const again = run('up', '-f', manifests);
      expect(again.code).toBe(0);
      expect(again.stderr).toContain('up already');
      expect(again.stdout).toContain('shop         web-1');
      const named = status().pods.some(({ netns }) => netns !== null);
      expect(named).toBe(who === 'root');
      expect(run('down').stderr).toBe('the cluster is down\n');
      expect(run('down').stderr).toBe('nothing was up\n');
    });
  });
}

test.skipIf(WAYS[0]?.missing !== undefined)('README.md shows what works', () => {
  const root = path.join(import.meta.dirname, '../..');
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  const [, block = ''] = /## A cluster on this machine[^]*?```sh\n([^]*?)```/u.exec(readme) ?? [];
  const state = mkdtempSync(path.join(tmpdir(), 'ringfence-up-'));
  const env = {
    ...process.env,
    PATH: `${path.dirname(LAUNCHER)}:${process.env['PATH'] ?? ''}`,
    RINGFENCE_STATE: path.join(state, 'readme'),
  };
  const type = (line: string): Ran => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  };
  try {
    const ran = block.trim().split('\n').map(type);
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0, 1, 0]);
    expect(ran[1]?.stdout).toMatch(/^api-[123]\n$/);
    expect(ran[2]?.stdout).toBe('outside\n');
    expect(ran[3]?.stdout).toContain('nothing is enforced here');
  } finally {
    type('ringfence down');
    rmSync(state, { recursive: true });
  }
});

describe('what is typed wrong', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ringfence-up-'));
    writeFileSync(
      path.join(folder, 'bad.yaml'),
      'apiVersion: v1\nkind: Pod\nmetadata: {name: "UP"}\n',
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each<[reason: string, args: readonly string[], code: number, message: string]>([
    ['nothing to bring up', ['up'], 2, '-f is needed'],
    ['a folder that is not there', ['up', '-f', 'no-such'], 2, 'no such file or folder'],
    ['a manifest with a mistake', ['up', '-f', 'bad.yaml'], 2, 'bad.yaml:3'],
    ['no number of nodes', ['up', '-f', '.', '--nodes', '0'], 2, 'from 1 to 100'],
    ['no topology', ['up', '-f', '.', '--topology', 'mesh'], 2, 'routed, bridge'],
    [
      'a folder of somebody else',
      ['up', '-f', 'bad.yaml', '--state', '.'],
      2,
      'holds something else',
    ],
    ['nothing is up', ['status'], 3, 'ringfence up -f DIR'],
    ['nothing to probe', ['probe'], 3, 'ringfence up -f DIR'],
    ['no port', ['probe', '--port', 'http'], 2, '53/UDP'.slice(2)],
    ['nothing to run', ['exec', 'web'], 2, 'exec POD -- COMMAND'],
    ['nothing to take down', ['down'], 0, 'nothing was up'],
  ])('%s', (_reason, args, code, message) => {
    const state = args.includes('--state') ? [] : ['--state', path.join(folder, 'state')];
    const { status, stderr } = spawnSync(LAUNCHER, [...args, ...state], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr).toContain(message);
    expect(status).toBe(code);
  });
});
