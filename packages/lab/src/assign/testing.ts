import { type Cidr, type Node, parseCidr, type Workload } from '@ringfence/core';

/** A block out of its text. */
export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed.kind === 'failed') throw new Error(text);
  return parsed.value.cidr;
}

/** A node of which nothing is known but its name. */
export function nodeNamed(name: string, rest: Partial<Node> = {}): Node {
  return { kind: 'Node', name, labels: new Map(), addresses: [], podRanges: [], ...rest };
}

/** A workload `web` of namespace `shop` whose pods are labelled `app: web`. */
export function workloadOf(kind: Workload['kind'], rest: Partial<Workload> = {}): Workload {
  return {
    kind,
    namespace: 'shop',
    name: 'web',
    owner: undefined,
    idle: false,
    replicas: 1,
    template: {
      labels: new Map([['app', 'web']]),
      hostNetwork: false,
      ports: [],
      hostname: '',
      subdomain: '',
    },
    ...rest,
  };
}
