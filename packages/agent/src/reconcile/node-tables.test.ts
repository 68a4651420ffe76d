import { type Change, createCluster, decode, formatAddress } from '@ringfence/core';
import {
  applied,
  compile,
  type CompileOptions,
  DEFAULT_COMPILE_OPTIONS,
  type Element,
  type Ruleset,
  withOrder,
} from '@ringfence/dataplane';
import { KernelError } from '@ringfence/netlink';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PodInterfaces } from '../host/pod-interfaces.ts';
import type { Damage } from './damage.ts';
import type { EnforcedTable } from './kernel-table.ts';
import { createNodeTables, type NodeTables } from './node-tables.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function upsert(manifest: object): Change {
  const decoded = decode(manifest, { namespace: 'default', reading: 'strict' });
  if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
  return { kind: 'upsert', object: decoded.object };
}

const NODE = upsert({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1' },
  spec: { podCIDRs: ['10.1.0.0/24'] },
});

function pod(name: string, last: number): Change {
  return upsert({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: name } },
    spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'any' }] },
    status: { podIPs: [{ ip: `10.1.0.${last}` }] },
  });
}

/** Lets everyone call these ports of a pod, and nobody others. */
function policy(app: string, ...ports: readonly number[]): Change {
  return upsert({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: app, namespace: 'shop' },
    spec: {
      podSelector: { matchLabels: { app } },
      policyTypes: ['Ingress'],
      ingress: [{ ports: ports.map((port) => ({ port })) }],
    },
  });
}

/** Answers for a node on which each pod has a veth, unless it is told otherwise. */
function interfacesOf(unknown: ReadonlySet<string>): PodInterfaces {
  return {
    isPod: () => true,
    interfaceOf(address) {
      const text = formatAddress(address);
      return unknown.has(text) ? undefined : `veth-${text}`;
    },
    portOf: () => undefined,
    lacksPort: () => false,
    pin: () => undefined,
    reconsider: () => false,
    release: () => undefined,
    podInterfaces: () => ['veth-a'],
    podPorts: () => [],
    problems: () => [],
    changes: () => undefined,
    ended: Promise.resolve(),
    close: () => undefined,
  };
}

type Write = 'install spare' | 'install' | 'write' | 'restore';

/** A kernel that holds one table, and refuses what it is told to. */
interface StubKernel {
  readonly table: EnforcedTable;
  readonly writes: Write[];
  /** What damage was to be repaired. */
  readonly repairs: readonly Damage['kind'][];
  held(): Ruleset | undefined;
  /** Somebody else makes these the elements of sets. */
  edit(elements: Readonly<Record<string, readonly Element[]>>): void;
  /** Somebody else deletes a table of another layout. */
  loseOther(): void;
  refuseTidy(): void;
  refuse(which: (set: string, element: Element, write: Write) => boolean): void;
}

const REFUSAL = new KernelError({
  code: 'ENOMEM',
  operation: 'add element',
  object: 'of a set',
  detail: '',
});

function stubKernel(adopted: Ruleset | undefined, hasOther: boolean): StubKernel {
  let held = adopted;
  let other = hasOther;
  let refusesTidy = false;
  const repairs: Damage['kind'][] = [];
  let refuses: Parameters<StubKernel['refuse']>[0] = () => false;
  const writes: Write[] = [];
  const check = (write: Write, sets: Iterable<readonly [string, readonly Element[]]>): void => {
    writes.push(write);
    for (const [set, elements] of sets) {
      if (elements.some((element) => refuses(set, element, write))) throw REFUSAL;
    }
  };
  return {
    writes,
    repairs,
    held: () => held,
    edit(elements) {
      if (held === undefined) throw new Error('there is no table');
      const all = [...held.elements, ...Object.entries(elements)];
      held = { ...held, elements: new Map(all) };
    },
    loseOther: () => void (other = false),
    refuseTidy: () => void (refusesTidy = true),
    refuse: (which) => void (refuses = which),
    table: {
      adopted,
      get hasOther() {
        return other;
      },
      install(ruleset, spare) {
        check(spare === undefined ? 'install' : 'install spare', ruleset.elements);
        held = ruleset;
      },
      write({ elements }) {
        check(
          'write',
          elements.map(({ set, come }) => [set.name, come] as const),
        );
        if (held === undefined) throw new Error('there is no table to write to');
        held = applied(held, { elements, revokes: false });
      },
      restore(ruleset) {
        check('restore', ruleset.elements);
        const was = held;
        held = ruleset;
        const isSame: boolean = isDeepStrictEqual(was?.elements, ruleset.elements);
        return isSame ? 'same' : 'mended';
      },
      repair(ruleset, { kind }) {
        repairs.push(kind);
        return this.restore(ruleset());
      },
      tidy() {
        if (refusesTidy) throw REFUSAL;
      },
    },
  };
}

