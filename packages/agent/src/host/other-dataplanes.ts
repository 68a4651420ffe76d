import type { Link } from '@ringfence/netlink';
import type { HostProblem } from './host-problem.ts';

/** What is known of a link that may be another program's. */
export interface LinkFact {
  readonly link: Pick<Link, 'name'>;
  readonly isPod: boolean;
  /** The kind of the link that it is a port of; empty for none. */
  readonly masterKind: string;
}

/** Programs that move packets past netfilter, by the links that they make. */
const BY_LINK = [
  {
    link: 'cilium_host',
    text: "Cilium is here (link cilium_host): it moves pods' packets and those of Services by eBPF, past all rules; enforce policy with Cilium itself, or remove it and the links that it left",
  },
  {
    link: 'bpfin.cali',
    text: "Calico's eBPF dataplane is here (link bpfin.cali): it moves pods' packets and those of Services past all rules; set its `bpfEnabled` to false, and bring kube-proxy back",
  },
] as const;

/** Finds what moves pods' packets past netfilter, as far as links show it. */
export function otherDataplanes(facts: readonly LinkFact[]): readonly HostProblem[] {
  const names = new Set(facts.map(({ link }) => link.name));
  const switched = facts.find(({ isPod, masterKind }) => isPod && masterKind === 'openvswitch');
  return [
    ...BY_LINK.filter(({ link }) => names.has(link)).map(({ text }) => ({
      level: 'blocks' as const,
      text,
    })),
    ...(switched === undefined
      ? []
      : [
          {
            level: 'blocks' as const,
            text: `pods are ports of Open vSwitch (${switched.link.name}), which hands nothing to netfilter; enforce policy with the network plugin that runs it`,
          },
        ]),
  ];
}
