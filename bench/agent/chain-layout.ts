import {
  formatAddress,
  type IpBlock,
  type NetworkPolicy,
  type Peer,
  type PortMatch,
} from '@ringfence/core';
import type { Pod, Rule } from '@ringfence/core';
import { PACKET_NODE, type PacketWorld } from './packet-world.ts';

/**
 * Writes policies as engines do that have a chain for each pod and for each policy, in the text of
 * nft. As iptables does it: packets try the pods one after the other until they come to their pod's
 * chain, and there its policies. Flows that are known pass first, and pods that are selected alike are
 * one set, however many policies select them.
 */
export function chainLayout({ pods, policies }: PacketWorld): string {
  const sets = createSets(pods);
  const local = pods.filter(({ node }) => node === PACKET_NODE);
  const chains = policies.flatMap((policy) => [
    ...policyChain(policy, 'egress', 'goto to_pod', sets),
    ...policyChain(policy, 'ingress', 'accept', sets),
  ]);
  const podChains = local.flatMap((pod) =>
    (['egress', 'ingress'] as const).flatMap((direction) => podChain(pod, direction, policies)),
  );
  const dispatch = (direction: Direction, field: string): string =>
    local.map((pod) => `  ${field} ${addressOf(pod)} jump ${direction}_${pod.name}`).join('\n');
  return `table inet chains {
${sets.text().join('\n')}
chain to_pod {
}
${chains.join('\n')}
${podChains.join('\n')}
chain to_pod {
${dispatch('ingress', 'ip daddr')}
  accept
}
chain forward {
  type filter hook forward priority filter; policy accept;
  ct state established,related accept
${dispatch('egress', 'ip saddr')}
  goto to_pod
}
}
`;
}

type Direction = 'egress' | 'ingress';

function podChain(
  pod: Pod,
  direction: Direction,
  policies: readonly NetworkPolicy[],
): readonly string[] {
  const of = policies.filter(
    (policy) => policy[direction].kind === 'isolated' && hasLabels(pod, policy.subject),
  );
  return [
    `chain ${direction}_${pod.name} {`,
    ...of.map(({ name }) => `  jump ${direction}_of_${name}`),
    ...(of.length > 0 ? ['  drop'] : []),
    '}',
  ];
}

function policyChain(
  policy: NetworkPolicy,
  direction: Direction,
  verdict: string,
  sets: Sets,
): readonly string[] {
  const of = policy[direction];
  if (of.kind === 'notIsolated') return [];
  const field = direction === 'egress' ? 'ip daddr' : 'ip saddr';
  return [
    `chain ${direction}_of_${policy.name} {`,
    ...of.rules.flatMap((rule) => ruleLines(rule, { field, verdict, sets })),
    '}',
  ];
}

function ruleLines(
  { peers, ports }: Rule,
  {
    field,
    verdict,
    sets,
  }: { readonly field: string; readonly verdict: string; readonly sets: Sets },
): readonly string[] {
  if (peers.kind === 'anyone' || ports.kind === 'any') throw new Error('no rule here is as wide');
  return peers.peers.flatMap((peer) =>
    ports.ports.map((port) => `  ${field} @${sets.nameOf(peer)} ${portText(port)} ${verdict}`),
  );
}

function portText(port: PortMatch): string {
  if (port.kind === 'named') throw new Error('no rule here names its ports');
  const { protocol, from, to } = port;
  return `${protocol.toLowerCase()} dport ${from === to ? from : `${from}-${to}`}`;
}

/** One set for all peers that say the same. */
interface Sets {
  nameOf(peer: Peer): string;
  text(): readonly string[];
}

function createSets(pods: readonly Pod[]): Sets {
  const names = new Map<string, { readonly name: string; readonly text: string }>();
  const write = (peer: Peer, name: string): string => {
    if (peer.kind === 'pods') {
      const members = pods.filter((pod) => hasLabels(pod, peer.pods)).map(addressOf);
      return `set ${name} { typeof ip saddr; elements = { ${members.join(', ')} }; }`;
    }
    if (peer.kind !== 'ipBlocks') throw new Error('no rule here has other peers');
    const ranges = peer.blocks.flatMap(rangesOf);
    return `set ${name} { typeof ip saddr; flags interval; elements = { ${ranges.join(', ')} }; }`;
  };
  return {
    nameOf(peer) {
      const key = JSON.stringify(peer, (_, value: unknown) =>
        value instanceof Set ? [...value] : value,
      );
      const known = names.get(key);
      if (known !== undefined) return known.name;
      const name = `peers_${names.size}`;
      names.set(key, { name, text: write(peer, name) });
      return name;
    },
    text: () => [...names.values()].map((set) => set.text),
  };
}

function rangesOf({ cidr, except }: IpBlock): readonly string[] {
  let next = Number(cidr.first);
  const ranges: string[] = [];
  const upTo = (last: number): void => {
    if (next <= last) ranges.push(`${addressText(next)}-${addressText(last)}`);
  };
  for (const hole of except.toSorted((left, right) => Number(left.first) - Number(right.first))) {
    upTo(Number(hole.first) - 1);
    next = Number(hole.last) + 1;
  }
  upTo(Number(cidr.last));
  return ranges;
}

function hasLabels(pod: Pod, selector: NetworkPolicy['subject']): boolean {
  return selector.every(
    (one) => one.kind === 'in' && one.values.has(pod.labels.get(one.key) ?? ''),
  );
}

function addressOf({ addresses: [address] }: Pod): string {
  if (address === undefined) throw new Error('every pod here has an address');
  return formatAddress(address);
}

function addressText(value: number): string {
  return formatAddress({ family: 'IPv4', value });
}
