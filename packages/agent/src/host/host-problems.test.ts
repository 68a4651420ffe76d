import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { missingPrivilege, setLink } from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attribute } from './ask.ts';
import { sysctl } from './fact-file.ts';
import { flowtableProblems } from './flowtables.ts';
import { conntrackProblems, hostProblems, ipvsProblems } from './host-problems.ts';
import { otherDataplanes } from './other-dataplanes.ts';
import { addTestBridge, makeTestNode, type TestNode } from './testing.ts';

const reason = missingPrivilege();

describe.skipIf(reason !== undefined)(
  `hostProblems${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let node: TestNode;
    beforeEach(() => {
      node = makeTestNode();
    });
    afterEach(() => node.close());

    const texts = (): readonly string[] => {
      const watch = node.watch();
      return node.namespace.enter(() => hostProblems(watch).map(({ text }) => text));
    };

    test('routed pods on a kernel that has all of netfilter need nothing else', () => {
      node.plug('a');
      expect(texts()).toEqual([]);
    });

    test.skipIf(sysctl('bridge/bridge-nf-call-iptables') === undefined)(
      'a bridge hands what it forwards to netfilter, for both families',
      () => {
        const master = addTestBridge(node, 'cni0');
        const set = (name: string, value: string): void =>
          node.namespace.enter(() => writeFileSync(`/proc/sys/net/bridge/${name}`, value));
        for (const name of ['bridge-nf-call-iptables', 'bridge-nf-call-ip6tables']) set(name, '0');
        expect(texts(), 'nobody is on it').toEqual([]);
        node.plug('a');
        setLink(node.route, node.index('a'), { master });
        expect(texts()).toEqual([
          'pods are ports of a bridge (a) and net.bridge.bridge-nf-call-iptables is 0, so that no rule sees what they send each other; run `sysctl -w net.bridge.bridge-nf-call-iptables=1`',
          'pods are ports of a bridge (a) and net.bridge.bridge-nf-call-ip6tables is 0, so that no rule sees what they send each other; run `sysctl -w net.bridge.bridge-nf-call-ip6tables=1`',
        ]);
        for (const name of ['bridge-nf-call-iptables', 'bridge-nf-call-ip6tables']) set(name, '1');
        expect(texts()).toEqual([]);
      },
    );
  },
);

const HEADINGS = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
`;

test.each([
  ['the kernel has none', undefined, 0],
  ['nobody uses it', HEADINGS, 0],
  [
    'kube-proxy does',
    `${HEADINGS}TCP  0A600001:01BB rr\n  -> 0A010105:1F90      Masq    1      0          0\nUDP  0A60000A:0035 rr\n`,
    2,
  ],
  ['by a mark', `${HEADINGS}FWM  00000001 wlc\n`, 1],
])('IPVS: %s', (_reason, table, servers) => {
  const found = ipvsProblems(table).map(({ text }) => text.split(',')[0]);
  expect(found).toEqual(servers === 0 ? [] : [`IPVS balances ${servers} virtual servers`]);
});

test.each([
  ['empty', '0', '65536', 0],
  ['nearly full', '59000', '65536', 1],
  ['not there', undefined, undefined, 0],
])('connection tracking that is %s', (_reason, count, most, problems) => {
  expect(conntrackProblems(count, most)).toHaveLength(problems);
});

test.each([
  ['nothing but pods', [{ name: 'a', isPod: true, masterKind: 'bridge' }], []],
  ['Cilium', [{ name: 'cilium_host', isPod: false, masterKind: '' }], ['Cilium']],
  ['Calico', [{ name: 'bpfin.cali', isPod: false, masterKind: '' }], ['Calico']],
  ['a pod on Open vSwitch', [{ name: 'a', isPod: true, masterKind: 'openvswitch' }], ['pods']],
  ['others on Open vSwitch', [{ name: 'a', isPod: false, masterKind: 'openvswitch' }], []],
])('other dataplanes: %s', (_reason, links, expected) => {
  const facts = links.map(({ name, ...fact }) => ({ link: { name }, ...fact }));
  const first = otherDataplanes(facts).map(({ text }) => text.split(/[\s']/)[0]);
  expect(first).toEqual(expected);
});

test('flowtables are named', () => {
  const text = (value: string): Buffer => Buffer.from(`${value}\0`);
  const body = Buffer.concat([Buffer.alloc(4), attribute(1, text('fw')), attribute(2, text('ft'))]);
  const answer = { type: 0, flags: 0, sequence: 0, body };
  expect(flowtableProblems([answer]).map(({ text: said }) => said)).toEqual([
    'flows are offloaded past all rules by flowtable fw ft; delete it, or switch the offload off in the program that made it',
  ]);
  expect(flowtableProblems([])).toEqual([]);
});
