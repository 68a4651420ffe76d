import {
  clusterOf,
  type KubernetesObject,
  type Namespace,
  type Node,
  type Pod,
  type Workload,
} from '@ringfence/core';
import { describe, expect, test } from 'vitest';
import { address, podNamed } from '../testing.ts';
import type { Response } from './message.ts';
import { nameOf } from './name.ts';
import { TYPE } from './record.ts';
import { createServiceIndex } from './service-index.ts';
import { dataText, serviceOf } from './testing.ts';
import { resolve } from './zone.ts';

const NAMESPACE: Namespace = {
  kind: 'Namespace',
  name: 'empty',
  labels: new Map(),
  terminating: false,
};
const NODE: Node = {
  kind: 'Node',
  name: 'node-1',
  labels: new Map(),
  addresses: [address('192.168.0.11')],
  podRanges: [],
};
const pod = (
  name: string,
  app: string,
  addresses: readonly string[],
  rest: Partial<Pod> = {},
): Pod =>
  podNamed(name, { labels: new Map([['app', app]]), addresses: addresses.map(address), ...rest });

const DB_SET: Workload = {
  kind: 'StatefulSet',
  namespace: 'shop',
  name: 'db',
  owner: undefined,
  idle: false,
  replicas: 2,
  template: {
    labels: new Map([['app', 'db']]),
    hostNetwork: false,
    ports: [],
    hostname: '',
    subdomain: 'db',
  },
};
const OF_DB = { owner: { kind: 'StatefulSet', name: 'db' } };
const SQL = { protocol: 'TCP', port: 5432, nodePort: 0 } as const;

const OBJECTS: readonly KubernetesObject[] = [
  NAMESPACE,
  NODE,
  serviceOf('kube-dns', { namespace: 'kube-system', clusterIPs: [address('10.96.0.10')] }),

  // With addresses of their own.
  serviceOf('web', {
    clusterIPs: [address('10.96.0.1'), address('fd00:96::1')],
    ports: [
      { name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 0 },
      { name: 'dns', protocol: 'UDP', port: 53, targetPort: 5353, nodePort: 0 },
    ],
  }),
  serviceOf('plain', {
    clusterIPs: [address('10.96.0.2')],
    ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 80, nodePort: 0 }],
  }),
  serviceOf('pending'),
  pod('web-1', 'web', ['10.1.1.1']),

  // Headless, of a StatefulSet: one pod as its controller writes it, one as manifests may.
  DB_SET,
  serviceOf('db', {
    headless: true,
    ports: [
      { ...SQL, name: 'sql', targetPort: 5433 },
      { ...SQL, name: 'metrics', targetPort: 'metrics' },
      { ...SQL, name: '', targetPort: 1 },
    ],
  }),
  pod('db-0', 'db', ['10.1.1.10', '2001:db8:1::10'], {
    ...OF_DB,
    hostname: 'db-0',
    subdomain: 'db',
    ports: [{ name: 'metrics', protocol: 'TCP', port: 9187 }],
  }),
  pod('db-1', 'db', ['10.1.1.11'], OF_DB),

  // Headless: who has a name below it, and who has not.
  serviceOf('peers', { headless: true }),
  pod('named', 'peers', ['10.1.1.20'], { hostname: 'Boss', subdomain: 'peers' }),
  pod('elsewhere', 'peers', ['10.1.1.21'], { hostname: 'boss', subdomain: 'others' }),
  pod('nameless', 'peers', ['10.1.1.22', '2001:db8:1::22'], { subdomain: 'peers' }),
  pod('dotted', 'peers', ['10.1.1.23'], { hostname: 'a.b', subdomain: 'peers' }),
  pod('ended', 'peers', ['10.1.1.24'], { finished: true }),
  pod('ending', 'peers', ['10.1.1.25'], { terminating: true }),
  pod('addressless', 'peers', []),
  serviceOf('also-peers', { headless: true, selector: new Map([['app', 'peers']]) }),

  // Headless: families, pods on their node's network, and none at all.
  serviceOf('only6', { headless: true, families: ['IPv6'] }),
  pod('only6', 'only6', ['10.1.1.30', '2001:db8:1::30']),
  serviceOf('prefers6', { headless: true, families: ['IPv6'], dualStack: true }),
  pod('prefers6', 'prefers6', ['10.1.1.31', '2001:db8:1::31']),
  serviceOf('agent', { headless: true }),
  pod('agent-1', 'agent', ['192.168.0.11'], { hostNetwork: true }),
  pod('agent-2', 'agent', ['192.168.0.11'], { hostNetwork: true }),
  serviceOf('nobody', { headless: true }),
  serviceOf('managed', { headless: true, selector: new Map() }),

  // Other names for something.
  ...(
    [
      ['page', 'www.example.com'],
      ['dotted', 'www.example.com.'],
      ['self', 'web.shop.svc.cluster.local'],
      ['twice', 'self.shop.svc.cluster.local'],
      ['gone', 'gone.invalid'],
      ['number', '10.0.0.1'],
      ['circle', 'circle.shop.svc.cluster.local'],
      ['broken', 'a..b'],
      ['endless', 'x'.repeat(64)],
    ] as const
  ).map(([name, externalName]) => serviceOf(name, { type: 'ExternalName', externalName })),
];

