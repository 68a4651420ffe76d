import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
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

/** Says in a pod of the shop's pages what gets through and may not, and what does not and may. */
const TRYING = `for i in 1 2 3 4; do
  nc -zw1 203.0.113.7 443 && echo leaked
  nc -zw1 10.1.1.31 8081 || echo lost
done
echo tried`;

interface Status {
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  readonly errors: readonly string[];
  readonly nodes: readonly { readonly name: string; readonly agent: { readonly phase: string } }[];
  readonly pods: readonly {
    readonly name: string;
    readonly addresses: readonly string[];
    readonly phase: string;
    readonly netns: string | null;
    readonly hostNetwork: boolean;
    readonly enforced: boolean;
  }[];
  readonly policies: readonly {
    readonly name: string;
    readonly generation: number;
    readonly realised: Readonly<Record<string, number>>;
  }[];
}

interface Probed {
  readonly connections: readonly { readonly measured: string; readonly predicted: string }[];
  readonly mismatches: number;
  readonly enforced: boolean;
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
    const isRunning = (pod: string): boolean =>
      status().pods.some(({ name, phase }) => name === pod && phase === 'Running');
    const agentOf = (node: string): number | undefined =>
      status().processes.find(({ name }) => name === `agent/${node}`)?.pid;
    const generationOf = (policy: string): number | undefined =>
      status().policies.find(({ name }) => name === policy)?.generation;
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
      expect(exec('blog/blog-1', 'wget', '-qO-', '-T', '5', 'http://www.example.com').stdout).toBe(
        'outside\n',
      );
      const outside = ['nc', '-zw1', '203.0.113.7', '443'] as const;
      expect(exec('blog/blog-1', ...outside).code).toBe(0);
      expect(exec('shop/web-1', ...outside).code).toBe(1);
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
      const comes = run('probe', '--from', '198.51.100.9', '--to', 'shop/web-1', '-o', 'json');
      expect(JSON.parse(comes.stdout).connections[0]).toMatchObject({
        measured: 'deny',
        predicted: 'deny',
        outcome: 'silent',
      });
      up.kill('SIGINT');
      await ended(up);
      expect(up.exitCode).toBe(0);
      expect(run('status').code).toBe(3);
      expect(namesOf(state)).toEqual([]);
      expect(machine()).toBe(machineBefore);
    });

    test.each(['routed', 'bridge'])('what the policies say is so, %s', async (topology) => {
      const up = await stay(['up', '-f', manifests, '--topology', topology, ...at], before);
      const { stdout, stderr, code } = run('probe');
      expect(stderr).toBe('');
      expect(stdout).toMatch(/^measured: \d+ connections/);
      expect(stdout).toMatch(/all are as the policies say, [1-9]\d* of them denied\n$/);
      expect(code).toBe(0);
      const { pods, nodes, policies } = status();
      const judged = pods.filter(({ phase, hostNetwork }) => phase === 'Running' && !hostNetwork);
      expect(judged.filter(({ enforced }) => !enforced)).toEqual([]);
      expect(nodes.map(({ agent }) => agent.phase)).toEqual(['enforcing', 'enforcing']);
      const api = policies.find(({ name }) => name === 'api');
      expect(api).toMatchObject({ generation: 1, realised: { 'node-1': 1, 'node-2': 1 } });
      up.kill('SIGTERM');
      await ended(up);
    });

    test('an edited policy is in force when the next probe runs', async () => {
      await stay(['up', '-f', manifests, ...at], before);
      const file = path.join(manifests, 'policies/shop.yaml');
      const written = readFileSync(file, 'utf8');
      const ask = (): string => {
        const probe = ['probe', '--from', 'shop/web-1', '--to', '203.0.113.7', '--port', '443'];
        const { stdout, code } = run(...probe, '-o', 'json');
        const { connections }: Probed = JSON.parse(stdout);
        return `${connections.map(({ measured }) => measured).join()} ${code}`;
      };
      expect(ask()).toBe('deny 0');
      for (let round = 2; round <= 6; round += 2) {
        writeFileSync(
          file,
          written.replace('  egress:\n    - to:', '  egress:\n    - {}\n    - to:'),
        );
        expect(ask()).toBe('allow 0');
        expect(generationOf('dns')).toBe(round);
        writeFileSync(file, written);
        expect(ask()).toBe('deny 0');
        expect(generationOf('dns')).toBe(round + 1);
      }
    });

    test('an agent that is killed opens nothing, and is there again', async () => {
      await stay(['up', '-f', manifests, ...at], before);
      const typed: readonly string[] = [...before, LAUNCHER, 'exec', ...at, 'shop/web-1', '--'];
      const [program = '', ...rest] = typed;
      const trying = spawn(program, [...rest, 'sh', '-c', TRYING], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const tried = text(trying.stdout);
      for (let kill = 0; kill < 3; kill += 1) {
        const agent = pidOf('agent/node-1');
        process.kill(agent, 'SIGKILL');
        await until(() => ![agent, undefined].includes(agentOf('node-1')));
      }
      expect(await tried).toBe('tried\n');
      const { mismatches, enforced }: Probed = JSON.parse(run('probe', '-o', 'json').stdout);
      expect({ mismatches, enforced }).toEqual({ mismatches: 0, enforced: true });
      expect(readFileSync(stateFolderAt(state).log('lab'), 'utf8')).toContain('its rules stay');
    });

    test('an edit is in force; a mistake changes nothing, and shows', async () => {
      await stay(['up', '-f', manifests, ...at], before);
      const file = path.join(manifests, 'extra.yaml');
      const extra = (name: string): string =>
        `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: x, image: x}]}\n`;
      const names = (): readonly string[] => status().pods.map((pod) => pod.name);
      writeFileSync(file, extra('extra'));
      await until(() => isRunning('extra'));
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
      await until(() => run('status').code === 0 && pidOf('lab') !== lab && isRunning('web-1'));
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
      await until(() => status().errors.length === 0 && isRunning('web-1'));
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
      timeout: 60_000,
    });
    return { code: status, stdout, stderr };
  };
  try {
    const ran = block.trim().split('\n').map(type);
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(ran[1]?.stdout).toMatch(/^api-[123]\n$/);
    expect(ran[2]?.stdout).toBe('outside\n');
    expect(ran[3]?.stdout).toContain('all are as the policies say');
    expect(ran[5]?.stdout).toContain('holds');
  } finally {
    type('ringfence down');
    rmSync(state, { recursive: true });
  }
});

