import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missing } from '../testing.ts';
import { type LabNetwork, makeLabNetwork } from './lab-network.ts';
import { forgetNames, missingForNames } from './namespace-names.ts';
import type { Station } from './station.ts';
import { askFrom, both, FAMILIES, NODES, podAddress, TOPOLOGIES } from './testing.ts';
import { respond } from '../traffic/responder.ts';

const PREFIX = 'rf-test.';
const WEB = { key: 'web', node: 'node-1', called: { namespace: 'shop', name: 'web' } };
const LAB = ['rf-test._node.node-1', 'rf-test._node.node-2', 'rf-test._outside'];

/** Why nothing can be named here; `undefined` where it can. */
function missingHere(): string | undefined {
  if (missing !== undefined) return missing;
  const folder = mkdtempSync(path.join(tmpdir(), 'names-'));
  try {
    return missingForNames({ folder, prefix: PREFIX });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const reason = missingHere();

/** A name for tests that mount, with the reason when they are skipped. */
function mounting(name: string, why: string | undefined = reason): string {
  return why === undefined ? name : `${name} (skipped: ${why})`;
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'names-'));
});
afterEach(() => {
  // Before the folder is removed: else what is mounted in it would stay.
  forgetNames({ folder, prefix: PREFIX });
  forgetNames({ folder, prefix: 'rf-other.' });
  expect(mounts()).toEqual([]);
  rmSync(folder, { recursive: true });
});

const named = (): readonly string[] => readdirSync(folder).toSorted();
const mounts = (): readonly string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(folder));

/** Which namespace a station is, and which one a name. */
const inode = ({ namespace }: Station): number => statSync(`/proc/self/fd/${namespace.fd}`).ino;
const inodeNamed = (name: string | undefined): number =>
  name === undefined ? 0 : statSync(path.join(folder, name)).ino;

describe('names are forgotten', () => {
  test('only those with the prefix, and plain files as after a restart, too', () => {
    const others = ['rf-tes', 'rf-testx.a', 'docker', 'x.rf-test.a'];
    for (const name of [...others, 'rf-test.a', 'rf-test.shop.web']) {
      writeFileSync(path.join(folder, name), '');
    }
    mkdirSync(path.join(folder, 'rf-test.folder'));
    symlinkSync(path.join(folder, 'docker'), path.join(folder, 'rf-test.link'));
    forgetNames({ folder, prefix: PREFIX });
    expect(named()).toEqual([...others, 'rf-test.folder', 'rf-test.link'].toSorted());
  });

  test('none where there is no folder', () => {
    expect(forgetNames({ folder: path.join(folder, 'none'), prefix: PREFIX })).toBe(undefined);
  });

  test.each([
    ['all names', ''],
    ['no end, so that it begins others', 'rf'],
    ['the beginning of another one', 'rf.a.'],
    ['another folder', '../rf.'],
    ['no room for a name', `${'r'.repeat(64)}.`],
    ['an option for programs', '-rf.'],
  ])('not by a prefix that means %s', (_, prefix) => {
    expect(() => forgetNames({ folder, prefix })).toThrow('the prefix of names must be');
    const names = { folder, prefix };
    expect(() => makeLabNetwork([], { topology: 'routed', names })).toThrow('the prefix of names');
  });
});

describe.skipIf(reason !== undefined).each(TOPOLOGIES)(mounting('names, %s'), (topology) => {
  let network: LabNetwork;

  beforeEach(() => {
    network = makeLabNetwork(NODES, { topology, names: { folder, prefix: PREFIX } });
  });
  afterEach(() => network.close());

  test('pods, nodes and the outside are found by their names', () => {
    const web = network.connect({ ...WEB, addresses: both(0x111) });
    expect(named()).toEqual([...LAB, 'rf-test.shop.web'].toSorted());
    const node = network.node('node-1');
    if (node === undefined) throw new Error('no node');
    for (const { station, netns } of [web, node, network.outside]) {
      expect(inodeNamed(netns)).toBe(inode(station));
    }
    expect(network.hostNetwork('node-1').netns).toBe('rf-test._node.node-1');
  });

  test('a pod that nobody named has none', () => {
    const { key, node } = WEB;
    expect(network.connect({ key, node, addresses: both(0x111) }).netns).toBe(undefined);
    expect(named()).toEqual(LAB);
  });

  test("a pod's name goes with it, all others with the network", () => {
    network.connect({ ...WEB, addresses: both(0x111) }).close();
    expect(named()).toEqual(LAB);
    network.connect({ ...WEB, addresses: both(0x111) });
    network.close();
    expect(named()).toEqual([]);
    expect(mounts()).toEqual([]);
    network = makeLabNetwork(NODES, { topology });
    expect(network.outside.netns).toBe(undefined);
  });

  test('a name that somebody else took away hinders nothing', () => {
    const web = network.connect({ ...WEB, addresses: both(0x111) });
    forgetNames({ folder, prefix: PREFIX });
    web.close();
    network.connect({ ...WEB, addresses: both(0x111) }).close();
  });

  test('a name that is taken stays whose it was, and nothing is left of who wanted it', async () => {
    const web = network.connect({ ...WEB, addresses: both(0x111) });
    const twin = { ...WEB, key: 'twin', addresses: both(0x112) };
    expect(() => network.connect(twin)).toThrow('EEXIST');
    expect(inodeNamed(web.netns)).toBe(inode(web.station));
    const names = { folder, prefix: PREFIX };
    expect(() => makeLabNetwork(NODES, { topology, names })).toThrow('EEXIST');
    const inTheWay = path.join(folder, 'rf-other._node.node-2');
    writeFileSync(inTheWay, '');
    const other = { folder, prefix: 'rf-other.' };
    expect(() => makeLabNetwork(NODES, { topology, names: other })).toThrow('EEXIST');
    rmSync(inTheWay);
    expect(named()).toEqual([...LAB, 'rf-test.shop.web'].toSorted());
    // The first one was not hurt.
    expect(await askFrom(web.station, OUTSIDE)).toBe('refused');
  });
});

