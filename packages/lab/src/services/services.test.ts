import { cidrOf, type Family, type Pod, type Service } from '@ringfence/core';
import {
  commit,
  ipText,
  type NetworkNamespace,
  nftElements,
  nftSets,
  nftTables,
  openNetfilterSocket,
  setBridgePort,
} from '@ringfence/netlink';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CATCH_ALL_PORT } from '../network/catch-all.ts';
import { type LabNetwork, type LabNetworkOptions, makeLabNetwork } from '../network/lab-network.ts';
import type { LabNode } from '../network/node.ts';
import { addHostRoute, deleteHostRoute } from '../network/station.ts';
import { address, missing, podNamed, titled } from '../testing.ts';
import { attempt } from '../traffic/attempt.ts';
import { portalsOf } from './portal.ts';
import { createServiceProxy, type ServiceProxy } from './service-proxy.ts';
import {
  clusterAddress,
  clusterAddresses,
  portNumbered,
  serviceLab,
  dualService,
  talkOverUdp,
  tellClients,
  type TestServices,
} from './testing.ts';

const FAMILIES = ['IPv4', 'IPv6'] as const;
const NETWORKS: readonly LabNetworkOptions[] = [
  { topology: 'routed', encapsulation: 'none' },
  { topology: 'bridge', encapsulation: 'none' },
  { topology: 'bridge', encapsulation: 'vxlan' },
];

const podAddress = (host: number, family: Family): string =>
  family === 'IPv4' ? `10.1.${host >> 8}.${host & 255}` : `2001:db8:1::${host.toString(16)}`;
const nodeAddress = (number: number, family: Family): string =>
  family === 'IPv4' ? `192.168.0.1${number}` : `2001:db8:192::1${number}`;
const OUTSIDE = { IPv4: '198.51.100.9', IPv6: '2001:db8:eeee::9' } as const;
const ELSEWHERE = { IPv4: '203.0.113.77', IPv6: '2001:db8:ffff::77' } as const;

const NODES = [1, 2].map((number) => ({
  name: `node-${number}`,
  addresses: FAMILIES.map((family) => ({ family, address: nodeAddress(number, family) })),
  podRanges: [
    { address: `10.1.${number}.0`, prefix: 24 },
    { address: `2001:db8:1::${number}00`, prefix: 120 },
  ],
}));

/** Where pods are; the guest has an address outside of all ranges. */
const HOSTS = {
  'web-a': ['node-1', 0x1_11],
  'web-b': ['node-1', 0x1_12],
  'web-c': ['node-2', 0x2_11],
  client: ['node-1', 0x1_13],
  distant: ['node-2', 0x2_13],
  guest: ['node-2', 0x9_01],
} as const;
type PodName = keyof typeof HOSTS;
const WEB = ['web-a', 'web-b', 'web-c'] as const;

function webPod(name: PodName, rest: Partial<Pod> = {}): Pod {
  const [node, host] = HOSTS[name];
  return podNamed(name, {
    node,
    labels: new Map([['app', 'web']]),
    addresses: FAMILIES.map((family) => address(podAddress(host, family))),
    ...rest,
  });
}

