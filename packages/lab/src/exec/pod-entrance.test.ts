import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  promises,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { makeMountNamespace, makeNamespace, makeUtsNamespace } from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeStation, type Station } from '../network/station.ts';
import { createPodEntrance, type PodEntrance } from './pod-entrance.ts';
import { podExec } from './pod-exec.ts';
import { mountPod } from './pod-mounts.ts';
import { cannotEnter, runIn } from './testing.ts';
import { NEEDED_FOLDERS } from './pod-environment.ts';

const skipped = cannotEnter === undefined ? '' : ` (skipped: ${cannotEnter})`;
const NODE = process.execPath;

describe.skipIf(cannotEnter !== undefined)(`commands in a pod${skipped}`, () => {
  const canName = cannotEnter === undefined && canNameMachines();
  let folder: string;
  let station: Station;
  let entrance: PodEntrance;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'entrance-'));
    station = makeStation();
    entrance = createPodEntrance({
      namespace: station.namespace,
      hostname: 'web-1',
      resolvConf: 'nameserver 10.96.0.10\n',
      hosts: '10.1.1.5\tweb-1\n',
      folder: path.join(folder, 'web-1'),
    });
  });
  afterEach(() => {
    entrance.close();
    station.close();
    rmSync(folder, { recursive: true });
  });

  test.each([
    [
      'the files of the pod are there',
      'cat /etc/resolv.conf /etc/hosts',
      'nameserver 10.96.0.10\n10.1.1.5\tweb-1\n',
    ],
    ["only the pod's interfaces are there", 'grep -o "^ *[a-z0-9]*:" /proc/net/dev', '    lo:\n'],
    ['it begins in the root', 'pwd', '/\n'],
    ['it has the variables of the pod', 'echo $HOME $HOSTNAME $TERM', '/ web-1 dumb\n'],
    ["it has none of the lab's", 'echo ${VITEST-none}', 'none\n'],
    ['/tmp is empty, and writable', 'ls -A /tmp; echo kept >/tmp/file; cat /tmp/file', 'kept\n'],
    ['/tmp is for everybody', 'stat -c %a /tmp', '1777\n'],
    ['/tmp has an end', 'stat -f -c %T:%b:%S /tmp', 'tmpfs:16384:4096\n'],
    ['devices work', 'echo gone >/dev/null; head -c 3 /dev/zero | wc -c', '3\n'],
    ['our own programs come last on the path', 'echo ${PATH##*/lab/}', 'applets\n'],
    ['our own programs are found', 'ls ${PATH##*:}', 'nc\nnslookup\nwget\n'],
  ])('%s', async (_, script, output) => {
    const shown = script.replace('ls -A /tmp', `ls -A /tmp | grep -vx '${firstBelowTmp()}'`);
    expect(await runIn(entrance.entry(), ['sh', '-c', shown])).toEqual({
      code: 0,
      output,
      errors: '',
    });
  });

  test.each([
    ['/etc', 'touch /etc/ringfence-test'],
    ['/etc/resolv.conf', 'echo >>/etc/resolv.conf'],
    ['/etc/hosts', 'echo >>/etc/hosts'],
    ['/', 'touch /ringfence-test'],
    ['/var/tmp', 'touch /var/tmp/ringfence-test'],
    ['/dev', 'touch /dev/ringfence-test'],
    ['the settings of the kernel', 'echo 1 >/proc/sys/net/ipv4/ip_forward'],
    ['the repository', `touch '${import.meta.dirname}/ringfence-test'`],
  ])('%s can be read only', async (_, script) => {
    const { code, errors } = await runIn(entrance.entry(), ['sh', '-c', script]);
    expect(code).not.toBe(0);
    expect(errors).toContain('Read-only file system');
  });

  test.skipIf(!canName)(
    `the hostname is the pod's${canName ? '' : ' (skipped: needs a UTS namespace of its own)'}`,
    async () => {
      const { output } = await runIn(entrance.entry(), ['hostname']);
      expect(output).toBe('web-1\n');
      expect(entrance.entry().without).not.toContain('hostname');
    },
  );

  test('what is not its own is told', () => {
    const { without } = entrance.entry();
    const missing = ['/etc/resolv.conf', '/etc/hosts'].filter(
      (file) => statSync(file, { throwIfNoEntry: false }) === undefined,
    );
    expect(without).toEqual(canName ? missing : [...missing, 'hostname']);
  });

  test.each([
    ['its own code', ['sh', '-c', 'exit 42'], 42],
    ['no such program: 127', ['no-such-program'], 127],
    ['what is no program: 126', ['/etc'], 126],
    ['a signal', ['sh', '-c', 'kill -TERM $$'], null],
  ] as const)('exit code: %s', async (_, command, code) => {
    expect((await runIn(entrance.entry(), command)).code).toBe(code);
  });

  test('what goes in comes out', async () => {
    const input = 'x'.repeat(1_000_000);
    const { output } = await runIn(entrance.entry(), ['cat'], input);
    expect(output === input).toBe(true);
  });

  test('the second command finds what the first one left', async () => {
    await runIn(entrance.entry(), ['touch', '/tmp/left']);
    expect((await runIn(entrance.entry(), ['ls', '/tmp/left'])).code).toBe(0);
    expect(existsSync('/tmp/left')).toBe(false);
  });

  test('nothing is made before somebody asks, and nothing stays', () => {
    const place = path.join(folder, 'web-1');
    expect(existsSync(place)).toBe(false);
    const entry = entrance.entry();
    expect(entrance.entry()).toBe(entry);
    expect(existsSync(place)).toBe(true);
    entrance.close();
    expect(existsSync(place)).toBe(false);
    const held = [entry.mount, ...(entry.uts === undefined ? [] : [entry.uts])];
    for (const fd of held) expect(existsSync(`/proc/self/fd/${fd}`)).toBe(false);
    const { file, args, env } = podExec(entry, ['true']);
    expect(spawnSync(file, args, { env }).status).toBe(1);
  });

  test('this process stays where it was', async () => {
    const before = await ownPlace();
    entrance.entry();
    expect(await ownPlace()).toEqual(before);
    entrance.close();
    expect(await ownPlace()).toEqual(before);
  });

  test('50 pods are entered in less than a second', () => {
    const namespace = makeNamespace();
    const entrances = Array.from({ length: 50 }, (_, index) =>
      createPodEntrance({
        namespace,
        hostname: `web-${index}`,
        resolvConf: '',
        hosts: '',
        folder: path.join(folder, `many-${index}`),
      }),
    );
    const started = performance.now();
    const mounts = entrances.map((each) => readlinkSync(`/proc/self/fd/${each.entry().mount}`));
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(new Set(mounts).size).toBe(50);
    for (const each of entrances) each.close();
    namespace.close();
  });

  test('a daemon that answers for the machine is not there', async () => {
    const socket = path.join(folder, 'daemon');
    const server = createServer((client) => client.end('an answer')).listen(socket);
    const mount = makeMountNamespace(() =>
      mountPod({ files: [], silent: [socket], kept: [folder, ...NEEDED_FOLDERS] }),
    );
    const call = `require('net').connect('${socket}').on('error', (e) => console.log(e.code)).pipe(process.stdout)`;
    const entry = { ...entrance.entry(), mount: mount.fd };
    expect((await runIn(entry, [NODE, '-e', call])).output).toBe('ECONNREFUSED\n');
    mount.close();
    server.close();
  });

  test('what this machine does not have is not replaced', () => {
    let without: readonly string[] = [];
    const files = [{ source: '/dev/null', target: path.join(folder, 'nothing') }];
    const mount = makeMountNamespace(() => {
      without = mountPod({ files, silent: [], kept: [] });
    });
    mount.close();
    expect(without).toEqual([path.join(folder, 'nothing')]);
  });

  test('a folder below /tmp is kept, read-only', async () => {
    const mount = makeMountNamespace(() => mountPod({ files: [], silent: [], kept: [folder] }));
    const script = `ls -d '${folder}'; touch '${folder}/file'`;
    const seen = await runIn({ ...entrance.entry(), mount: mount.fd }, ['sh', '-c', script]);
    mount.close();
    expect(seen.output).toBe(`${folder}\n`);
    expect(seen.errors).toContain('Read-only file system');
  });
});

/** The one entry of /tmp that a repository or a Node below it would need. */
function firstBelowTmp(): string {
  const needed: readonly string[] = [import.meta.dirname, NODE];
  const below = needed.find((each) => each.startsWith('/tmp/'));
  return below?.split('/')[2] ?? 'nothing';
}

function canNameMachines(): boolean {
  const namespace = makeUtsNamespace('probe');
  namespace?.close();
  return namespace !== undefined;
}

/** Where this thread, one of the others, and a child are. */
async function ownPlace(): Promise<unknown> {
  const namespace = '/proc/thread-self/ns/mnt';
  return {
    folder: process.cwd(),
    really: readlinkSync('/proc/thread-self/cwd'),
    root: readlinkSync('/proc/thread-self/root'),
    hostname: hostname(),
    mounts: readFileSync('/proc/thread-self/mountinfo', 'utf8'),
    own: readlinkSync(namespace),
    pool: await promises.readlink(namespace),
    poolFolder: await promises.readlink('/proc/thread-self/cwd'),
    child: spawnSync('readlink', [
      namespace,
      '/proc/self/cwd',
      '/proc/self/ns/uts',
    ]).stdout.toString(),
  };
}