const OUTSIDE = { family: 'IPv4', destination: '203.0.113.7', port: 80 } as const;

/** Makes mounts that nobody else sees. */
const UNSHARE = 'unshare';
const absent = ['ip', UNSHARE].find((each) => spawnSync(each, ['-V']).error !== undefined);
const ip = absent === undefined ? undefined : `needs the program \`${absent}\``;

/** Runs a shell that has the names where `ip` looks, in mounts of its own. */
function underRunNetns(script: string): string {
  const view = 'mount -t tmpfs none /run && mkdir /run/netns && mount --rbind "$0" /run/netns';
  const args = ['--mount', 'sh', '-euc', `${view}; ${script}`, folder];
  const { stdout, stderr, status } = spawnSync(UNSHARE, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

test.skipIf((reason ?? ip) !== undefined)(
  mounting('`ip netns` lists the names, and runs programs there', reason ?? ip),
  () => {
    const network = makeLabNetwork(NODES, {
      topology: 'routed',
      names: { folder, prefix: PREFIX },
    });
    // As long as a name can be.
    const called = { namespace: 'shop', name: `w${'e'.repeat(255 - PREFIX.length - 7)}b` };
    const long = network.connect({ ...WEB, called, addresses: both(0x111) }).netns ?? '';
    expect(long).toHaveLength(255);
    const listed = underRunNetns('ip netns list')
      .split('\n')
      .map((line) => line.split(' ')[0])
      .filter((name) => name !== '');
    expect(listed.toSorted()).toEqual([...LAB, long].toSorted());
    const said = underRunNetns(`ip netns exec ${long} ip -o address show dev eth0`);
    expect(said).toContain('10.1.1.17/32');
    network.close();
    expect(named()).toEqual([]);
  },
);

describe.skipIf(reason !== undefined)(mounting('a lab in another process'), () => {
  const start = async (prefix: string, host: number): Promise<ChildProcess> => {
    const child = fork(
      new URL('testing-child.ts', import.meta.url),
      [folder, prefix, 'theirs', String(host)],
      { execArgv: ['--conditions=source'] },
    );
    await once(child, 'message');
    return child;
  };

  test('leaves its names when it is killed, until they are forgotten', async () => {
    const child = await start(PREFIX, 0x111);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(named()).toEqual([...LAB, 'rf-test.shop.web'].toSorted());
    expect(mounts()).toHaveLength(4);
    forgetNames({ folder, prefix: PREFIX });
    expect(named()).toEqual([]);
    expect(mounts()).toEqual([]);
  });

  test('and one in this one do not meet', async () => {
    const names = { folder, prefix: 'rf-other.' };
    const network = makeLabNetwork(NODES, { topology: 'bridge', names });
    const web = network.connect({ ...WEB, addresses: both(0x111) });
    const responders = FAMILIES.map((family) => {
      const port = { protocol: 'TCP', port: 8080, family, name: 'ours' } as const;
      return respond(web.station.namespace, port, () => {});
    });
    const child = await start(PREFIX, 0x112);
    expect(named()).toHaveLength(8);
    const ask = async (how: object): Promise<unknown> => {
      child.send(how);
      const [answer] = (await once(child, 'message')) as readonly unknown[];
      return answer;
    };
    for (const family of FAMILIES) {
      const at = (host: number) => ({ family, destination: podAddress(host, family), port: 8080 });
      expect(await askFrom(web.station, at(0x111))).toBe('ours');
      expect(await ask(at(0x112))).toBe('theirs');
      expect(await askFrom(web.station, at(0x112), { timeoutMs: 500 })).not.toBe('theirs');
      expect(await ask(at(0x111))).not.toBe('ours');
    }
    child.disconnect();
    await once(child, 'exit');
    expect(named()).toHaveLength(4);
    for (const responder of responders) responder.close();
    network.close();
    expect(named()).toEqual([]);
  });
});