describe.skipIf(missing !== undefined).each(NETWORKS)(
  titled('Services, $topology, tunnels: $encapsulation'),
  (options) => {
    const { topology } = options;
    const open: { close(): void }[] = [];
    const namespaces = new Map<string, NetworkNamespace>();
    let network: LabNetwork;
    let services: TestServices;

    beforeAll(() => {
      network = makeLabNetwork(NODES, options);
      for (const [name, [node, host]] of Object.entries(HOSTS)) {
        const addresses = FAMILIES.map((family) => ({ family, address: podAddress(host, family) }));
        const pod = network.connect({ key: name, node, addresses });
        const station = network.node(node)?.station;
        if (topology === 'bridge' && station !== undefined) {
          setBridgePort(station.route, station.link(pod.nodeInterface), { hairpin: true });
        }
        namespaces.set(name, pod.station.namespace);
        for (const port of [8080, 8081]) {
          open.push(tellClients(pod.station.namespace, { name: `${name}:${port}`, port }));
        }
      }
      for (const { name } of NODES) {
        const node = network.node(name);
        if (node === undefined) throw new Error(`no ${name}`);
        namespaces.set(name, node.station.namespace);
        open.push(tellClients(node.station.namespace, { name, port: 9100 }));
      }
      const outside = network.outside.station.namespace;
      namespaces.set('outside', outside);
      open.push(tellClients(outside, { name: 'outside', port: CATCH_ALL_PORT }));
      services = serviceLab(
        network,
        NODES.map(({ name }) => name),
      );
      services.upsert(...WEB.map((name) => webPod(name)));
    });

    const used = new Set<string>();
    const upsert = (service: Service): void => {
      used.add(service.name);
      services.upsert(service);
    };

    afterEach(() => {
      for (const name of used) services.remove({ kind: 'Service', name });
      used.clear();
      services.upsert(...WEB.map((name) => webPod(name)));
    });

    afterAll(() => {
      services.close();
      for (const each of open) each.close();
      network.close();
    });

    const namespaceOf = (name: string): NetworkNamespace => {
      const namespace = namespaces.get(name);
      if (namespace === undefined) throw new Error(`no ${name}`);
      return namespace;
    };

    interface Question {
      readonly family: Family;
      readonly to: string;
      readonly port: number;
      readonly protocol?: 'TCP' | 'UDP';
      readonly timeoutMs?: number;
    }

    /** Who answers and whom it saw, or how it ended. */
    const ask = async (from: string, question: Question): Promise<string> => {
      const { family, to, port, protocol = 'TCP', timeoutMs = 3_000 } = question;
      const namespace = namespaceOf(from);
      const source = from === 'outside' ? { source: OUTSIDE[family] } : {};
      const how = { protocol, family, destination: to, port, ...source } as const;
      const outcome = await attempt(namespace, how, { timeoutMs });
      return outcome.kind === 'answered' ? outcome.answer : outcome.kind;
    };

    /** All answers that come to many questions: by chance, one in 10^10 misses one of three. */
    const askOften = async (from: string, question: Question): Promise<ReadonlySet<string>> => {
      const answers = new Set<string>();
      for (let round = 0; round < 6; round += 1) {
        const asked = Array.from({ length: 10 }, () => ask(from, question));
        for (const answer of await Promise.all(asked)) answers.add(answer);
      }
      return answers;
    };

    describe.each(FAMILIES)('%s', (family) => {
      const to = (number: number): Pick<Question, 'family' | 'to' | 'port'> => ({
        family,
        to: clusterAddress(number, family),
        port: 80,
      });
      const toNode = (number: number, port: number): Pick<Question, 'family' | 'to' | 'port'> => ({
        family,
        to: nodeAddress(number, family),
        port,
      });
      const sees = (client: string) => (name: string) => `${name}:8080 ${client}`;

      test.each(['TCP', 'UDP'] as const)('every backend is reached over %s', async (protocol) => {
        const ports = [portNumbered(80, { protocol })];
        upsert(dualService('web', { clusterIPs: clusterAddresses(1), ports }));
        for (const name of ['client', 'distant', 'guest'] as const) {
          const own = podAddress(HOSTS[name][1], family);
          const answers = await askOften(name, { ...to(1), protocol });
          expect(answers, name).toEqual(new Set(WEB.map(sees(own))));
        }
        const answers = await askOften('node-1', { ...to(1), protocol });
        expect(answers).toEqual(new Set(WEB.map(sees(nodeAddress(1, family)))));
      });

      test('a pod reaches itself, and does not take itself for the client', async () => {
        upsert(dualService('web', { clusterIPs: clusterAddresses(1) }));
        const own = podAddress(HOSTS['web-a'][1], family);
        expect(await askOften('web-a', to(1))).toEqual(
          new Set([
            `web-a:8080 ${nodeAddress(1, family)}`,
            `web-b:8080 ${own}`,
            `web-c:8080 ${own}`,
          ]),
        );
      });

      test('a named target port is where each pod has it, and nowhere where it has none', async () => {
        const at = (port: number) => [{ name: 'http', protocol: 'TCP', port } as const];
        services.upsert(webPod('web-a', { ports: at(8080) }), webPod('web-b', { ports: at(8081) }));
        services.upsert(webPod('web-c', { ports: [] }));
        const ports = [portNumbered(80, { targetPort: 'http' })];
        upsert(dualService('web', { clusterIPs: clusterAddresses(1), ports }));
        const own = podAddress(HOSTS.client[1], family);
        expect(await askOften('client', to(1))).toEqual(
          new Set([`web-a:8080 ${own}`, `web-b:8081 ${own}`]),
        );
      });

      test('a pod on its node’s network is reached at the node’s address', async () => {
        const node = {
          kind: 'Node',
          name: 'node-2',
          labels: new Map<string, string>(),
          addresses: FAMILIES.map((each) => address(nodeAddress(2, each))),
          podRanges: [],
        } as const;
        const labels = new Map([['app', 'exporter']]);
        services.upsert(node, podNamed('exporter', { node: 'node-2', hostNetwork: true, labels }));
        const ports = [portNumbered(80, { targetPort: 9100 })];
        upsert(dualService('x', { clusterIPs: clusterAddresses(1), ports, selector: labels }));
        const own = podAddress(HOSTS.client[1], family);
        expect(await ask('client', to(1))).toBe(`node-2 ${own}`);
        expect(await ask('node-2', to(1))).toMatch(/^node-2 /);
      });

      test('a node port leads from every node to every backend, which sees the node', async () => {
        const ports = [portNumbered(80, { nodePort: 30_080 })];
        upsert(dualService('web', { type: 'NodePort', clusterIPs: clusterAddresses(1), ports }));
        for (const number of [1, 2]) {
          const wanted = new Set(WEB.map(sees(nodeAddress(number, family))));
          expect(await askOften('outside', toNode(number, 30_080))).toEqual(wanted);
          expect(await askOften('client', toNode(number, 30_080))).toEqual(wanted);
        }
      });

      test('with the local policy a node port leads to backends of that node, which see the client', async () => {
        const ports = [portNumbered(80, { nodePort: 30_080 })];
        upsert(
          dualService('web', {
            type: 'NodePort',
            clusterIPs: clusterAddresses(1),
            ports,
            externalTrafficPolicy: 'Local',
          }),
        );
        const seen = new Set(['web-a', 'web-b'].map(sees(OUTSIDE[family])));
        expect(await askOften('outside', toNode(1, 30_080))).toEqual(seen);
        services.upsert(webPod('web-c', { terminating: true }));
        const none = { ...toNode(2, 30_080), timeoutMs: 300 };
        expect(await ask('outside', none)).toBe('silent');
        // The node and its own pods are not outside.
        const own = podAddress(HOSTS.distant[1], family);
        expect(await askOften('distant', none)).toEqual(new Set(['web-a', 'web-b'].map(sees(own))));
        expect(await askOften('node-2', none)).toEqual(
          new Set(['web-a', 'web-b'].map(sees(nodeAddress(2, family)))),
        );
        // Another node's pods are, for this one.
        expect(await ask('client', none)).toBe('silent');
      });

      test('with the internal policy local a cluster address leads to backends of the node', async () => {
        services.upsert(webPod('web-c', { finished: true }));
        upsert(
          dualService('web', { clusterIPs: clusterAddresses(1), internalTrafficPolicy: 'Local' }),
        );
        const own = podAddress(HOSTS.client[1], family);
        expect(await askOften('client', to(1))).toEqual(new Set(['web-a', 'web-b'].map(sees(own))));
        expect(await ask('distant', { ...to(1), timeoutMs: 300 })).toBe('silent');
        expect(await ask('node-2', { ...to(1), timeoutMs: 300 })).toBe('silent');
      });

      test.each(['TCP', 'UDP'] as const)('without endpoints %s is refused', async (protocol) => {
        const ports = [portNumbered(80, { protocol, nodePort: 30_081 })];
        const selector = new Map([['app', 'nobody']]);
        for (const policy of ['Cluster', 'Local'] as const) {
          upsert(
            dualService('none', {
              type: 'NodePort',
              clusterIPs: clusterAddresses(1),
              ports,
              selector,
              externalTrafficPolicy: policy,
              internalTrafficPolicy: policy,
            }),
          );
          for (const from of ['client', 'node-1']) {
            expect(await ask(from, { ...to(1), protocol }), from).toBe('refused');
          }
          for (const from of ['outside', 'client', 'node-1']) {
            const question = { ...toNode(1, 30_081), protocol };
            expect(await ask(from, question), from).toBe('refused');
          }
        }
      });

      test('what no Service has is refused, and never seen outside', async () => {
        upsert(dualService('web', { clusterIPs: clusterAddresses(1) }));
        const asked = [to(2), { ...to(1), port: 81 }];
        for (const from of ['client', 'node-1']) {
          for (const question of asked) expect(await ask(from, question)).toBe('refused');
        }
        expect(await ask('client', { ...to(1), protocol: 'UDP' })).toBe('refused');
      });

      test('a Service that is gone leads nowhere', async () => {
        // Out of the range of Services, so that somebody would answer.
        const own = family === 'IPv4' ? '10.97.0.1' : '2001:db8:97::1';
        upsert(dualService('web', { clusterIPs: [address(own)] }));
        const question = { family, to: own, port: 80 };
        expect(await ask('client', question)).toMatch(/^web-/);
        services.remove({ kind: 'Service', name: 'web' });
        expect(await ask('client', question)).toBe(`outside ${nodeAddress(1, family)}`);
      });

      test('endpoints come and go while the Service stays', async () => {
        upsert(dualService('web', { clusterIPs: clusterAddresses(1) }));
        const own = podAddress(HOSTS.client[1], family);
        const backends = async (): Promise<ReadonlySet<string>> => askOften('client', to(1));
        services.remove({ kind: 'Pod', name: 'web-a' });
        expect(await backends()).toEqual(new Set(['web-b', 'web-c'].map(sees(own))));
        services.upsert(webPod('web-c', { labels: new Map() }));
        expect(await backends()).toEqual(new Set(['web-b'].map(sees(own))));
        services.upsert(webPod('web-b', { addresses: [] }));
        expect(await backends()).toEqual(new Set(['refused']));
        services.upsert(webPod('web-a'));
        expect(await backends()).toEqual(new Set(['web-a'].map(sees(own))));
      });

      test('who goes on talking over UDP is led anew when its endpoint is gone', async () => {
        const ports = [portNumbered(80, { protocol: 'UDP', nodePort: 30_082 })];
        upsert(dualService('web', { type: 'NodePort', clusterIPs: clusterAddresses(1), ports }));
        services.remove({ kind: 'Pod', name: 'web-b' });
        services.remove({ kind: 'Pod', name: 'web-c' });
        const talks = [
          ['client', to(1)],
          ['outside', toNode(1, 30_082)],
        ] as const;
        for (const [from, question] of talks) {
          const talk = talkOverUdp(namespaceOf(from), question);
          open.push(talk);
          services.upsert(webPod('web-a'));
          expect(await talk.ask(), from).toMatch(/^web-a/);
          services.upsert(webPod('web-b'));
          expect(await talk.ask(), `${from}: others that come are nothing to it`).toMatch(/^web-a/);
          services.remove({ kind: 'Pod', name: 'web-a' });
          expect(await talk.ask(), from).toMatch(/^web-b/);
          services.remove({ kind: 'Pod', name: 'web-b' });
        }
      });

      test('two Services share an address: what one does is nothing to the other', async () => {
        upsert(dualService('tcp', { clusterIPs: clusterAddresses(1) }));
        const ports = [portNumbered(80, { protocol: 'UDP', targetPort: 8081 })];
        upsert(dualService('udp', { clusterIPs: clusterAddresses(1), ports }));
        expect(await ask('client', to(1))).toMatch(/^web-.:8080 /);
        expect(await ask('client', { ...to(1), protocol: 'UDP' })).toMatch(/^web-.:8081 /);
        services.remove({ kind: 'Service', name: 'tcp' });
        expect(await ask('client', to(1))).toBe('refused');
        expect(await ask('client', { ...to(1), protocol: 'UDP' })).toMatch(/^web-.:8081 /);
      });

      test('who comes from outside to a cluster address is seen as the node', async () => {
        upsert(dualService('web', { clusterIPs: clusterAddresses(1) }));
        const { station, uplink } = network.outside;
        const service = { family, address: clusterAddress(1, family) };
        addHostRoute(station, service, { link: uplink, gateway: nodeAddress(1, family) });
        const wanted = new Set(WEB.map(sees(nodeAddress(1, family))));
        expect(await askOften('outside', to(1))).toEqual(wanted);
        deleteHostRoute(station, service);
      });

      test.each(['TCP', 'UDP'] as const)(
        'outside, pods are seen as their node: %s',
        async (protocol) => {
          const question = { family, to: ELSEWHERE[family], port: 443, protocol };
          expect(await ask('client', question)).toBe(`outside ${nodeAddress(1, family)}`);
          expect(await ask('guest', question)).toBe(`outside ${nodeAddress(2, family)}`);
        },
      );

      test('inside, everybody is seen as who it is', async () => {
        const client = podAddress(HOSTS.client[1], family);
        for (const name of ['web-a', 'web-c', 'guest'] as const) {
          const question = { family, to: podAddress(HOSTS[name][1], family), port: 8080 };
          expect(await ask('client', question)).toBe(`${name}:8080 ${client}`);
          expect(await ask('outside', question)).toBe(`${name}:8080 ${OUTSIDE[family]}`);
        }
        for (const number of [1, 2]) {
          expect(await ask('client', toNode(number, 9100))).toBe(`node-${number} ${client}`);
        }
      });
    });
  },
);

