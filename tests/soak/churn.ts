import { type Change, decode, type KubernetesObject, refKey, refOf } from '@ringfence/core';

/** The node that is soaked, and how many pods can be on it: each has an address and a link. */
export const NODE = 'node-0';
export const SLOTS = 20;
/** Where nothing ever goes: what the node keeps for this pod grows as old as the agent. */
const KEPT = 'kept';
const KEPT_SLOT = SLOTS - 1;
const REMOTE_PODS = 300;
const NAMESPACES = 6;
const POLICIES = 24;
const APPS = 12;

type Manifest = Readonly<Record<string, unknown>>;

/** A cluster to which everything happens, and that is the same afterwards. */
export interface Churn {
  /** What there is before the first cycle, and after each. */
  readonly objects: readonly KubernetesObject[];
  /**
   * One cycle of changes, in batches. Names, labels, addresses and blocks in it are new in every
   * cycle; its last batch undoes whatever is left.
   */
  cycle(): readonly (readonly Change[])[];
}

/** Makes a cluster. The same seed gives the same changes. */
export function createChurn(seed: number, batches: number): Churn {
  const random = randomFrom(seed);
  const base = new Map(baseObjects().map((object) => [keyOf(object), object]));
  let fresh = 0;
  return {
    objects: [...base.values()],
    cycle() {
      const now = new Map(base);
      const all: (readonly Change[])[] = [];
      for (let batch = 0; batch < batches; batch += 1) {
        fresh += 1;
        const changes = happening({ now, random, fresh });
        for (const change of changes) note(now, change);
        all.push(changes);
      }
      return [...all, wayBack(now, base)];
    },
  };
}

/** What one batch is made of. */
interface Turn {
  readonly now: ReadonlyMap<string, KubernetesObject>;
  /** A whole number below a limit. */
  readonly random: (below: number) => number;
  /** A number that was never used before. */
  readonly fresh: number;
}

function happening(turn: Turn): readonly Change[] {
  const { now, random, fresh } = turn;
  const some = (kind: KubernetesObject['kind']): KubernetesObject | undefined => {
    const those = [...now.values()].filter((object) => object.kind === kind);
    return those[random(those.length)];
  };
  switch (random(8)) {
    case 0:
      return [
        upsert(remotePod(`new-${fresh}`, random(NAMESPACES), 0x10_0000 + fresh, random(APPS))),
      ];
    case 1:
      return [upsert(policy(`new-${fresh}`, random(NAMESPACES), fresh))];
    case 2:
      return removal(passing(some('Pod')));
    case 3:
      return removal(passing(some('NetworkPolicy')));
    case 4:
      return replacement(turn);
    case 5:
      return [upsert(namespace(random(NAMESPACES), `team-${fresh}`))];
    case 6:
      return wholeNamespace(turn);
    default:
      return [upsert(service(`svc-${random(5)}`, random(NAMESPACES), fresh))];
  }
}

function passing(object: KubernetesObject | undefined): KubernetesObject | undefined {
  const isKept = object !== undefined && 'namespace' in object && object.namespace === KEPT;
  return isKept ? undefined : object;
}

/** A pod of the node goes, and another one gets its address at once. */
function replacement({ now, random, fresh }: Turn): readonly Change[] {
  const slot = random(KEPT_SLOT);
  const address = localAddress(slot);
  const before = [...now.values()].find(
    (object) => object.kind === 'Pod' && object.addresses[0]?.value === numberOf(address),
  );
  const next = localPod(`local-${fresh}`, random(NAMESPACES), slot, random(APPS));
  return [...removal(before), upsert(next)];
}

/** A namespace comes with pods and policies, and the one that came last goes with all of its own. */
function wholeNamespace({ now, fresh }: Turn): readonly Change[] {
  const gone = [...now.values()].filter(
    (object) => 'namespace' in object && object.namespace.startsWith('whole-'),
  );
  const name = `whole-${fresh}`;
  const meta = { namespace: name };
  return [
    ...gone.flatMap(removal),
    upsert({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team: name } } }),
    ...[0, 1, 2].map((index) =>
      upsert(
        pod({ ...meta, name: `p-${index}` }, `10.200.${fresh % 250}.${index + 1}`, { app: index }),
      ),
    ),
    upsert({ ...policy('all', 0, fresh), metadata: { ...meta, name: 'all' } }),
  ];
}

function removal(object: KubernetesObject | undefined): readonly Change[] {
  return object === undefined ? [] : [{ kind: 'delete', ref: refOf(object) }];
}