const cluster = clusterOf(OBJECTS);
const services = createServiceIndex();
for (const object of OBJECTS) services.apply({ kind: 'upsert', object });
const VIEW = { ...cluster, ...services };

function asked(name: string, type: keyof typeof TYPE): Response {
  return resolve(VIEW, { name: nameOf(name), type: TYPE[type], class: 1 });
}

/** What a table says: the answers' data, or why there are none. */
function said({ code, answers }: Response): string {
  const texts = answers.map(({ data }) => dataText(data)).join(', ');
  if (code === 'nameError') return `${texts}${texts === '' ? '' : ', '}NXDOMAIN`;
  if (code !== 'noError') return code;
  return texts === '' ? 'NODATA' : texts;
}

/** Each row: a name, a type, and what is said; names without a dot at their end are the cluster's. */
type Row = readonly [name: string, type: keyof typeof TYPE, want: string];

function check(rows: readonly Row[]): void {
  test.each(rows)('%s %s: %s', (name, type, want) => {
    expect(said(asked(name.endsWith('.') ? name : `${name}.cluster.local`, type))).toBe(want);
  });
}

describe('2.2: the version of the schema', () => {
  check([
    ['dns-version', 'TXT', 'TXT 1.1.0'],
    ['dns-version', 'A', 'NODATA'],
    ['below.dns-version', 'TXT', 'NXDOMAIN'],
  ]);
});

describe('2.3: Services with ClusterIPs', () => {
  check([
    ['web.shop.svc', 'A', 'A 10.96.0.1'],
    ['web.shop.svc', 'AAAA', 'AAAA fd00:96::1'],
    ['WEB.Shop.SVC.Cluster.LOCAL.', 'A', 'A 10.96.0.1'],
    ['web.shop.svc', 'ANY', 'A 10.96.0.1, AAAA fd00:96::1'],
    ['plain.shop.svc', 'AAAA', 'NODATA'],
    ['web.shop.svc', 'TXT', 'NODATA'],
    ['web.shop.svc', 'CNAME', 'NODATA'],
    ['pending.shop.svc', 'A', 'NODATA'],
    ['_http._tcp.web.shop.svc', 'SRV', 'SRV 0 100 80 web.shop.svc.cluster.local.'],
    ['_HTTP._TCP.web.shop.svc', 'SRV', 'SRV 0 100 80 web.shop.svc.cluster.local.'],
    ['_dns._udp.web.shop.svc', 'SRV', 'SRV 0 100 53 web.shop.svc.cluster.local.'],
    ['_http._tcp.web.shop.svc', 'A', 'NODATA'],
    ['_tcp.web.shop.svc', 'SRV', 'NODATA'],
    ['_sctp.web.shop.svc', 'SRV', 'NXDOMAIN'],
    ['_http._udp.web.shop.svc', 'SRV', 'NXDOMAIN'],
    ['_._tcp.plain.shop.svc', 'SRV', 'NXDOMAIN'],
    ['_tcp.plain.shop.svc', 'SRV', 'NXDOMAIN'],
    ['10-1-1-1.web.shop.svc', 'A', 'NXDOMAIN'],
    ['1.0.96.10.in-addr.arpa.', 'PTR', 'PTR web.shop.svc.cluster.local.'],
    [`1.${'0.'.repeat(23)}6.9.0.0.0.0.d.f.ip6.arpa.`, 'PTR', 'PTR web.shop.svc.cluster.local.'],
    ['1.0.96.10.in-addr.arpa.', 'A', 'NODATA'],
  ]);

  test('what SRV leads to comes with it', () => {
    const { additional } = asked('_http._tcp.web.shop.svc.cluster.local', 'SRV');
    expect(additional.map(({ name, data }) => `${name.join('.')} ${dataText(data)}`)).toEqual([
      'web.shop.svc.cluster.local A 10.96.0.1',
      'web.shop.svc.cluster.local AAAA fd00:96::1',
    ]);
  });
});

