import { spawnSync } from 'node:child_process';
import { clusterOf, decode } from '@ringfence/core';
import {
  compile,
  compileBridge,
  type CompileOptions,
  DEFAULT_COMPILE_OPTIONS,
  type ElementSet,
  type Ruleset,
} from '@ringfence/dataplane';
import {
  makeNamespace,
  missingPrivilege,
  type NetlinkSocket,
  type NetworkNamespace,
  openNetfilterSocket,
} from '@ringfence/netlink';

/** A network namespace of a test's own, with no rulesets in it. */
export interface TestKernel {
  readonly namespace: NetworkNamespace;
  readonly socket: NetlinkSocket;
  /** Lets `nft`, a second witness, do something there; gives what it says. */
  nft(args: readonly string[], input?: string): string;
  close(): void;
}

/** Says why tests against the kernel cannot run; `undefined` when they can. */
export function cannotTest(program?: 'nft'): string | undefined {
  const privilege = missingPrivilege();
  if (privilege !== undefined || program === undefined) return privilege;
  const found = spawnSync(program, ['-V']).error === undefined;
  return found ? undefined : `needs the program \`${program}\``;
}

/** A name for a group of tests, with the reason when they are skipped. */
export function titled(name: string, program?: 'nft'): string {
  const reason = cannotTest(program);
  return reason === undefined ? name : `${name} (skipped: ${reason})`;
}

/** Makes a namespace; whoever makes one closes it. */
export function openTestKernel(): TestKernel {
  const namespace = makeNamespace();
  const socket = openNetfilterSocket(namespace);
  return {
    namespace,
    socket,
    nft(args, input = '') {
      const said = namespace.enter(() => spawnSync('nft', args, { encoding: 'utf8', input }));
      if (said.status !== 0) throw new Error(`nft: ${said.stderr}`);
      return said.stdout;
    },
    close() {
      socket.close();
      namespace.close();
    },
  };
}

const OPTIONS: CompileOptions = {
  ...DEFAULT_COMPILE_OPTIONS,
  interfaceOf: ({ object }) => `veth-${object.name}`,
};

const SHOP: readonly object[] = [
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1' },
    spec: { podCIDRs: ['10.1.0.0/24', 'fd10:1::/64'] },
    status: {
      addresses: ['192.168.7.1', 'fd07::1'].map((address) => ({ type: 'InternalIP', address })),
    },
  },
  pod('web', 'n1', ['10.1.0.2', 'fd10:1::2']),
  pod('db', 'n1', ['10.1.0.3', 'fd10:1::3']),
  pod('far', 'n2', ['10.2.0.2', 'fd10:2::2']),
  pod('other', 'n2', ['10.2.0.4', 'fd10:2::4']),
  policy('db', 'db', {
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      { from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 5432 }] },
      { from: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.64/26'] } }] },
      { from: [{ ipBlock: { cidr: '224.0.0.0/3' } }, { ipBlock: { cidr: 'ff00::/8' } }] },
    ],
    egress: [{ to: [{ namespaceSelector: {} }], ports: [{ protocol: 'UDP', port: 53 }] }],
  }),
  policy('web', 'web', {
    policyTypes: ['Ingress'],
    ingress: [
      { ports: [{ port: 8080, endPort: 8081 }] },
      {
        from: [{ ipBlock: { cidr: '2001:db8::/32' } }, { podSelector: {} }],
        ports: [{ port: 30_000, endPort: 32_767 }],
      },
    ],
  }),
];

/** What a node of a small shop must enforce. */
export function shopRuleset(options: Partial<CompileOptions> = {}): Ruleset {
  return compile(clusterOf(objectsOf(SHOP)), 'n1', { ...OPTIONS, ...options });
}

/** What its bridge must enforce. */
export function bridgeRuleset(): Ruleset {
  return compileBridge(clusterOf(objectsOf(SHOP)), 'n1', {
    table: 'ringfence',
    portOf: OPTIONS.interfaceOf,
    podInterfaces: ['veth*', 'cni0'],
    comments: true,
  });
}

function pod(name: string, onNode: string, ips: readonly string[]): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: name } },
    spec: { nodeName: onNode, containers: [{ name: 'main', image: 'any' }] },
    status: { podIPs: ips.map((ip) => ({ ip })) },
  };
}

function policy(name: string, app: string, spec: object): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app } }, ...spec },
  };
}

function objectsOf(manifests: readonly object[]): Parameters<typeof clusterOf>[0] {
  return manifests.map((manifest) => {
    const decoded = decode(manifest, { namespace: 'default', reading: 'strict' });
    if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
    return decoded.object;
  });
}

/** A ruleset with chains of a test's own. */
export function layoutOf(
  chains: Ruleset['chains'],
  { family, sets, elements }: Pick<Ruleset, 'family' | 'sets' | 'elements'>,
): Ruleset {
  return { family, table: 'test', sets, chains, elements, closed: [] };
}

/** A set of the layout of a node. */
export function setNamed(name: string): ElementSet {
  const found = shopRuleset().sets.find((set) => set.name === name);
  if (found === undefined) throw new Error(`there is no set ${name}`);
  return found;
}
