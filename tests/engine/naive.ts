/**
 * A second evaluator, written from the specification alone: it looks at every object for every
 * question, keeps nothing between questions, and shares no code with the engine but selectors and
 * CIDR arithmetic. Slow and obvious; the engine must agree with it.
 */
import {
  cidrHas,
  type Connection,
  type ContainerPort,
  type Endpoint,
  type IpAddress,
  type KubernetesObject,
  type Labels,
  type LabelSelector,
  type NetworkPolicy,
  type Peer,
  type Pod,
  type Rule,
  selects,
  type TierPolicy,
  type UndecodablePolicy,
  type Verdict,
  type Workload,
} from '@ringfence/core';

const NAME_LABEL = 'kubernetes.io/metadata.name';

type Objects = readonly KubernetesObject[];

type End =
  | { kind: 'pod'; pod: Pod; address: IpAddress | undefined }
  | { kind: 'host'; nodes: readonly string[]; address: IpAddress | undefined }
  | { kind: 'outside'; address: IpAddress }
  | { kind: 'unknown' };

/** Answers for one family; `standInAddress` is the address that pods to come would get. */
export function naiveVerdict(
  objects: Objects,
  connection: Connection & { family: 'IPv4' | 'IPv6' },
  standInAddress: IpAddress | undefined,
): Verdict {
  const from = endOf(objects, connection.from, connection.family, standInAddress);
  const to = endOf(objects, connection.to, connection.family, standInAddress);
  if (from.kind === 'unknown' || to.kind === 'unknown') return 'unknown';
  const leaves = allows(objects, connection, 'egress', from, to);
  const enters = allows(objects, connection, 'ingress', to, from);
  return leaves && enters ? 'allow' : 'deny';
}

export function podsOf(objects: Objects): readonly Pod[] {
  const pods = objects.filter((object): object is Pod => object.kind === 'Pod');
  const workloads = objects.filter((object): object is Workload => 'template' in object);
  return [
    ...pods,
    ...workloads.filter((workload) => hasNoPods(workload, workloads, pods)).map(standIn),
  ];
}

function hasNoPods(
  workload: Workload,
  workloads: readonly Workload[],
  pods: readonly Pod[],
): boolean {
  if (workload.idle) return false;
  const same = (other: Workload, kind: string, name: string): boolean =>
    other.kind === kind && other.name === name && other.namespace === workload.namespace;
  const { owner } = workload;
  if (owner !== undefined && workloads.some((other) => same(other, owner.kind, owner.name))) {
    return false;
  }
  const isMine = (pod: Pod): boolean => {
    if (pod.namespace !== workload.namespace || pod.finished || pod.owner === undefined)
      return false;
    const controller = pod.owner;
    if (same(workload, controller.kind, controller.name)) return true;
    const between = workloads.find((other) => same(other, controller.kind, controller.name));
    if (between?.owner !== undefined && same(workload, between.owner.kind, between.owner.name)) {
      return true;
    }
    // The generator's ReplicaSets are called web-77; pods with that hash belong to Deployment web.
    return (
      controller.name === 'web-77' &&
      workload.kind === 'Deployment' &&
      workload.name === 'web' &&
      pods.some(
        (each) =>
          each.namespace === pod.namespace &&
          each.owner?.name === 'web-77' &&
          each.labels.get('pod-template-hash') === '77',
      )
    );
  };
  return !pods.some(isMine);
}

function standIn(workload: Workload): Pod {
  return {
    kind: 'Pod',
    namespace: workload.namespace,
    name: `${workload.kind}/${workload.name}`,
    uid: '',
    owner: undefined,
    node: '',
    finished: false,
    terminating: false,
    createdAt: 0,
    addresses: [],
    ...workload.template,
  };
}