describe('2.4: headless Services', () => {
  const PEERS = ['A 10.1.1.20', 'A 10.1.1.21', 'A 10.1.1.22', 'A 10.1.1.23'];
  const sql = (...names: readonly string[]): string =>
    names.map((name) => `SRV 0 100 5433 ${name}.db.shop.svc.cluster.local.`).join(', ');
  check([
    ['db.shop.svc', 'A', 'A 10.1.1.10, A 10.1.1.11'],
    ['db.shop.svc', 'AAAA', 'AAAA 2001:db8:1::10'],
    ['db-0.db.shop.svc', 'A', 'A 10.1.1.10'],
    ['db-0.db.shop.svc', 'AAAA', 'AAAA 2001:db8:1::10'],
    ['DB-1.db.shop.svc', 'A', 'A 10.1.1.11'],
    ['db-1.db.shop.svc', 'AAAA', 'NODATA'],
    ['db-2.db.shop.svc', 'A', 'NXDOMAIN'],
    ['10-1-1-10.db.shop.svc', 'A', 'NXDOMAIN'],
    ['x.db-0.db.shop.svc', 'A', 'NXDOMAIN'],
    ['_sql._tcp.db.shop.svc', 'SRV', sql('db-0', 'db-1')],
    ['_metrics._tcp.db.shop.svc', 'SRV', 'SRV 0 100 9187 db-0.db.shop.svc.cluster.local.'],
    ['_._tcp.db.shop.svc', 'SRV', 'NXDOMAIN'],
    ['_tcp.db.shop.svc', 'A', 'NODATA'],
    ['10.1.1.10.in-addr.arpa.', 'PTR', 'PTR db-0.db.shop.svc.cluster.local.'],
    ['10.1.1.10.in-addr.arpa.', 'A', 'NODATA'],
    [
      `0.1.${'0.'.repeat(18)}1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.`,
      'PTR',
      'PTR db-0.db.shop.svc.cluster.local.',
    ],
    ['11.1.1.10.in-addr.arpa.', 'PTR', 'PTR db-1.db.shop.svc.cluster.local.'],

    ['peers.shop.svc', 'A', PEERS.join(', ')],
    ['boss.peers.shop.svc', 'A', 'A 10.1.1.20'],
    ['10-1-1-21.peers.shop.svc', 'A', 'A 10.1.1.21'],
    ['10-1-1-22.peers.shop.svc', 'A', 'A 10.1.1.22'],
    ['2001-db8-1--22.peers.shop.svc', 'AAAA', 'AAAA 2001:db8:1::22'],
    ['2001-db8-1--22.peers.shop.svc', 'A', 'NODATA'],
    ['10-1-1-23.peers.shop.svc', 'A', 'A 10.1.1.23'],
    ['10-1-1-24.peers.shop.svc', 'A', 'NXDOMAIN'],
    ['10-1-1-25.peers.shop.svc', 'A', 'NXDOMAIN'],
    [
      '22.1.1.10.in-addr.arpa.',
      'PTR',
      'PTR 10-1-1-22.also-peers.shop.svc.cluster.local., PTR 10-1-1-22.peers.shop.svc.cluster.local.',
    ],
    ['25.1.1.10.in-addr.arpa.', 'PTR', 'NXDOMAIN'],
    ['1.1.1.10.in-addr.arpa.', 'PTR', 'NXDOMAIN'],

    ['only6.shop.svc', 'A', 'NODATA'],
    ['only6.shop.svc', 'AAAA', 'AAAA 2001:db8:1::30'],
    ['30.1.1.10.in-addr.arpa.', 'PTR', 'NXDOMAIN'],
    ['prefers6.shop.svc', 'A', 'A 10.1.1.31'],
    ['agent.shop.svc', 'A', 'A 192.168.0.11'],
    [
      '_http._tcp.agent.shop.svc',
      'SRV',
      'SRV 0 100 8080 192-168-0-11.agent.shop.svc.cluster.local.',
    ],
    ['11.0.168.192.in-addr.arpa.', 'PTR', 'NXDOMAIN'],
    ['nobody.shop.svc', 'A', 'NXDOMAIN'],
    ['_http._tcp.nobody.shop.svc', 'SRV', 'NXDOMAIN'],
    ['managed.shop.svc', 'A', 'NXDOMAIN'],
  ]);

  test('every address that SRV leads to comes with it, once', () => {
    const additional = (name: string): readonly string[] =>
      asked(`${name}.cluster.local`, 'SRV').additional.map(
        (record) => `${record.name[0]} ${dataText(record.data)}`,
      );
    expect(additional('_sql._tcp.db.shop.svc')).toEqual([
      'db-0 A 10.1.1.10',
      'db-0 AAAA 2001:db8:1::10',
      'db-1 A 10.1.1.11',
    ]);
    expect(additional('_http._tcp.agent.shop.svc')).toEqual(['192-168-0-11 A 192.168.0.11']);
  });

  test('a pod that goes is gone from its Service, from its name and from its address', () => {
    const changing = clusterOf(OBJECTS);
    const ask = (name: string, type: keyof typeof TYPE): string =>
      said(
        resolve({ ...changing, ...services }, { name: nameOf(name), type: TYPE[type], class: 1 }),
      );
    changing.apply({ kind: 'delete', ref: { kind: 'Pod', namespace: 'shop', name: 'db-1' } });
    expect(ask('db.shop.svc.cluster.local', 'A')).toBe('A 10.1.1.10');
    expect(ask('db-1.db.shop.svc.cluster.local', 'A')).toBe('NXDOMAIN');
    expect(ask('11.1.1.10.in-addr.arpa', 'PTR')).toBe('NXDOMAIN');
  });
});