const PARTS = {
  kind: 'parts',
  table: 'ringfence',
  chains: new Set<string>(),
  madeChains: new Set<string>(),
  sets: new Set<string>(),
  dormant: false,
} as const;

const OPTIONS: CompileOptions = { ...DEFAULT_COMPILE_OPTIONS, podInterfaces: [], comments: 'none' };

interface World {
  readonly kernel: StubKernel;
  readonly tables: NodeTables;
  readonly unknown: Set<string>;
  readonly later: number[];
  readonly bridged: () => number;
  apply(...changes: readonly Change[]): void;
  /** Whether what the kernel holds is what the objects mean, pods of these names closed. */
  isExact(): boolean;
  closed(): readonly string[];
}

function world(adopted?: Ruleset, { hasOther = false } = {}): World {
  const kernel = stubKernel(adopted, hasOther);
  const cluster = createCluster();
  const unknown = new Set<string>();
  const interfaces = interfacesOf(unknown);
  const later: number[] = [];
  let bridged = 0;
  const compileOptions: CompileOptions = {
    ...OPTIONS,
    interfaceOf: ({ addresses: [address] }) =>
      address === undefined ? undefined : interfaces.interfaceOf(address),
  };
  const tables = createNodeTables({
    cluster,
    node: 'n1',
    interfaces,
    compile: compileOptions,
    table: kernel.table,
    bridge: {
      write: () => void (bridged += 1),
      close: () => undefined,
      repair: () => undefined,
    },
    log: () => undefined,
    later: (ms) => void later.push(ms),
  });
  return {
    kernel,
    tables,
    unknown,
    later,
    bridged: () => bridged,
    apply(...changes) {
      for (const change of changes) tables.follow(change, cluster.apply(change));
    },
    isExact() {
      const held = kernel.held();
      const wanted = compile(cluster, 'n1', { ...compileOptions, podInterfaces: ['veth-a'] });
      return held !== undefined && textOf(withOrder(held)) === textOf(wanted);
    },
    closed: () =>
      [...tables.pods()].flatMap(({ pod: { object }, closed }) => (closed ? [object.name] : [])),
  };
}

function textOf({ elements }: Ruleset): string {
  return JSON.stringify(
    [...elements].map(([name, of]) => [name, of.map(({ key, identity }) => [key, identity])]),
    (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value),
  );
}

/** A world that enforces these, and went through its start. */
function enforcing(...changes: readonly Change[]): World {
  const made = world();
  made.tables.start();
  made.tables.synced();
  made.apply(NODE, ...changes);
  made.tables.write();
  made.kernel.writes.length = 0;
  return made;
}

const address = (last: number): number => 0x0a01_0000 + last;
/** Rows about the calls that a pod gets on a port. */
const isPort = (set: string, { key }: Element, port: number): boolean =>
  set === 'ingress4_ports' && key[3] === port;
const setOf = ({ kernel }: World, name: string): readonly Element['key'][] =>
  (kernel.held()?.elements.get(name) ?? []).map(({ key }) => key);