function endOf(
  objects: Objects,
  endpoint: Endpoint,
  family: 'IPv4' | 'IPv6',
  standInAddress: IpAddress | undefined,
): End {
  if (endpoint.kind === 'pod') {
    const pod = podsOf(objects).find(
      ({ namespace, name }) => namespace === endpoint.namespace && name === endpoint.name,
    );
    return pod === undefined ? { kind: 'unknown' } : podEnd(objects, pod, family, standInAddress);
  }
  if (endpoint.kind === 'node') {
    const node = objects.find((object) => object.kind === 'Node' && object.name === endpoint.name);
    if (node?.kind !== 'Node') return { kind: 'unknown' };
    return { kind: 'host', nodes: [node.name], address: inFamily(node.addresses, family) };
  }
  const { address } = endpoint;
  if (address.family !== family) return { kind: 'unknown' };
  const pod = podsOf(objects).find(
    (each) => ownAddress(objects, each, family)?.value === address.value,
  );
  if (pod !== undefined) return podEnd(objects, pod, family, standInAddress);
  const nodes = nodesWith(objects, address);
  return nodes.length > 0 ? { kind: 'host', nodes, address } : { kind: 'outside', address };
}

function podEnd(
  objects: Objects,
  pod: Pod,
  family: 'IPv4' | 'IPv6',
  standInAddress: IpAddress | undefined,
): End {
  if (pod.finished) return { kind: 'unknown' };
  if (pod.hostNetwork) {
    const node = objects.find((object) => object.kind === 'Node' && object.name === pod.node);
    const addresses =
      pod.addresses.length > 0 ? pod.addresses : node?.kind === 'Node' ? node.addresses : [];
    return { kind: 'host', nodes: [pod.node], address: inFamily(addresses, family) };
  }
  if (isStandIn(pod)) return { kind: 'pod', pod, address: standInAddress };
  const address = ownAddress(objects, pod, family);
  return address === undefined ? { kind: 'unknown' } : { kind: 'pod', pod, address };
}

/** Of several claims to an address, the newest pod's that is not terminating holds. */
function ownAddress(objects: Objects, pod: Pod, family: 'IPv4' | 'IPv6'): IpAddress | undefined {
  if (pod.finished || pod.hostNetwork) return undefined;
  return pod.addresses.find((address) => {
    if (address.family !== family) return false;
    const claims = objects
      .filter((object): object is Pod => object.kind === 'Pod')
      .filter(({ finished, hostNetwork }) => !finished && !hostNetwork)
      .filter(({ addresses }) => addresses.some(({ value }) => value === address.value));
    const rank = (each: Pod): string =>
      [each.terminating ? 0 : 1, each.createdAt, each.uid, each.namespace, each.name].join();
    return claims.every((other) => rank(other) <= rank(pod));
  });
}

function nodesWith(objects: Objects, { value }: IpAddress): readonly string[] {
  return objects.flatMap((object) => {
    const has = 'addresses' in object && object.addresses.some((each) => each.value === value);
    if (!has) return [];
    if (object.kind === 'Node') return [object.name];
    return object.hostNetwork && !object.finished ? [object.node] : [];
  });
}

function inFamily(addresses: readonly IpAddress[], family: string): IpAddress | undefined {
  return addresses.find((address) => address.family === family);
}

function allows(
  objects: Objects,
  connection: Connection,
  direction: 'egress' | 'ingress',
  subject: End,
  peer: End,
): boolean {
  if (subject.kind !== 'pod') return true;
  const { pod } = subject;
  const itself =
    peer.kind === 'pod' &&
    peer.pod.namespace === pod.namespace &&
    peer.pod.name === pod.name &&
    !isStandIn(pod);
  if (itself && !connection.viaService) return true;
  if (direction === 'ingress' && isOwnNode(pod, peer)) return true;
  const to = direction === 'egress' ? peer : subject;
  const names = to.kind === 'pod' ? to.pod.ports : [];
  const matches = (rule: Rule, namespace: string): boolean =>
    portsMatch(rule, connection, names) && peersMatch(objects, rule, namespace, peer);

  const admin = tierVerdict(objects, 'Admin', direction, pod, matches);
  if (admin !== undefined) return admin;
  if (!itself) {
    const v1 = networkPolicyVerdict(objects, direction, pod, matches);
    if (v1 !== undefined) return v1;
  }
  return tierVerdict(objects, 'Baseline', direction, pod, matches) ?? true;
}

/** A stand-in is named by its workload; several pods may come of it. */
function isStandIn({ name }: Pod): boolean {
  return name.includes('/');
}

function isOwnNode(pod: Pod, peer: End): boolean {
  return peer.kind === 'host' && pod.node !== '' && peer.nodes.includes(pod.node);
}

type Matches = (rule: Rule, namespace: string) => boolean;