describe('2.5: external names', () => {
  const WWW = said(asked('www.example.com', 'A'));
  const SELF = 'CNAME self.shop.svc.cluster.local.';
  const WEB = 'CNAME web.shop.svc.cluster.local.';
  check([
    ['page.shop.svc', 'CNAME', 'CNAME www.example.com.'],
    ['page.shop.svc', 'A', `CNAME www.example.com., ${WWW}`],
    ['dotted.shop.svc', 'A', `CNAME www.example.com., ${WWW}`],
    ['page.shop.svc', 'TXT', 'CNAME www.example.com.'],
    ['self.shop.svc', 'A', `${WEB}, A 10.96.0.1`],
    ['twice.shop.svc', 'AAAA', `${SELF}, ${WEB}, AAAA fd00:96::1`],
    ['gone.shop.svc', 'A', 'CNAME gone.invalid., NXDOMAIN'],
    ['number.shop.svc', 'A', 'CNAME 10.0.0.1., NXDOMAIN'],
    ['circle.shop.svc', 'A', 'serverFailure'],
    ['circle.shop.svc', 'CNAME', 'CNAME circle.shop.svc.cluster.local.'],
    ['broken.shop.svc', 'A', 'NODATA'],
    ['endless.shop.svc', 'A', 'NODATA'],
    ['_http._tcp.page.shop.svc', 'SRV', 'NXDOMAIN'],
  ]);
});