/** Everything as it was in the beginning. */
function wayBack(
  now: ReadonlyMap<string, KubernetesObject>,
  base: ReadonlyMap<string, KubernetesObject>,
): readonly Change[] {
  const gone = [...now].filter(([key]) => !base.has(key)).flatMap(([, object]) => removal(object));
  const back = [...base].filter(([key, object]) => now.get(key) !== object);
  return [...gone, ...back.map(([, object]) => ({ kind: 'upsert' as const, object }))];
}

function note(now: Map<string, KubernetesObject>, change: Change): void {
  if (change.kind === 'upsert') now.set(keyOf(change.object), change.object);
  else if (change.kind === 'delete') now.delete(refKey(change.ref));
}

function keyOf(object: KubernetesObject): string {
  return refKey(refOf(object));
}

function baseObjects(): readonly KubernetesObject[] {
  const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);
  return [
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: NODE },
      spec: { podCIDRs: ['10.1.0.0/24'] },
    },
    ...upTo(NAMESPACES).map((index) => namespace(index, `team-${index}`)),
    ...upTo(REMOTE_PODS).map((at) =>
      remotePod(`remote-${at}`, Math.floor(at / APPS) % NAMESPACES, at, at % APPS),
    ),
    ...upTo(KEPT_SLOT).map((slot) =>
      localPod(`local-${slot}`, slot % NAMESPACES, slot, slot % APPS),
    ),
    ...upTo(POLICIES).map((at) => policy(`policy-${at}`, at % NAMESPACES, at)),
    pod({ name: 'kept', namespace: KEPT }, localAddress(KEPT_SLOT), { app: 0, node: NODE }),
    keptPolicy(),
    ...upTo(5).map((at) => service(`svc-${at}`, at % NAMESPACES, at)),
  ].map(decoded);
}

function namespace(index: number, team: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: `ns-${index}`, labels: { team } },
  };
}

function remotePod(name: string, ns: number, at: number, app: number): Manifest {
  const address = `10.${100 + (at >> 16)}.${(at >> 8) & 0xff}.${at & 0xff}`;
  // A port's name is its own: who may be called by name is another kind of peer for each.
  return pod({ name, namespace: `ns-${ns}` }, address, { app, portName: `p-${at % 1_000_000}` });
}

function localPod(name: string, ns: number, slot: number, app: number): Manifest {
  return pod({ name, namespace: `ns-${ns}` }, localAddress(slot), { app, node: NODE });
}

/** The address of a place on the node. */
export function localAddress(slot: number): string {
  return `10.1.0.${slot + 1}`;
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function pod(
  meta: Manifest,
  address: string,
  of: { readonly app: number; readonly node?: string; readonly portName?: string },
): Manifest {
  const { app, node = 'node-1', portName = 'http' } = of;
  const ports = [{ name: portName, containerPort: 80 }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...meta, labels: { app: `app-${app}`, address } },
    spec: { nodeName: node, containers: [{ name: 'main', image: 'any', ports }] },
    status: { phase: 'Running', podIPs: [{ ip: address }] },
  };
}

/** Speaks of ports by name. */
function keptPolicy(): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'kept', namespace: KEPT },
    spec: {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 'http' }] }],
    },
  };
}

/** Peers by label, by namespace and by block; what it says is another one for each number. */
function policy(name: string, ns: number, at: number): Manifest {
  const appOf = (by: number): Manifest => ({ matchLabels: { app: `app-${(at + by) % APPS}` } });
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: `ns-${ns}` },
    spec: {
      podSelector: at % 3 === 0 ? {} : appOf(0),
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [{ podSelector: appOf(1) }], ports: [{ port: 80 + (at % 40) }] },
        { from: [{ namespaceSelector: { matchLabels: { team: `team-${at}` } } }] },
      ],
      egress: [{ to: [{ ipBlock: { cidr: `172.${16 + (at % 16)}.${at % 256}.0/24` } }] }],
    },
  };
}

function service(name: string, ns: number, at: number): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: `ns-${ns}` },
    spec: {
      selector: { app: `app-${at % APPS}` },
      ports: [{ port: 80, targetPort: 8_000 + (at % 50_000) }],
    },
  };
}

function upsert(manifest: Manifest): Change {
  return { kind: 'upsert', object: decoded(manifest) };
}

function decoded(manifest: Manifest): KubernetesObject {
  const read = decode(manifest, { namespace: 'default', reading: 'strict' });
  if (read.kind !== 'object') throw new Error(JSON.stringify(read));
  return read.object;
}

/** Numerical Recipes' generator: the same numbers everywhere. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
