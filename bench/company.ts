/**
 * Makes the cluster of a company, of any size and the same every time: teams with a namespace each,
 * workloads with few or many replicas, labels that many share, and the policies that teams write:
 * a default that denies, DNS, monitoring, an ingress controller, neighbours, other teams, and lists
 * of outside addresses, most of them the same for many.
 */
import {
  cidrOf,
  type IpAddress,
  type LabelSelector,
  type Namespace,
  type NetworkPolicy,
  type Peer,
  type Pod,
  type Ports,
  type Rule,
  type TierPolicy,
} from '@ringfence/core';

export type CompanyObject = Namespace | Pod | NetworkPolicy | TierPolicy;

export interface Company {
  readonly teams: number;
  readonly podsOfTeam: keyof typeof REPLICAS;
}

/** Replicas of the workloads of one team. */
const REPLICAS = {
  50: [1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 9, 9],
  100: [1, 1, 2, 3, 3, 5, 8, 10, 12, 15, 20, 20],
} as const;
const WORKLOADS = 12;
export const POLICIES_OF_TEAM = 10;
const NAME_LABEL = 'kubernetes.io/metadata.name';
const TEAMS_OF_UNIT = 20;
const SHARED_LISTS = 20;

/** The objects of a company, namespaces first. */
export function* companyObjects({ teams, podsOfTeam }: Company): Generator<CompanyObject> {
  for (const name of SHARED) yield namespace(name, 'platform', 'live');
  for (let team = 0; team < teams; team += 1) {
    yield namespace(teamName(team), unitOf(team), stageOf(team));
  }
  let index = 0;
  for (const name of SHARED) {
    for (let replica = 0; replica < 3; replica += 1) {
      yield pod({ index, namespace: name, app: APP_OF[name], tier: 'front', replica });
      index += 1;
    }
  }
  for (let team = 0; team < teams; team += 1) {
    for (const [app, replicas] of REPLICAS[podsOfTeam].entries()) {
      for (let replica = 0; replica < replicas; replica += 1) {
        const tier = app < 3 ? 'data' : app < 9 ? 'back' : 'front';
        yield pod({ index, namespace: teamName(team), app: `app-${app}`, tier, replica });
        index += 1;
      }
    }
  }
  yield stagesApart();
  for (let team = 0; team < teams; team += 1) yield* policiesOf(team);
}

const SHARED = ['kube-system', 'monitoring', 'ingress'] as const;
const APP_OF = {
  'kube-system': 'kube-dns',
  monitoring: 'prometheus',
  ingress: 'controller',
} as const;

function teamName(team: number): string {
  return `team-${team}`;
}

function unitOf(team: number): string {
  return `unit-${Math.floor(team / TEAMS_OF_UNIT)}`;
}

function stageOf(team: number): string {
  return team % 4 === 3 ? 'test' : 'live';
}

function namespace(name: string, unit: string, stage: string): Namespace {
  const labels = new Map([
    [NAME_LABEL, name],
    ['unit', unit],
    ['stage', stage],
  ]);
  return { kind: 'Namespace', name, labels, terminating: false };
}

function pod(of: {
  readonly index: number;
  readonly namespace: string;
  readonly app: string;
  readonly tier: string;
  readonly replica: number;
}): Pod {
  const { index, app } = of;
  return {
    kind: 'Pod',
    namespace: of.namespace,
    name: `${app}-${of.replica}`,
    uid: `uid-${index}`,
    labels: new Map([
      ['app', app],
      ['tier', of.tier],
      ['pod-template-hash', '77'],
    ]),
    owner: { kind: 'ReplicaSet', name: `${app}-77` },
    node: `node-${index % 500}`,
    hostNetwork: false,
    finished: false,
    terminating: false,
    createdAt: index,
    hostname: '',
    subdomain: '',
    addresses: [v4(0x0a00_0000 + index + 1), v6(index + 1)],
    ports: [
      { name: 'http', protocol: 'TCP', port: 8080 },
      { name: 'metrics', protocol: 'TCP', port: 9090 },
    ],
  };
}