describe('2.6: pods by their address', () => {
  check([
    ['10-1-1-1.shop.pod', 'A', 'A 10.1.1.1'],
    ['10-1-1-1.shop.pod', 'AAAA', 'NODATA'],
    ['2001-db8-1--10.shop.pod', 'AAAA', 'AAAA 2001:db8:1::10'],
    ['10-1-1-25.shop.pod', 'A', 'A 10.1.1.25'],
    ['192-168-0-11.shop.pod', 'A', 'A 192.168.0.11'],
    ['192-168-0-11.empty.pod', 'A', 'NXDOMAIN'],
    ['10-1-1-1.empty.pod', 'A', 'NXDOMAIN'],
    ['10-1-1-24.shop.pod', 'A', 'NXDOMAIN'],
    ['10-1-1-99.shop.pod', 'A', 'NXDOMAIN'],
    ['10-1-1-01.shop.pod', 'A', 'NXDOMAIN'],
    ['--ffff-a01-101.shop.pod', 'A', 'NXDOMAIN'],
    ['web-1.shop.pod', 'A', 'NXDOMAIN'],
    ['x.10-1-1-1.shop.pod', 'A', 'NXDOMAIN'],
  ]);
});

describe('what is between names exists, and what nobody has does not', () => {
  const DNS = 'kube-dns.kube-system.svc.cluster.local.';
  check([
    ['cluster.local.', 'SOA', `SOA ${DNS} minimum 5`],
    ['cluster.local.', 'NS', `NS ${DNS}`],
    ['cluster.local.', 'A', 'NODATA'],
    ['svc', 'A', 'NODATA'],
    ['pod', 'A', 'NODATA'],
    ['shop.svc', 'A', 'NODATA'],
    ['shop.pod', 'A', 'NODATA'],
    ['empty.svc', 'A', 'NODATA'],
    // Only a Service says that it is there.
    ['kube-system.svc', 'A', 'NODATA'],
    ['nowhere.svc', 'A', 'NXDOMAIN'],
    ['nowhere.pod', 'A', 'NXDOMAIN'],
    ['constructor.svc', 'A', 'NXDOMAIN'],
    ['local.', 'A', 'NODATA'],
    ['.', 'NS', 'NODATA'],
    ['arpa.', 'A', 'NODATA'],
    ['96.10.in-addr.arpa.', 'PTR', 'NODATA'],
    ['d.f.ip6.arpa.', 'PTR', 'NODATA'],
    ['1.1.0.96.10.in-addr.arpa.', 'PTR', 'NXDOMAIN'],
    ['256.0.96.10.in-addr.arpa.', 'PTR', 'NXDOMAIN'],
    ['01.0.96.10.in-addr.arpa.', 'PTR', 'NXDOMAIN'],
    ['g.d.f.ip6.arpa.', 'PTR', 'NXDOMAIN'],
    ['home.arpa.', 'A', 'NXDOMAIN'],
    ['4.3.2.1.in-addr.arpa.', 'PTR', 'NXDOMAIN'],
  ]);

  test.each([
    ['web.shop.svc.cluster.local', 'cluster.local', 'TXT'],
    ['web.shop.svc.cluster.local.svc.cluster.local', 'cluster.local', 'A'],
    ['1.1.1.10.in-addr.arpa', 'in-addr.arpa', 'PTR'],
    ['f.f.ip6.arpa', 'ip6.arpa', 'PTR'],
    ['gone.invalid', '', 'A'],
    ['gone.shop.svc.cluster.local', '', 'A'],
  ] as const)('that %s is not there is said by the zone `%s`, for 5 s', (name, zone, type) => {
    const { authority } = asked(name, type);
    expect(authority.map((record) => [record.name.join('.'), record.ttlSeconds])).toEqual([
      [zone, 5],
    ]);
    expect(authority[0]?.data).toMatchObject({ kind: 'SOA', negativeSeconds: 5 });
  });

  test('what is there needs no authority, and is remembered for 5 s', () => {
    const { authority, answers, authoritative } = asked('web.shop.svc.cluster.local', 'A');
    expect([authority, authoritative]).toEqual([[], true]);
    expect(answers.map(({ ttlSeconds }) => ttlSeconds)).toEqual([5]);
    expect(asked('www.example.com', 'A').authoritative).toBe(false);
  });
});

