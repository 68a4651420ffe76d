import { formatAddress, type Service } from '@ringfence/core';
import { expect, test } from 'vitest';
import { address } from '../testing.ts';
import { type Backend, portalsOf, portalsText } from './portal.ts';
import { portNumbered, dualService } from './testing.ts';

const pod = (name: string, rest: Partial<Backend> = {}): Backend => ({
  name,
  node: 'node-1',
  addresses: [address(`10.1.0.${name}`), address(`2001:db8::${name}`)],
  ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
  ...rest,
});
const FOUR = [address('10.96.0.1')];
const BOTH = [...FOUR, address('2001:db8:96::1')];

/** `TCP 10.96.0.1:80/30080 > 10.1.0.1:8080@node-1` */
function said(service: Partial<Service>, backends: readonly Backend[]): readonly string[] {
  return portalsOf(dualService('web', service), backends).map((portal) => {
    const to = portal.endpoints.map(
      (each) => `${formatAddress(each.address)}:${each.port}@${each.node}`,
    );
    const from = `${portal.protocol} ${formatAddress(portal.address)}:${portal.port}`;
    return [`${from}/${portal.nodePort}`, '>', ...to].join(' ');
  });
}

const NAMED = [portNumbered(80, { targetPort: 'http' })];

test.each<[string, Partial<Service>, readonly Backend[], readonly string[]]>([
  [
    'every family has its own endpoints',
    { clusterIPs: BOTH },
    [pod('2'), pod('1', { addresses: [address('10.1.0.1')] })],
    [
      'TCP 10.96.0.1:80/0 > 10.1.0.1:8080@node-1 10.1.0.2:8080@node-1',
      'TCP 2001:db8:96::1:80/0 > 2001:db8::2:8080@node-1',
    ],
  ],
  [
    'only the first address of a family counts, of pods and of Services',
    { clusterIPs: [...FOUR, address('10.96.0.2')] },
    [pod('1', { addresses: [address('10.1.0.1'), address('10.1.0.9')] })],
    ['TCP 10.96.0.1:80/0 > 10.1.0.1:8080@node-1'],
  ],
  [
    'a named target port is each pod’s own, in the Service’s protocol',
    { clusterIPs: FOUR, ports: NAMED },
    [
      pod('1'),
      pod('2', { ports: [{ name: 'http', protocol: 'TCP', port: 81 }], node: 'node-2' }),
      pod('3', { ports: [{ name: 'http', protocol: 'UDP', port: 82 }] }),
      pod('4', { ports: [] }),
    ],
    ['TCP 10.96.0.1:80/0 > 10.1.0.1:8080@node-1 10.1.0.2:81@node-2'],
  ],
  [
    'a target port that is a number needs no container port',
    { clusterIPs: FOUR },
    [pod('4', { ports: [] })],
    ['TCP 10.96.0.1:80/0 > 10.1.0.4:8080@node-1'],
  ],
  [
    'pods that share an address and a port are one endpoint',
    { clusterIPs: FOUR },
    [pod('1'), pod('2', { addresses: [address('10.1.0.1')] })],
    ['TCP 10.96.0.1:80/0 > 10.1.0.1:8080@node-1'],
  ],
  ['without pods there are no endpoints', { clusterIPs: FOUR }, [], ['TCP 10.96.0.1:80/0 >']],
  [
    'without selector there are none, whatever pods there are',
    { clusterIPs: FOUR, selector: new Map() },
    [pod('1')],
    ['TCP 10.96.0.1:80/0 >'],
  ],
  ['a headless Service has no portal', { headless: true, clusterIPs: [] }, [pod('1')], []],
  ['an external name has none', { type: 'ExternalName', clusterIPs: FOUR }, [pod('1')], []],
  ['a Service without address has none', { type: 'NodePort' }, [pod('1')], []],
  [
    'a Service that is not for nodes has no node port',
    { clusterIPs: FOUR, ports: [portNumbered(80, { nodePort: 30_080 })] },
    [],
    ['TCP 10.96.0.1:80/0 >'],
  ],
  [
    'one that is has it, whatever balances the load',
    { type: 'LoadBalancer', clusterIPs: FOUR, ports: [portNumbered(80, { nodePort: 30_080 })] },
    [],
    ['TCP 10.96.0.1:80/30080 >'],
  ],
  [
    'a port is there once in a protocol: the first one',
    {
      clusterIPs: FOUR,
      ports: [
        portNumbered(80),
        portNumbered(80, { targetPort: 9 }),
        portNumbered(80, { protocol: 'SCTP' }),
      ],
    },
    [pod('1')],
    ['TCP 10.96.0.1:80/0 > 10.1.0.1:8080@node-1', 'SCTP 10.96.0.1:80/0 > 10.1.0.1:8080@node-1'],
  ],
])('%s', (_, service, backends, wanted) => {
  expect(said(service, backends)).toEqual(wanted);
});

test('texts are equal for equal portals only, in whatever order pods come', () => {
  const ports = [portNumbered(80, { nodePort: 30_080 })];
  const base: Partial<Service> = { type: 'NodePort', clusterIPs: FOUR, ports };
  const text = (service: Partial<Service>, backends: readonly Backend[]): string =>
    portalsText(portalsOf(dualService('web', { ...base, ...service }), backends));
  const two = [pod('1'), pod('2')];
  expect(text({}, [pod('2'), pod('1')])).toBe(text({}, two));
  const others = [
    text({}, [pod('1')]),
    text({}, [pod('1'), pod('2', { node: 'node-2' })]),
    text({ externalTrafficPolicy: 'Local' }, two),
    text({ internalTrafficPolicy: 'Local' }, two),
    text({ clusterIPs: [address('10.96.0.2')] }, two),
    text({ ports: [portNumbered(80, { nodePort: 30_081 })] }, two),
    text({ ports: [portNumbered(80, { nodePort: 30_080, targetPort: 9 })] }, two),
    text({ ports: [portNumbered(80, { nodePort: 30_080, protocol: 'UDP' })] }, two),
  ];
  expect(new Set([text({}, two), ...others]).size).toBe(others.length + 1);
});