/** What is for tests never reaches what is live. */
function stagesApart(): TierPolicy {
  const live = labelled('stage', 'live');
  const test = labelled('stage', 'test');
  return {
    kind: 'ClusterNetworkPolicy',
    namespace: '',
    name: 'stages-apart',
    generation: 1,
    tier: 'Admin',
    priority: 10,
    subject: { namespaces: live, pods: [] },
    egress: [],
    ingress: [
      {
        name: '',
        action: 'Deny',
        peers: {
          kind: 'peers',
          peers: [{ kind: 'pods', namespaces: { kind: 'matching', namespaces: test }, pods: [] }],
        },
        ports: { kind: 'any' },
      },
    ],
  };
}

function* policiesOf(team: number): Generator<NetworkPolicy> {
  const named = (
    name: string,
    subject: LabelSelector,
    rules: { readonly egress?: readonly Rule[]; readonly ingress?: readonly Rule[] },
  ): NetworkPolicy => ({
    kind: 'NetworkPolicy',
    namespace: teamName(team),
    name,
    generation: 1,
    subject,
    egress: directionOf(rules.egress),
    ingress: directionOf(rules.ingress),
  });
  const from = (app: number): readonly Peer[] => [own(`app-${app}`)];
  const dns = rule([podsIn(labelled(NAME_LABEL, 'kube-system'), 'kube-dns')], udp(53));
  const inside = rule([{ kind: 'pods', namespaces: { kind: 'own' }, pods: [] }], { kind: 'any' });
  // Every other team also limits what its pods may send.
  const egress = team % 2 === 0 ? {} : { egress: [dns, inside] };
  yield named('default', [], { ...egress, ingress: [] });
  yield named('monitoring', [], {
    ingress: [rule([podsIn(labelled(NAME_LABEL, 'monitoring'), 'prometheus')], byName('metrics'))],
  });
  yield named('front', labelled('tier', 'front'), {
    ingress: [rule([podsIn(labelled(NAME_LABEL, 'ingress'), 'controller')], byName('http'))],
  });
  for (const app of [2, 4, 6, 8, 10]) {
    yield named(`app-${app}`, labelled('app', `app-${app}`), {
      egress: [rule(from(app - 1), tcp(8080))],
      ingress: [rule(from((app + 1) % WORKLOADS), tcp(8080, 8090))],
    });
  }
  yield named('outside', labelled('tier', 'data'), { egress: [rule([addresses(team)], tcp(443))] });
  yield named('unit', labelled('app', 'app-11'), {
    ingress: [rule([podsIn(labelled('unit', unitOf(team)), 'app-9')], byName('http'))],
  });
}

function directionOf(rules: readonly Rule[] | undefined): NetworkPolicy['egress'] {
  return rules === undefined ? { kind: 'notIsolated' } : { kind: 'isolated', rules };
}

/** One team in twenty has a list of its own. */
function addresses(team: number): Peer {
  const list = team % 20 === 0 ? SHARED_LISTS + team : team % SHARED_LISTS;
  const blocks = Array.from({ length: 8 }, (_, block) => {
    const address = v4(0xcb00_0000 + list * 1024 + block * 128);
    return { cidr: cidrOf(address, 26), except: [cidrOf(address, 30)] };
  });
  return { kind: 'ipBlocks', blocks };
}

function rule(peers: readonly Peer[], ports: Ports): Rule {
  return { peers: { kind: 'peers', peers }, ports };
}

function own(app: string): Peer {
  return { kind: 'pods', namespaces: { kind: 'own' }, pods: labelled('app', app) };
}

function podsIn(namespaces: LabelSelector, app: string): Peer {
  return { kind: 'pods', namespaces: { kind: 'matching', namespaces }, pods: labelled('app', app) };
}

function labelled(key: string, value: string): LabelSelector {
  return [{ kind: 'in', key, values: new Set([value]) }];
}

function tcp(from: number, to: number = from): Ports {
  return { kind: 'ports', ports: [{ kind: 'range', protocol: 'TCP', from, to }] };
}

function udp(port: number): Ports {
  return { kind: 'ports', ports: [{ kind: 'range', protocol: 'UDP', from: port, to: port }] };
}

function byName(name: string): Ports {
  return { kind: 'ports', ports: [{ kind: 'named', protocol: 'TCP', name }] };
}

function v4(value: number): IpAddress {
  return { family: 'IPv4', value };
}

function v6(last: number): IpAddress {
  return { family: 'IPv6', value: (0x2001_0db8n << 96n) + BigInt(last) };
}