describe.skipIf(missing !== undefined)(titled('a node’s proxy'), () => {
  let network: LabNetwork;
  let teller: { close(): void };
  beforeEach(() => {
    network = makeLabNetwork(NODES, { topology: 'routed' });
    const { namespace } = network.outside.station;
    teller = tellClients(namespace, { name: 'outside', port: CATCH_ALL_PORT });
  });
  afterEach(() => {
    teller.close();
    network.close();
  });

  test.each(FAMILIES)('without masquerading, pods are seen as who they are: %s', async (family) => {
    const services = serviceLab(network, ['node-1'], { masqueradeEgress: false });
    const own = podAddress(0x1_11, family);
    const pod = network.connect({
      key: 'web',
      node: 'node-1',
      addresses: [{ family, address: own }],
    });
    const how = { protocol: 'TCP', family, destination: ELSEWHERE[family], port: 80 } as const;
    const outcome = await attempt(pod.station.namespace, how, { timeoutMs: 3_000 });
    expect(outcome).toMatchObject({ kind: 'answered', answer: `outside ${own}` });
    services.close();
  });

  test('closing leaves nothing; what was there before is replaced', () => {
    const node = network.node('node-1');
    if (node === undefined) throw new Error('no node');
    const socket = openNetfilterSocket(node.station.namespace);
    open(node);
    open(node).close();
    expect(nftTables(socket)).toEqual([]);
    socket.close();
  });

  test('what clients ask for is led by one Service, whoever came first', () => {
    const node = network.node('node-1');
    if (node === undefined) throw new Error('no node');
    const socket = openNetfilterSocket(node.station.namespace);
    const [one, other] = ['a', 'b'].map((name) => {
      const service = dualService(name, { clusterIPs: clusterAddresses(1) });
      const backends = ['10.1.1.8', '10.1.1.9'].map((own) => {
        return { name: own, node: 'node-1', addresses: [address(own)], ports: [] };
      });
      // Not as many: they are in other maps.
      return {
        key: `shop/${name}`,
        portals: portalsOf(service, backends.slice(name === 'a' ? 0 : 1)),
      };
    });
    if (one === undefined || other === undefined) throw new Error('no services');
    const comments = (): readonly (string | undefined)[] =>
      nftSets(socket, { family: 'inet', name: 'ringfence-lab' })
        .filter(({ name }) => name.startsWith('portals4-'))
        .flatMap((set) => nftElements(socket, set).map(({ comment }) => comment));
    for (const order of [
      [one, other],
      [other, one],
    ]) {
      const proxy = open(node);
      proxy.applyAll(order);
      expect(comments()).toEqual(['shop/a TCP 80', 'shop/a TCP 80']);
      proxy.remove('shop/a');
      expect(comments()).toEqual(['shop/b TCP 80']);
      proxy.apply(one.key, one.portals);
      expect(comments()).toEqual(['shop/a TCP 80', 'shop/a TCP 80']);
      proxy.close();
    }
    socket.close();
  });

  test('nothing is left of Services that are gone, but maps without elements', () => {
    const node = network.node('node-1');
    if (node === undefined) throw new Error('no node');
    const socket = openNetfilterSocket(node.station.namespace);
    const proxy = open(node);
    const counted = (): readonly (readonly [string, number])[] =>
      nftSets(socket, { family: 'inet', name: 'ringfence-lab' })
        .map((set) => [set.name, nftElements(socket, set).length] as const)
        .filter(([, count]) => count > 0);
    const portals = portalsOf(
      dualService('web', {
        type: 'NodePort',
        clusterIPs: clusterAddresses(1),
        externalTrafficPolicy: 'Local',
        internalTrafficPolicy: 'Local',
        ports: [
          portNumbered(80, { nodePort: 30_080 }),
          portNumbered(80, { protocol: 'SCTP', nodePort: 30_080 }),
        ],
      }),
      ['node-1', 'node-2'].map((name, index) => ({
        name,
        node: name,
        addresses: [address(`10.1.1.${index}`), address(`2001:db8::${index}`)],
        ports: [],
      })),
    );
    expect(counted()).toEqual([]);
    proxy.apply('shop/web', portals);
    expect(new Map(counted()).get('inner-node-ports6-2')).toBe(4);
    proxy.remove('shop/web');
    expect(counted()).toEqual([]);
    proxy.close();
    socket.close();
  });

  test('what the kernel refuses is tried anew the next time', () => {
    const node = network.node('node-1');
    if (node === undefined) throw new Error('no node');
    const socket = openNetfilterSocket(node.station.namespace);
    const proxy = open(node);
    const service = dualService('web', { clusterIPs: [address('10.96.0.1')] });
    const backend = { name: 'a', node: 'node-1', addresses: [address('10.1.1.9')], ports: [] };
    const portals = portalsOf(service, [backend]);
    proxy.apply('shop/web', portals);
    proxy.remove('shop/web');
    const set = { family: 'inet', table: 'ringfence-lab', name: 'portals4-1' } as const;
    const key = Uint8Array.of(10, 96, 0, 1, 6, 0, 0, 0, 0, 80, 0, 0, 0, 0, 0, 0);
    commit(socket, [{ kind: 'addElements', set, elements: [{ key, data: new Uint8Array(8) }] }]);
    expect(() => proxy.apply('shop/web', portals)).toThrow('portals4-1');
    commit(socket, [{ kind: 'deleteElements', set, elements: [{ key }] }]);
    proxy.apply('shop/web', portals);
    expect(nftElements(socket, set).map(({ comment }) => comment)).toEqual(['shop/web TCP 80']);
    proxy.close();
    socket.close();
  });

  test('what is inside changes address by address and range by range', () => {
    const node = network.node('node-1');
    if (node === undefined) throw new Error('no node');
    const socket = openNetfilterSocket(node.station.namespace);
    const proxy = open(node);
    const elements = (name: string): readonly string[] =>
      nftElements(socket, { family: 'inet', table: 'ringfence-lab', name })
        .map(({ key, intervalEnd }) => `${ipText(key)}${intervalEnd === true ? ' ends' : ''}`)
        .sort();
    const [one, two] = [cidrOf(address('10.1.1.0'), 24), cidrOf(address('10.1.2.0'), 24)];
    const nodes = [address('192.168.0.11')];
    const podAddresses = [address('10.1.1.5'), address('10.9.0.1')];
    proxy.setCluster({ podRanges: [one, cidrOf(address('10.1.1.64'), 26)], podAddresses, nodes });
    // Ranges and addresses inside of a range say nothing new.
    expect(elements('pod-ranges4').filter((each) => !each.startsWith('0.'))).toEqual([
      '10.1.1.0',
      '10.1.2.0 ends',
    ]);
    expect(elements('pods4')).toEqual(['10.9.0.1']);
    proxy.setCluster({ podRanges: [one, two], nodes: [] });
    expect(elements('pod-ranges4').filter((each) => !each.startsWith('0.'))).toEqual([
      '10.1.1.0',
      '10.1.2.0',
      '10.1.2.0 ends',
      '10.1.3.0 ends',
    ]);
    proxy.setCluster({ podRanges: [two], podAddresses, nodes });
    expect(elements('pod-ranges4').filter((each) => !each.startsWith('0.'))).toEqual([
      '10.1.2.0',
      '10.1.3.0 ends',
    ]);
    expect(elements('pods4')).toEqual(['10.1.1.5', '10.9.0.1']);
    expect(elements('nodes4')).toEqual(['192.168.0.11']);
    proxy.setCluster({ podRanges: [cidrOf(address('0.0.0.0'), 0)], nodes });
    expect(elements('pod-ranges4')).toEqual(['0.0.0.0']);
    proxy.close();
    socket.close();
  });

  const open = (node: LabNode): ServiceProxy => createServiceProxy(node);
});
