import { type Link, links, type NetlinkSocket, openRouteSocket } from '@ringfence/netlink';
import { factFile, sysctl } from './fact-file.ts';
import type { HostProblem } from './host-problem.ts';
import { missingSubsystems } from './missing-subsystems.ts';
import { otherDataplanes } from './other-dataplanes.ts';
import type { PodInterfaces } from './pod-interfaces.ts';

/** Lists what stands in the way of enforcement in the network namespace that this process is in. */
export function hostProblems(
  interfaces: Pick<PodInterfaces, 'isPod' | 'podPorts'>,
): readonly HostProblem[] {
  const route = openRouteSocket();
  try {
    return [
      ...missingSubsystems(),
      ...bridgeProblems(interfaces.podPorts()),
      ...ipvsProblems(factFile('/proc/thread-self/net/ip_vs')),
      ...otherDataplanes(linkFacts(route, interfaces)),
      ...conntrackProblems(
        sysctl('netfilter/nf_conntrack_count'),
        sysctl('netfilter/nf_conntrack_max'),
      ),
    ];
  } finally {
    route.close();
  }
}

function linkFacts(
  route: NetlinkSocket,
  { isPod }: Pick<PodInterfaces, 'isPod'>,
): readonly { readonly link: Link; readonly isPod: boolean; readonly masterKind: string }[] {
  const all = links(route);
  const kinds = new Map(all.map(({ index, kind }) => [index, kind]));
  return all.map((link) => ({
    link,
    isPod: isPod(link.name),
    masterKind: kinds.get(link.master) ?? '',
  }));
}

function bridgeProblems(ports: readonly string[]): readonly HostProblem[] {
  const [port] = ports;
  if (port === undefined) return [];
  return ['bridge-nf-call-iptables', 'bridge-nf-call-ip6tables'].flatMap((name) => {
    const value = sysctl(`bridge/${name}`);
    if (value === '1') return [];
    const state =
      value === undefined
        ? 'the kernel module br_netfilter is not loaded'
        : `net.bridge.${name} is ${value}`;
    const first = value === undefined ? '`modprobe br_netfilter`, then ' : '';
    return [
      {
        level: 'blocks',
        text: `pods are ports of a bridge (${port}) and ${state}, so that no rule sees what they send each other; run ${first}\`sysctl -w net.bridge.${name}=1\``,
      },
    ];
  });
}

/**
 * Finds virtual servers in what `/proc/net/ip_vs` says: after three lines of headings, one line for
 * each of them, and for each of its backends one that begins with an arrow.
 */
export function ipvsProblems(table: string | undefined): readonly HostProblem[] {
  const servers = (table ?? '').split('\n').filter((line) => /^(?:TCP|UDP|SCTP|FWM) /.test(line));
  if (servers.length === 0) return [];
  return [
    {
      level: 'blocks',
      text: `IPVS balances ${servers.length} virtual servers, and what it forwards passes by the rules for pods; run kube-proxy in its nftables or iptables mode and \`ipvsadm --clear\``,
    },
  ];
}

/** Finds out whether connection tracking is nearly full: then new flows are lost, allowed or not. */
export function conntrackProblems(
  count: string | undefined,
  most: string | undefined,
): readonly HostProblem[] {
  const [now, limit] = [Number(count ?? 0), Number(most ?? 0)];
  if (limit === 0 || now < limit * 0.9) return [];
  return [
    {
      level: 'warns',
      text: `connection tracking holds ${now} of at most ${limit} flows, and drops new ones when it is full; raise net.netfilter.nf_conntrack_max`,
    },
  ];
}