describe('the search list of a pod in shop', () => {
  const SEARCH = ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local', ''];
  /** As the C library does with ndots:5, for names with fewer dots: the first that exists. */
  const search = (name: string): string =>
    SEARCH.map((suffix) => said(asked(`${name}.${suffix}`, 'A'))).find(
      (answer) => answer !== 'NXDOMAIN',
    ) ?? 'NXDOMAIN';

  test.each([
    ['web', 'A 10.96.0.1'],
    ['web.shop', 'A 10.96.0.1'],
    ['web.shop.svc', 'A 10.96.0.1'],
    ['web.shop.svc.cluster.local', 'A 10.96.0.1'],
    ['db-0.db', 'A 10.1.1.10'],
    ['kube-dns.kube-system', 'A 10.96.0.10'],
    ['www.example.com', said(asked('www.example.com', 'A'))],
    ['misspelt', 'NXDOMAIN'],
    ['misspelt.shop', 'NXDOMAIN'],
    ['misspelt.shop.svc', 'NXDOMAIN'],
  ])('finds %s: %s', (name, want) => {
    expect(search(name)).toBe(want);
  });
});

describe('the outside', () => {
  test.each(['www.example.com', 'kubernetes.io', 'a.b.c.d.e.example', 'web.shops'])(
    '%s has one address in each family, in ranges that nobody has',
    (name) => {
      expect(said(asked(name, 'A'))).toMatch(/^A 198\.1[89]\.\d+\.\d+$/u);
      expect(said(asked(name, 'AAAA'))).toMatch(/^AAAA 2001:db8:ffff:[0-9a-f:]+$/u);
      expect(said(asked(name.toUpperCase(), 'A'))).toBe(said(asked(name, 'A')));
      expect(said(asked(name, 'TXT'))).toBe('NODATA');
    },
  );

  test('other names have other addresses, today as tomorrow', () => {
    const names = Array.from({ length: 200 }, (_, number) => `www${number}.example.com`);
    expect(new Set(names.map((name) => said(asked(name, 'AAAA')))).size).toBe(200);
    expect(said(asked('www.example.com', 'A'))).toMatchInlineSnapshot(`"A 198.18.144.182"`);
    expect(said(asked('www.example.com', 'AAAA'))).toMatchInlineSnapshot(
      `"AAAA 2001:db8:ffff:a0e6:266d:b7b8:3f85:850f"`,
    );
  });

  check([
    ['localhost.', 'A', 'A 127.0.0.1'],
    ['x.localhost.', 'AAAA', 'AAAA ::1'],
    ['foo.', 'A', 'NXDOMAIN'],
    ['com.', 'A', 'NXDOMAIN'],
    ['foo.invalid.', 'A', 'NXDOMAIN'],
    ['foo.local.', 'A', 'NXDOMAIN'],
    ['foo.test.', 'A', 'NXDOMAIN'],
    ['foo.onion.', 'A', 'NXDOMAIN'],
    ['foo.internal.', 'A', 'NXDOMAIN'],
    ['wpad.', 'A', 'NXDOMAIN'],
    ['wpad.example.com.', 'A', 'NXDOMAIN'],
    ['10.1.1.1.', 'A', 'NXDOMAIN'],
    ['misspelt.shop.', 'A', 'NXDOMAIN'],
    ['web.shop.svc.', 'A', 'NXDOMAIN'],
    ['10-1-1-1.shop.pod.', 'A', 'NXDOMAIN'],
  ]);
});