describe('the start', () => {
  test('without a table of ours, the closed start is put in at once, under the second name', () => {
    const { kernel, tables } = world();
    tables.start();
    expect(kernel.writes).toEqual(['install spare']);
    expect(kernel.held()?.elements.get('pod_interfaces')).toMatchObject([{ key: ['veth-a'] }]);
  });

  test('what is known first takes the place of the closed start, whole', () => {
    const { kernel, tables, apply, isExact } = world();
    tables.start();
    tables.synced();
    apply(NODE, pod('web', 2), policy('web', 80));
    tables.write();
    expect(kernel.writes).toEqual(['install spare', 'install']);
    expect(isExact()).toBe(true);
  });

  test('the closed start follows the interfaces while nothing is known', () => {
    const { kernel, tables } = world();
    tables.start();
    tables.hostChanged();
    tables.write();
    expect(kernel.writes).toEqual(['install spare', 'write']);
  });

  test('a table that was there stays as it is until the source has told all', () => {
    const before = enforcing(pod('web', 2), policy('web', 80)).kernel.held();
    const { kernel, tables, apply } = world(before);
    tables.start();
    tables.hostChanged();
    tables.write();
    apply(NODE, pod('web', 2));
    tables.write();
    expect(kernel.writes).toEqual([]);
    expect(kernel.held()).toBe(before);
  });

  test('the table of a bridge stays as it is until then, too', () => {
    const before = enforcing(pod('web', 2)).kernel.held();
    const { tables, bridged } = world(before);
    tables.start();
    expect(bridged()).toBe(0);
  });

  test('then it becomes what is meant, and changes after that are small', () => {
    const before = enforcing(pod('web', 2), policy('web', 80)).kernel.held();
    const { kernel, tables, apply, isExact } = world(before);
    tables.start();
    tables.synced();
    apply(NODE, pod('web', 2), policy('web', 81));
    tables.write();
    expect(isExact()).toBe(true);
    apply(policy('web', 82));
    tables.write();
    expect(kernel.writes).toEqual(['restore', 'write']);
    expect(isExact()).toBe(true);
  });
});

describe('what somebody else changed', () => {
  const DAMAGED = new Map([['inet', { kind: 'any' }]] as const);

  test('becomes what was written last, and nothing that came since', () => {
    const made = enforcing(pod('web', 2), policy('web', 80));
    const before = made.kernel.held();
    made.kernel.edit({ ready4: [] });
    made.apply(policy('web', 81));
    expect(made.tables.repair(DAMAGED)).toEqual(new Map([['inet', 'mended']]));
    expect(made.kernel.held()?.elements).toEqual(before?.elements);
    made.tables.write();
    expect(made.kernel.writes).toEqual(['restore', 'write']);
    expect(made.isExact()).toBe(true);
  });

  test('is looked at after rows that were to go anyhow are gone', () => {
    const made = enforcing(pod('web', 2));
    made.tables.repair(DAMAGED);
    expect(made.kernel.repairs).toEqual(['any']);
    made.kernel.refuseTidy();
    const parts = { ...PARTS, sets: new Set(['ready4']) };
    made.tables.repair(new Map([['inet', parts]]));
    expect(made.kernel.repairs).toEqual(['any', 'any']);
  });

  test('is the closed start before anything is known, which is followed by all that is', () => {
    const made = world();
    made.tables.start();
    made.kernel.edit({ pod_interfaces: [] });
    made.tables.repair(DAMAGED);
    expect(setOf(made, 'pod_interfaces')).toEqual([['veth-a']]);
    made.tables.synced();
    made.apply(NODE, pod('web', 2));
    made.tables.write();
    expect(made.kernel.writes).toEqual(['install spare', 'restore', 'install']);
    expect(made.isExact()).toBe(true);
  });

  test('is what was taken over while nothing is known, with what was closed since', () => {
    const before = enforcing(pod('web', 2), policy('web', 80)).kernel.held();
    if (before === undefined) throw new Error('it is in force');
    const without = { ...before, elements: new Map(before.elements).set('pod_interfaces', []) };
    const made = world(without);
    made.tables.start();
    expect(setOf(made, 'pod_interfaces')).toEqual([['veth-a']]);
    made.kernel.edit({ ready4: [], pod_interfaces: [] });
    made.tables.repair(DAMAGED);
    expect(made.kernel.held()?.elements).toEqual(before.elements);
    made.tables.write();
    made.tables.hostChanged();
    made.tables.write();
    expect(made.kernel.writes).toEqual(['write', 'restore']);
  });

  test('is left alone where it is of another layout, and closed where that is gone', () => {
    const made = world(undefined, { hasOther: true });
    made.tables.start();
    expect(made.tables.repair(DAMAGED)).toEqual(new Map([['inet', 'same']]));
    expect(made.kernel.writes).toEqual([]);
    made.kernel.loseOther();
    expect(made.tables.repair(DAMAGED)).toEqual(new Map([['inet', 'anew']]));
    expect(made.kernel.writes).toEqual(['install spare']);
  });

  test('is read back by the next writing where what there is was not known anyhow', () => {
    const made = enforcing(pod('web', 2));
    made.kernel.refuse(() => true);
    made.apply(pod('db', 3));
    expect(made.tables.write).toThrow(REFUSAL);
    expect(made.tables.repair(DAMAGED)).toEqual(new Map());
  });

  test('that cannot be repaired is read back by the next writing', () => {
    const made = enforcing(pod('web', 2));
    made.kernel.refuse((_set, _element, write) => write === 'restore');
    expect(() => made.tables.repair(DAMAGED)).toThrow(REFUSAL);
    made.kernel.refuse(() => false);
    made.kernel.writes.length = 0;
    made.tables.write();
    expect(made.kernel.writes).toEqual(['restore']);
  });
});