function tierVerdict(
  objects: Objects,
  tier: 'Admin' | 'Baseline',
  direction: 'egress' | 'ingress',
  pod: Pod,
  matches: Matches,
): boolean | undefined {
  const policies = objects
    .filter((object): object is TierPolicy => 'tier' in object && object.tier === tier)
    .filter(({ subject }) => isSelected(objects, subject.namespaces, subject.pods, pod))
    .sort(
      (left, right) =>
        left.priority - right.priority ||
        (left.name < right.name ? -1 : left.name > right.name ? 1 : 0) ||
        (left.kind === 'ClusterNetworkPolicy' ? -1 : 1),
    );
  for (const policy of policies) {
    for (const rule of policy[direction]) {
      const unknown =
        rule.peers.kind === 'peers' && rule.peers.peers.some(({ kind }) => kind === 'unknown');
      if (unknown && rule.action !== 'Accept') return false;
      if (!matches(rule, '')) continue;
      if (rule.action === 'Pass') return undefined;
      return rule.action === 'Accept';
    }
  }
  return undefined;
}

function networkPolicyVerdict(
  objects: Objects,
  direction: 'egress' | 'ingress',
  pod: Pod,
  matches: Matches,
): boolean | undefined {
  let isolated = false;
  for (const object of objects) {
    if (object.kind === 'undecodable') isolated ||= isolates(objects, object, pod);
    if (object.kind !== 'NetworkPolicy' || !appliesTo(object, pod)) continue;
    const rules = object[direction];
    if (rules.kind === 'notIsolated') continue;
    isolated = true;
    if (rules.rules.some((rule) => matches(rule, object.namespace))) return true;
  }
  return isolated ? false : undefined;
}

function isolates(objects: Objects, policy: UndecodablePolicy, pod: Pod): boolean {
  return isSelected(objects, policy.subject.namespaces, policy.subject.pods, pod);
}

function appliesTo(policy: NetworkPolicy, pod: Pod): boolean {
  return policy.namespace === pod.namespace && selects(policy.subject, pod.labels);
}

function isSelected(
  objects: Objects,
  namespaces: LabelSelector,
  pods: LabelSelector,
  pod: Pod,
): boolean {
  return selects(namespaces, namespaceLabels(objects, pod.namespace)) && selects(pods, pod.labels);
}

function namespaceLabels(objects: Objects, name: string): Labels {
  const namespace = objects.find((object) => object.kind === 'Namespace' && object.name === name);
  return namespace?.kind === 'Namespace' ? namespace.labels : new Map([[NAME_LABEL, name]]);
}

function portsMatch(rule: Rule, connection: Connection, names: readonly ContainerPort[]): boolean {
  if (rule.ports.kind === 'any') return true;
  if (connection.protocol === 'other') return false;
  return rule.ports.ports.some((match) =>
    match.kind === 'range'
      ? match.protocol === connection.protocol &&
        match.from <= connection.port &&
        connection.port <= match.to
      : names.some(
          ({ name, protocol, port }) =>
            name === match.name &&
            protocol === connection.protocol &&
            port === connection.port &&
            (match.protocol === 'any' || match.protocol === protocol),
        ),
  );
}

function peersMatch(objects: Objects, rule: Rule, namespace: string, peer: End): boolean {
  if (rule.peers.kind === 'anyone') return true;
  return rule.peers.peers.some((each) => isPeer(objects, each, namespace, peer));
}

function isPeer(objects: Objects, peer: Peer, namespace: string, end: End): boolean {
  if (peer.kind === 'unknown') return false;
  if (peer.kind === 'pods') {
    if (end.kind !== 'pod') return false;
    if (peer.namespaces.kind === 'own') {
      return end.pod.namespace === namespace && selects(peer.pods, end.pod.labels);
    }
    return isSelected(objects, peer.namespaces.namespaces, peer.pods, end.pod);
  }
  if (peer.kind === 'nodes') {
    if (end.kind !== 'host') return false;
    return objects.some(
      (object) =>
        object.kind === 'Node' &&
        end.nodes.includes(object.name) &&
        selects(peer.nodes, object.labels),
    );
  }
  const address = end.kind === 'unknown' ? undefined : end.address;
  if (address === undefined) return false;
  return peer.blocks.some(
    ({ cidr, except }) => cidrHas(cidr, address) && !except.some((each) => cidrHas(each, address)),
  );
}