test.skipIf(WAYS[0]?.missing !== undefined)(
  'npm start shows the shop, enforced, and leaves nothing',
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ringfence-up-'));
    try {
      const { status, stdout, stderr } = spawnSync(
        LAUNCHER,
        ['start', '--state', path.join(folder, 'state')],
        { cwd: path.join(import.meta.dirname, '../..'), encoding: 'utf8', input: '' },
      );
      expect(stderr).toBe('');
      expect(status).toBe(0);
      const lines = stdout.trimEnd().split('\n');
      expect(lines.length).toBeLessThanOrEqual(25);
      expect(lines[0]).toBe(
        'enforced: the 17 policies of examples/shop, by an agent and nftables on each node',
      );
      expect(stdout).toMatch(/all are as the policies say, [1-9]\d* of them denied\n/);
      const table = lines.slice(
        1,
        lines.findIndex((line) => line.startsWith('try next')),
      );
      for (const line of table) expect(line.length).toBeLessThan(80);
      expect(lines.at(-1)).toBe(`  packages/cli/bin/ringfence probe --state ${folder}/state`);
      expect(namesOf(path.join(folder, 'state'))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

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
    ['no node for an agent', ['agent', '-f', '.'], 2, '--node is needed'],
    ['nothing for an agent to follow', ['agent', '--node', 'n1'], 2, '-f is needed'],
    [
      'no place to listen at',
      ['agent', '-f', '.', '--node', 'n1', '--listen', '80'],
      2,
      '--listen',
    ],
    ['nothing to take down', ['down'], 0, 'nothing was up'],
  ])('%s', (_reason, args, code, message) => {
    const state =
      args.includes('--state') || args[0] === 'agent'
        ? []
        : ['--state', path.join(folder, 'state')];
    const { status, stderr } = spawnSync(LAUNCHER, [...args, ...state], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr).toContain(message);
    expect(status).toBe(code);
  });
});