describe('changes', () => {
  test('a small one is written as what differs', () => {
    const made = enforcing(pod('web', 2), policy('web', 80));
    made.apply(policy('web', 80, 81));
    made.tables.write();
    expect(made.kernel.writes).toEqual(['write']);
    expect(made.isExact()).toBe(true);
  });

  test('one that is refused has the table read back and made what is meant', () => {
    const made = enforcing(pod('web', 2), policy('web', 80));
    made.kernel.refuse((_set, _element, write) => write === 'write');
    made.apply(policy('web', 81));
    made.tables.write();
    expect(made.kernel.writes).toEqual(['write', 'restore']);
    expect(made.isExact()).toBe(true);
    expect(made.closed()).toEqual([]);
  });

  test('a large one is made anew beside what is there', () => {
    const made = enforcing(
      ...Array.from({ length: 60 }, (_, index) => pod(`p${index}`, index + 2)),
    );
    const ports = Array.from({ length: 100 }, (_, index) => 1_000 + 2 * index);
    made.apply(...Array.from({ length: 60 }, (_, index) => policy(`p${index}`, ...ports)));
    made.tables.write();
    expect(made.kernel.writes).toEqual(['install']);
    expect(made.isExact()).toBe(true);
  });

  test('a pod is ready as soon as its interface is known, and no longer than that', () => {
    const made = enforcing();
    made.unknown.add('10.1.0.2');
    made.apply(pod('web', 2));
    made.tables.write();
    expect(setOf(made, 'ready4')).toEqual([]);
    made.unknown.clear();
    made.tables.hostChanged();
    made.tables.write();
    expect(setOf(made, 'ready4')).toEqual([[address(2)]]);
    expect(setOf(made, 'bound4')).toEqual([['veth-10.1.0.2', address(2)]]);
    made.unknown.add('10.1.0.2');
    made.tables.hostChanged();
    made.tables.write();
    expect(setOf(made, 'ready4')).toEqual([]);
  });

  test('the bridge is written where pods become ready or links change, and else is left alone', () => {
    const made = enforcing(pod('web', 2));
    const before = made.bridged();
    made.apply(policy('web', 80));
    made.tables.write();
    expect(made.bridged()).toBe(before);
    made.apply(pod('db', 3));
    made.tables.write();
    expect(made.bridged()).toBe(before + 1);
    made.tables.hostChanged();
    made.tables.write();
    expect(made.bridged()).toBe(before + 2);
  });
});

