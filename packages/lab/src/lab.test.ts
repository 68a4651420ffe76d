import { type Change, formatAddress } from '@ringfence/core';
import { mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { podExec } from './exec/pod-exec.ts';
import { createLab, type Lab, type LabOptions } from './lab.ts';
import { address, missing, podNamed, serviceNamed, titled } from './testing.ts';
import type { Flow } from './traffic/attempt-between.ts';

const upsert = (object: Extract<Change, { kind: 'upsert' }>['object']): Change => ({
  kind: 'upsert',
  object,
});
const gone = (kind: string, name: string, namespace = 'shop'): Change => ({
  kind: 'delete',
  ref: { kind, namespace, name },
});

const API = serviceNamed('api', {
  dualStack: true,
  selector: new Map([['app', 'api']]),
  ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 9_000, nodePort: 0 }],
});
const pod = (name: string): Flow['from'] => ({ kind: 'pod', namespace: 'shop', name });
const at = (text: string): Flow['from'] => ({ kind: 'address', address: address(text) });

const WAYS: readonly Pick<LabOptions, 'topology' | 'encapsulation'>[] = [
  { topology: 'routed', encapsulation: 'none' },
  { topology: 'bridge', encapsulation: 'vxlan' },
];

describe.skipIf(missing !== undefined).each(WAYS)(
  titled('the lab, $topology over $encapsulation'),
  (way) => {
    const errors: string[] = [];
    let folder: string;
    let lab: Lab;

    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'ringfence-lab-'));
      lab = createLab({
        ...way,
        folder,
        onError: (what, { message }) => errors.push(`${what}: ${message}`),
      });
      const labels = new Map([['app', 'api']]);
      lab.apply(
        [
          podNamed('web', { node: '' }),
          podNamed('api-1', { node: 'node-1', labels }),
          podNamed('api-2', { node: 'node-2', labels }),
          API,
        ].map(upsert),
      );
    });
    afterAll(() => {
      lab.close();
      rmSync(folder, { recursive: true });
      expect(errors).toEqual([]);
      expect(lab.problems()).toEqual([]);
    });

    const said = async (
      from: Flow['from'],
      to: Flow['to'],
      rest: Partial<Flow> = {},
    ): Promise<string> => {
      const flow: Flow = { from, to, protocol: 'TCP', port: 8080, family: 'IPv4', ...rest };
      const outcome = await lab.attempt(flow, { timeoutMs: 2_000 });
      if (outcome.kind === 'broken') return outcome.code;
      return outcome.kind === 'answered' ? outcome.answer : outcome.kind;
    };
    const clusterIP = (family: string): Flow['to'] => {
      const found = lab.cluster
        .service('shop', 'api')
        ?.clusterIPs.find((each) => each.family === family);
      if (found === undefined) throw new Error(`the Service has no ${family} address`);
      return { kind: 'address', address: found };
    };
    const addressesOf = (name: string): readonly string[] =>
      lab.cluster.pod('shop', name)?.object.addresses.map(formatAddress) ?? [];
    const run = (name: string, ...command: [string, ...string[]]): string => {
      const entry = lab.enter({ kind: 'pod', namespace: 'shop', name });
      if (entry === undefined) throw new Error(`${name} does not run`);
      const { file, args, env } = podExec(entry, command);
      return spawnSync(file, args, { env, encoding: 'utf8' }).stdout;
    };

    test.each(['IPv4', 'IPv6'] as const)('everybody reaches everybody, %s', async (family) => {
      expect(await said(pod('web'), pod('api-1'), { family })).toBe('api-1');
      expect(await said(pod('web'), pod('api-2'), { family })).toBe('api-2');
      expect(await said(pod('api-1'), pod('api-2'), { family, protocol: 'other', port: 0 })).toBe(
        '',
      );
      expect(await said({ kind: 'node', name: 'node-1' }, pod('api-2'), { family })).toBe('api-2');
    });

    test('the outside is reached, and reaches, as anybody', async () => {
      expect(await said(pod('web'), at('198.51.100.1'), { port: 443 })).toBe('outside');
      expect(await said(at('198.51.100.1'), pod('api-2'))).toBe('api-2');
      const sctp = { protocol: 'SCTP', port: 3868 } as const;
      expect(await said(pod('web'), at('198.51.100.1'), sctp)).toBe('outside');
    });

    test.each(['IPv4', 'IPv6'] as const)(
      'a Service leads to its pods, on a port that they answer for its sake, %s',
      async (family) => {
        const answers = new Set<string>();
        for (let round = 0; round < 20; round += 1) {
          answers.add(await said(pod('web'), clusterIP(family), { family, port: 80 }));
        }
        expect(answers).toEqual(new Set(['api-1', 'api-2']));
        expect(await said(pod('web'), pod('api-1'), { family, port: 9_000 })).toBe('api-1');
      },
    );

    test('a pod has its name, and resolves those of Services', async () => {
      expect(run('web', 'cat', '/etc/resolv.conf')).toContain('search shop.svc.cluster.local');
      const script = `require('node:dns/promises').lookup('api', { all: true }).then((all) =>
        process.stdout.write(all.map(({ address }) => address).sort().join()))`;
      const ips = lab.cluster.service('shop', 'api')?.clusterIPs.map(formatAddress) ?? [];
      expect(run('web', process.execPath, '-e', 'process.stdout.write(os.hostname())')).toBe('web');
      // The answer comes from this very process: it must not wait.
      const entry = lab.enter({ kind: 'pod', namespace: 'shop', name: 'web' });
      if (entry === undefined) throw new Error('web does not run');
      expect(await output(podExec(entry, [process.execPath, '-e', script]))).toBe(
        [...ips].sort().join(),
      );
    });

    test('a pod keeps its address as long as it is the same, also with other labels', () => {
      const before = addressesOf('web');
      lab.apply([upsert(podNamed('web', { node: '', labels: new Map([['app', 'web']]) }))]);
      expect(addressesOf('web')).toEqual(before);
      expect(before).toHaveLength(2);
    });

    test('a pod that is made anew has another address, and is entered anew', () => {
      const before = addressesOf('web');
      run('web', 'touch', '/tmp/mine');
      lab.apply([gone('Pod', 'web')]);
      lab.apply([upsert(podNamed('web', { node: '', uid: 'another' }))]);
      expect(addressesOf('web')).not.toEqual(before);
      expect(run('web', 'sh', '-c', 'test -e /tmp/mine || echo gone')).toBe('gone\n');
    });

    test('an address changes hands within one batch', async () => {
      const own = (name: string, last: number): Change =>
        upsert(podNamed(name, { addresses: [address(`10.244.9.${last}`)] }));
      lab.apply([own('first', 1), own('second', 2)]);
      expect(await said(pod('web'), at('10.244.9.1'))).toBe('first');
      lab.apply([own('first', 2), own('second', 1)]);
      expect(await said(pod('web'), at('10.244.9.1'))).toBe('second');
      expect(await said(pod('web'), at('10.244.9.2'))).toBe('first');
      lab.apply([gone('Pod', 'first'), gone('Pod', 'second')]);
      expect(lab.enter({ kind: 'pod', namespace: 'shop', name: 'first' })).toBeUndefined();
    });

    test('a Service that sends elsewhere is answered there', async () => {
      const [port] = API.ports;
      if (port === undefined) throw new Error('no port');
      lab.apply([upsert({ ...API, ports: [{ ...port, targetPort: 9_001 }] })]);
      expect(await said(pod('web'), clusterIP('IPv4'), { port: 80 })).toMatch(/^api-/);
      expect(await said(pod('web'), pod('api-1'), { port: 9_000 })).toBe('refused');
    });

    test('another node makes all of it anew, and everybody is there again', async () => {
      const node = (name: string): Change =>
        upsert({ kind: 'Node', name, labels: new Map(), addresses: [], podRanges: [] });
      const nodes = ['node-1', 'node-2', 'node-3'].map(node);
      lab.apply([...nodes, upsert(podNamed('far', { node: 'node-3' }))]);
      expect(await said(pod('web'), pod('far'))).toBe('far');
      expect(await said(pod('web'), pod('api-2'))).toBe('api-2');
      expect(await said(pod('far'), clusterIP('IPv4'), { port: 80 })).toMatch(/^api-/);
    });

    test.each<[reason: string, addresses: readonly string[]]>([
      ['nobody’s', ['::']],
      ['loopback’s', ['127.0.0.1']],
      ['a group’s', ['ff02::5']],
      ['everybody’s', ['255.255.255.255']],
      ['the lab’s own', ['169.254.1.1']],
      ['a node’s', ['192.168.0.2']],
      ['another pod’s', ['10.244.77.1']],
      ['one twice', ['10.244.88.1', '10.244.88.1']],
    ])(
      'a pod with an address that is %s does not run, and everybody else does',
      async (_, texts) => {
        const own = podNamed('own', { addresses: [address('10.244.77.1')] });
        lab.apply([upsert(own)]);
        const before = lab.problems();
        lab.apply([upsert(podNamed('odd', { addresses: texts.map(address), createdAt: -1 }))]);
        expect(lab.problems().length).toBeGreaterThan(before.length);
        expect(lab.enter({ kind: 'pod', namespace: 'shop', name: 'odd' })).toBeUndefined();
        expect(await said(pod('web'), at('10.244.77.1'))).toBe('own');
        expect(await said(pod('own'), { kind: 'node', name: 'node-2' }, { port: 1 })).toBe(
          'refused',
        );
        lab.apply([gone('Pod', 'odd'), gone('Pod', 'own')]);
        expect(lab.problems()).toEqual(before);
      },
    );

    test('a pod may have two addresses of one family', async () => {
      const addresses = ['10.99.0.1', '10.99.0.2'].map(address);
      lab.apply([upsert(podNamed('two', { addresses }))]);
      for (const each of addresses) {
        expect(await said(pod('web'), { kind: 'address', address: each })).toBe('two');
      }
      lab.apply([gone('Pod', 'two')]);
    });

    test('what does not run is not tried', async () => {
      lab.apply([upsert(podNamed('done', { finished: true }))]);
      expect(await said(pod('done'), pod('web'))).toContain('does not run');
      expect(await said(pod('web'), pod('done'))).toContain('has no address');
    });
  },
);

describe.skipIf(missing !== undefined)(titled('a lab with an enforcer'), () => {
  const told: string[] = [];
  let folder: string;
  let lab: Lab;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ringfence-lab-'));
    lab = createLab({
      topology: 'routed',
      encapsulation: 'none',
      folder,
      enforcer: {
        change: (changes) => void told.push(`${changes.length > 0}, ${running().length} run`),
        nodes(nodes) {
          for (const [name, network] of nodes) {
            const links = network.enter(() => spawnSync('cat', ['/proc/net/dev'], LIKE_TEXT));
            told.push(`${name} ${/rf/.test(links.stdout) ? 'with' : 'without'} pods`);
          }
        },
      },
      onError: (what, { message }) => told.push(`${what}: ${message}`),
    });
  });
  afterAll(() => {
    lab.close();
    rmSync(folder, { recursive: true });
  });

  const LIKE_TEXT = { encoding: 'utf8' } as const;
  const running = (): readonly string[] => [...lab.pods()].map((each) => each.pod.name).sort();
  const on = (name: string, node: string): Change => upsert(podNamed(name, { node }));

  test('runs no pod before its node is admitted', () => {
    lab.apply([on('web', 'node-1'), on('db', 'node-2')]);
    expect(told).toEqual(['true, 0 run', 'node-1 without pods', 'node-2 without pods']);
    expect(running()).toEqual([]);
    lab.admit('node-1');
    expect(running()).toContain('web');
    expect(running()).not.toContain('db');
    lab.admit('node-2');
    expect(running()).toContain('db');
  });

  test('runs a pod that comes later at once, after it was told', () => {
    told.length = 0;
    const before = running().length;
    lab.apply([on('late', 'node-2')]);
    expect(told).toEqual([`true, ${before} run`]);
    expect(running()).toContain('late');
  });

  test('nodes that are made anew are to be admitted anew', () => {
    told.length = 0;
    const node: Change = upsert({
      kind: 'Node',
      name: 'node-3',
      labels: new Map(),
      addresses: [],
      podRanges: [],
    });
    lab.apply([node, on('far', 'node-3')]);
    expect(told.filter((each) => each.endsWith('pods'))).toEqual(['node-3 without pods']);
    expect(running()).toEqual([]);
    lab.admit('node-3');
    expect(running()).toContain('far');
  });
});

async function output({ file, args, env }: ReturnType<typeof podExec>): Promise<string> {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { text } = await import('node:stream/consumers');
  return await text(spawn(file, args, { env }).stdout);
}