describe('a kernel that refuses rows of one pod', () => {
  /** Of two pods, the one with port 99 is refused. */
  function refused(): World {
    const made = enforcing(pod('web', 2), pod('db', 3), policy('web', 80), policy('db', 80));
    made.kernel.refuse((set, element) => isPort(set, element, 99));
    made.apply(policy('db', 99));
    made.tables.write();
    return made;
  }

  test('closes this one, and no other', () => {
    const made = refused();
    expect(made.closed()).toEqual(['db']);
    const why = [...made.tables.pods()].map(({ pod: each }) => [
      each.object.name,
      made.tables.blockedFor(each),
    ]);
    expect(Object.fromEntries(why)).toEqual({
      web: undefined,
      db: 'cannot add element of a set: ENOMEM',
    });
    expect(setOf(made, 'ingress4_subjects')).toEqual([[address(2)], [address(3)]]);
    expect(setOf(made, 'egress4_subjects')).toEqual([[address(3)]]);
    const rows = setOf(made, 'ingress4_ports');
    expect(rows.map(([subject]) => subject)).not.toContain(address(3));
    expect(rows.map(([subject]) => subject)).toContain(address(2));
  });

  test('writes what changes for others', () => {
    const made = refused();
    made.apply(pod('new', 4), policy('web', 81));
    made.tables.write();
    expect(made.closed()).toEqual(['db']);
    expect(setOf(made, 'ready4')).toContainEqual([address(4)]);
    expect(setOf(made, 'ingress4_ports').map(([, , , port]) => port)).toContain(81);
  });

  test('is tried again, ever more seldom', () => {
    const made = refused();
    for (let turn = 0; turn < 9; turn += 1) {
      vi.advanceTimersByTime(made.later.at(-1) ?? 0);
      made.tables.write();
    }
    expect(made.later).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
    expect(made.closed()).toEqual(['db']);
  });

  test('is not tried again before its time', () => {
    const made = refused();
    made.kernel.refuse(() => false);
    vi.advanceTimersByTime(499);
    made.tables.write();
    expect(made.closed()).toEqual(['db']);
  });

  test('opens the pod when it takes them, and begins anew with the shortest wait', () => {
    const made = refused();
    made.kernel.refuse(() => false);
    vi.advanceTimersByTime(500);
    made.tables.write();
    expect(made.closed()).toEqual([]);
    expect(made.isExact()).toBe(true);
    made.kernel.refuse((set, element) => isPort(set, element, 98));
    made.apply(policy('db', 98));
    made.tables.write();
    expect(made.later.at(-1)).toBe(500);
  });

  test('a pod that goes away meanwhile leaves nothing behind', () => {
    const made = refused();
    made.apply({ kind: 'delete', ref: { kind: 'Pod', namespace: 'shop', name: 'db' } });
    made.tables.write();
    expect(made.isExact()).toBe(true);
  });

  test('another pod that is refused later closes beside the first one', () => {
    const made = refused();
    made.kernel.refuse((set, element) => isPort(set, element, 99) || isPort(set, element, 98));
    made.apply(policy('web', 98));
    made.tables.write();
    expect(made.closed().toSorted()).toEqual(['db', 'web']);
  });

  test('what changes at the same time for other pods is in force', () => {
    const made = enforcing(pod('web', 2), pod('db', 3), policy('web', 80), policy('db', 80));
    made.kernel.refuse((set, element) => isPort(set, element, 99));
    made.apply(policy('web', 81), policy('db', 99));
    made.tables.write();
    expect(made.closed()).toEqual(['db']);
    expect(setOf(made, 'ingress4_ports').map(([, , , port]) => port)).toContain(81);
  });

  test('at the start, too, the others are open', () => {
    const made = world();
    made.tables.start();
    made.tables.synced();
    made.kernel.refuse((set, element) => isPort(set, element, 99));
    made.apply(NODE, pod('web', 2), pod('db', 3), policy('web', 80), policy('db', 99));
    made.tables.write();
    expect(made.closed()).toEqual(['db']);
  });
});

describe('a kernel that refuses what is no pod', () => {
  test('fails the round, until it takes it: nothing is said to be in force before', () => {
    const made = enforcing(pod('web', 2), policy('web', 80));
    made.kernel.refuse((set) => set === 'pod_ranges4' || set === 'ready4');
    made.apply(pod('new', 4));
    expect(made.tables.write).toThrow(REFUSAL);
    expect(made.tables.write).toThrow(REFUSAL);
    made.kernel.refuse(() => false);
    made.tables.write();
    expect(made.isExact()).toBe(true);
  });

  test('fails the first round in the same way', () => {
    const { kernel, tables, apply, isExact } = world();
    tables.start();
    tables.synced();
    kernel.refuse(() => true);
    apply(NODE, pod('web', 2));
    expect(tables.write).toThrow(REFUSAL);
    kernel.refuse(() => false);
    tables.write();
    expect(isExact()).toBe(true);
  });

  test('fails a large round in the same way', () => {
    const made = enforcing();
    made.kernel.refuse((set) => set === 'ready4');
    const many = Array.from({ length: 2_600 }, (_, index) => index + 2);
    made.apply(...many.map((index) => podAt(`p${index}`, index)));
    expect(made.tables.write).toThrow(REFUSAL);
    expect(made.tables.write).toThrow(REFUSAL);
    made.kernel.refuse(() => false);
    made.tables.write();
    expect(made.isExact()).toBe(true);
  });

  test('a world that is broken fails the round, and what was meant is not lost', () => {
    const made = enforcing(pod('web', 2), policy('web', 80));
    made.kernel.refuse(() => {
      throw new TypeError('no such thing');
    });
    made.apply(policy('web', 81));
    expect(made.tables.write).toThrow(TypeError);
    made.kernel.refuse(() => false);
    made.tables.write();
    expect(made.isExact()).toBe(true);
  });
});

function podAt(name: string, index: number): Change {
  return upsert({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'any' }] },
    status: { podIPs: [{ ip: `10.2.${index >> 8}.${index & 255}` }] },
  });
}
