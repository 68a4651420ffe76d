import type { ElementsDelta, Ruleset, RulesetDelta } from '@ringfence/dataplane';
import {
  type Change,
  commit,
  KernelError,
  type NetlinkSocket,
  nftChains,
  nftTables,
  openNetfilterSocket,
  SystemError,
} from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { elementChanges } from '../kernel/element-changes.ts';
import { withGeneration } from '../kernel/generation-changes.ts';
import { installChanges, tableOf } from '../kernel/install-changes.ts';
import { type KernelTable, readTable } from '../kernel/read-table.ts';
import {
  cannotTest,
  openTestKernel,
  setNamed,
  shopRuleset,
  type TestKernel,
  titled,
} from '../kernel/testing.ts';
import { bridgeLayout } from './bridge-table.ts';
import type { Damage } from './damage.ts';
import { type EnforcedTable, enforcedTable } from './kernel-table.ts';
import { isRefusal } from './refusal.ts';

const RULESET = shopRuleset();
const MASK = 0xffff_0000;
/** The closed start: the layout with nothing in it. */
const EMPTY: Ruleset = {
  ...RULESET,
  elements: new Map(RULESET.sets.map(({ name }) => [name, []])),
};
/** What no version of ours looks like. */
const OTHER: Ruleset = {
  ...EMPTY,
  chains: [...EMPTY.chains, { name: 'old', base: undefined, rules: [] }],
};

const READY = setNamed('ready4');
const IDENTITIES = setNamed('identities4');

interface OpenOptions {
  readonly clear?: () => void;
  /** How many bytes the socket has room for. */
  readonly sends?: number;
  /** Whether tables are owned; absent: they are. */
  readonly owned?: boolean;
}

/** A socket whose buffer is as small as where nobody may force it to be larger. */
function sendingAtMost(socket: NetlinkSocket, bytes: number): NetlinkSocket {
  return {
    ...socket,
    transact(requests) {
      const size = requests.reduce((sum, { body }) => sum + body.length, 0);
      if (size > bytes) throw new SystemError('EMSGSIZE', 'send');
      socket.transact(requests);
    },
  };
}

interface Opened {
  readonly table: EnforcedTable;
  readonly socket: NetlinkSocket;
  readonly log: string[];
  readonly cleared: () => number;
}

describe.skipIf(cannotTest() !== undefined)(titled('a table in the kernel'), () => {
  let kernel: TestKernel;
  let sockets: NetlinkSocket[] = [];

  beforeEach(() => {
    kernel = openTestKernel();
  });
  afterEach(() => {
    for (const socket of sockets) socket.close();
    sockets = [];
    kernel.close();
  });

  function open(
    layout: Ruleset = EMPTY,
    { clear = () => undefined, sends = Number.POSITIVE_INFINITY, owned = true }: OpenOptions = {},
  ): Opened {
    const socket = openNetfilterSocket(kernel.namespace);
    sockets.push(socket);
    const log: string[] = [];
    let cleared = 0;
    const clearMarks = (): void => {
      cleared += 1;
      clear();
    };
    const table = enforcedTable({
      socket: sendingAtMost(socket, sends),
      layout,
      owned,
      markMask: MASK,
      clearMarks,
      log: (message) => void log.push(message),
    });
    return { table, socket, log, cleared: () => cleared };
  }

  /** The agent dies. */
  function die({ socket }: Opened): void {
    socket.close();
    sockets = sockets.filter((each) => each !== socket);
  }

  function names(): readonly string[] {
    return nftTables(kernel.socket).map(({ name }) => name);
  }

  function read(name: string = 'ringfence'): KernelTable {
    const result = readTable(kernel.socket, { ...EMPTY, table: name });
    if (result.kind === 'failed') throw new Error(result.error);
    return result.value;
  }

  /** Someone who owns nothing writes. */
  function meddle(...deltas: readonly ElementsDelta[]): void {
    commit(kernel.socket, elementChanges(RULESET, deltas));
  }

  /** Writes the first transactions of a table, all of them where nothing else is said. */
  function putThere(ruleset: Ruleset, { generation = 1, without = 0, owned = true } = {}): void {
    const owner = openNetfilterSocket(kernel.namespace);
    const steps = [
      ...installChanges(withGeneration(ruleset, generation), {
        owned,
        maxElements: 1_000,
      }),
    ];
    for (const changes of steps.slice(0, steps.length - without)) commit(owner, changes);
    owner.close();
  }

  const expectHeld = (ruleset: Ruleset, name?: string): void => {
    for (const [set, elements] of read(name).elements) {
      expect([set, plain(elements)]).toEqual([set, plain(ruleset.elements.get(set) ?? [])]);
    }
  };

  test('the closed start stands under the second name, what follows takes the first one', () => {
    const { table, log } = open();
    expect(table.adopted).toBeUndefined();
    table.install(EMPTY, 'spare');
    expect(names()).toEqual(['ringfence_2']);
    table.install(RULESET);
    expect(names()).toEqual(['ringfence']);
    expectHeld(RULESET);
    expect(log).toEqual([]);
  });

  test('one is brought up beside the other: names take turns, each with a generation of its own', () => {
    const { table } = open();
    const seen: unknown[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      table.install(RULESET);
      const [name = ''] = names();
      seen.push([name, read(name).generation]);
    }
    expect(seen).toEqual([
      ['ringfence', 1],
      ['ringfence_2', 2],
      ['ringfence', 3],
    ]);
  });

  test('stays when the agent dies, and the next one goes on with it', () => {
    const first = open();
    first.table.install(RULESET);
    first.table.install(RULESET);
    die(first);
    expect(names()).toEqual(['ringfence_2']);
    const { table, cleared } = open();
    expect(names()).toEqual(['ringfence_2']);
    expect(table.adopted?.table).toBe('ringfence_2');
    expect(read('ringfence_2').generation).toBe(2);
    expect(cleared()).toBe(0);
    expectHeld(table.adopted ?? EMPTY, 'ringfence_2');
    expect(() => meddleIn('ringfence_2', addition)).toThrow('EPERM');
  });

  test('the generation goes on after a table was taken over', () => {
    putThere(RULESET, { generation: 41 });
    const { table } = open();
    table.write(deltaOf({ set: READY, gone: RULESET.elements.get('ready4') ?? [], come: [] }));
    expect(read().generation).toBe(42);
  });

  test('the last generation is followed by the first, after all flows were cleared', () => {
    putThere(RULESET, { generation: 0xffff });
    const during: (number | undefined)[] = [];
    const { table, cleared } = open(EMPTY, {
      clear() {
        during.push(read().generation);
      },
    });
    table.write(deltaOf(addition));
    // Before, as flows may carry the first one; afterwards, as they may carry the last one still.
    expect(during).toEqual([0xffff, 1]);
    expect([read().generation, cleared()]).toEqual([1, 2]);
  });

  test('what can only allow more leaves the generation as it is', () => {
    const { table } = open();
    table.install(RULESET);
    table.write(deltaOf({ set: setNamed('bound4'), gone: [], come: [element(['veth-x', 9])] }));
    expect(read().generation).toBe(1);
  });

  test('whatever is written first after a table was taken over, flows are decided anew', () => {
    putThere(RULESET, { generation: 5 });
    const { table } = open();
    table.write(deltaOf({ set: setNamed('bound4'), gone: [], come: [element(['veth-x', 9])] }));
    expect(read().generation).toBe(6);
  });

  test('of a living agent cannot be taken over: nothing changes, and it says why', () => {
    const { table } = open();
    table.install(RULESET);
    expect(() => open()).toThrow('table inet ringfence belongs to an agent that is running');
    expect(names()).toEqual(['ringfence']);
    table.write(deltaOf(addition));
    expectHeld(withElement('ready4', ADDED));
  });

  test('of another layout is left alone until something takes its place', () => {
    putThere(OTHER);
    const { table, log } = open();
    expect(table.adopted).toBeUndefined();
    expect(log).toEqual([expect.stringMatching(/^table inet ringfence is to be replaced: /)]);
    expect(nftChains(kernel.socket).length).toBe(OTHER.chains.length);
    table.install(RULESET);
    expect(names()).toEqual(['ringfence_2']);
    expectHeld(RULESET, 'ringfence_2');
  });

  test('after another layout all flows are cleared, before and after: any value may be in use', () => {
    putThere(OTHER);
    const { table, cleared } = open();
    table.install(RULESET);
    expect(cleared()).toBe(2);
  });

  test('that was begun and has no hooks is not taken over', () => {
    putThere(RULESET, { without: 1 });
    const { table } = open();
    expect(table.adopted).toBeUndefined();
    table.install(RULESET);
    expectHeld(RULESET, names()[0]);
    expect(names()).toHaveLength(1);
  });

  test('beside which another one was begun is taken over, and the other one goes', () => {
    putThere({ ...RULESET, table: 'ringfence_2' }, { generation: 3 });
    putThere(RULESET, { without: 1 });
    const { table } = open();
    expect(table.adopted?.table).toBe('ringfence_2');
    table.restore(RULESET);
    expect(names()).toEqual(['ringfence_2']);
  });

  test('that somebody edited while no agent ran is taken over as it is, and repaired', () => {
    const first = open();
    first.table.install(RULESET);
    die(first);
    const gone = RULESET.elements.get('ingress4_subjects') ?? [];
    meddle({ set: setNamed('ingress4_subjects'), gone, come: [] }, addition);
    const { table } = open();
    expect(table.adopted?.elements.get('ingress4_subjects')).toEqual([]);
    table.restore(RULESET);
    expectHeld(RULESET);
    expect(names()).toEqual(['ringfence']);
    expect(read().generation).toBe(2);
  });

  test('whose rules somebody edited is another layout', () => {
    const first = open();
    first.table.install(RULESET);
    die(first);
    commit(kernel.socket, [
      { kind: 'createChain', chain: { family: 'inet', table: 'ringfence', name: 'extra' } },
    ]);
    const { table, log } = open();
    expect(table.adopted).toBeUndefined();
    expect(log).toEqual(['table inet ringfence is to be replaced: there is another chain `extra`']);
  });

  test('that holds already what is written refuses it, and is restored', () => {
    const { table, log } = open();
    table.install(RULESET);
    const [known] = RULESET.elements.get('identities4') ?? [];
    if (known === undefined) throw new Error('the shop has pods');
    const twice = deltaOf({ set: IDENTITIES, gone: [], come: [{ ...known, identity: 99 }] });
    expect(refusalOf(() => table.write(twice))).toBeInstanceOf(KernelError);
    table.restore(RULESET);
    expectHeld(RULESET);
    table.write(deltaOf(addition));
    expectHeld(withElement('ready4', ADDED));
    expect([names(), log]).toEqual([['ringfence'], []]);
  });

  test('that is gone is put in anew', () => {
    const { table, socket } = open();
    table.install(RULESET);
    commit(socket, [{ kind: 'deleteTable', table: { family: 'inet', name: 'ringfence' } }]);
    expect(refusalOf(() => table.write(deltaOf(addition)))).toBeInstanceOf(KernelError);
    table.restore(RULESET);
    expectHeld(RULESET);
  });

  test('more than a socket sends at once is not written, but brought up beside', () => {
    const { table, log } = open(EMPTY, { sends: 300_000 });
    table.install(RULESET);
    const [known] = RULESET.elements.get('identities4') ?? [];
    const many = Array.from({ length: 5_000 }, (_, index) => ({
      key: [0x0b00_0000 + index],
      identity: known?.identity,
      comment: 'x'.repeat(127),
    }));
    const error = refusalOf(() => table.write(deltaOf({ set: IDENTITIES, gone: [], come: many })));
    expect(error).toMatchObject({ code: 'EMSGSIZE' });
    expectHeld(RULESET);
    const all = withElement('identities4', ...many);
    table.restore(all);
    expect(names()).toEqual(['ringfence_2']);
    expectHeld(all, 'ringfence_2');
    expect(log).toEqual([expect.stringMatching(/^table inet ringfence is made anew: .*EMSGSIZE/)]);
  });

  test('that cannot be brought up leaves what is there in force, and nothing beside it', () => {
    const { table } = open();
    table.install(RULESET);
    const [known] = RULESET.elements.get('identities4') ?? [];
    if (known === undefined) throw new Error('the shop has pods');
    const wrong = withElement('identities4', { ...known, identity: 99 });
    expect(refusalOf(() => table.install(wrong))).toBeInstanceOf(KernelError);
    expect(names()).toEqual(['ringfence']);
    table.write(deltaOf(addition));
    expectHeld(withElement('ready4', ADDED));
  });

  test('rows that no packet meets any more go with the next writing, or when there is time', () => {
    const { table } = open();
    const rows = setNamed('ingress4_any_port');
    const row = { ...element([7, 77]), identity: 1 };
    table.install(withElement(rows.name, row));
    const old = { newNumbers: new Set<number>(), oldNumbers: new Set([77]) };
    table.write({ elements: [{ set: rows, gone: [row], come: [] }], ...old });
    expect(read().elements.get(rows.name)).toContainEqual(row);
    table.tidy();
    expectHeld(RULESET);
    const generation = read().generation;
    table.tidy();
    expect(read().generation).toBe(generation);
  });

  test('a change that revokes in ranges ends with another generation', () => {
    const { table } = open();
    table.install(RULESET);
    const [segment] = RULESET.elements.get('segments4') ?? [];
    if (segment === undefined) throw new Error('the shop has blocks');
    table.write(deltaOf({ set: setNamed('segments4'), gone: [segment], come: [] }));
    expect(read().generation).toBe(2);
    expect(read().elements.get('segments4')).not.toContainEqual(segment);
  });

  test('that nobody made to stay, as `nft -f` loads it, is replaced', () => {
    putThere(RULESET, { owned: false });
    const { table } = open();
    expect(table.adopted).toBeUndefined();
    table.install(RULESET);
    expect(names()).toEqual(['ringfence_2']);
  });

  test('stays in force when flows cannot be cleared after it took the place of another layout', () => {
    putThere(OTHER);
    let calls = 0;
    const { table } = open(EMPTY, {
      clear() {
        calls += 1;
        if (calls > 1) throw new Error('the kernel is busy');
      },
    });
    expect(() => table.install(RULESET)).toThrow('the kernel is busy');
    expect(names()).toHaveLength(1);
  });

  test('of another layout under the second name stays until something takes its place', () => {
    putThere({ ...OTHER, table: 'ringfence_2' });
    putThere(RULESET, { without: 1 });
    const { table } = open();
    const [known] = RULESET.elements.get('identities4') ?? [];
    if (known === undefined) throw new Error('the shop has pods');
    const wrong = withElement('identities4', { ...known, identity: 99 });
    expect(refusalOf(() => table.install(wrong, 'spare'))).toBeInstanceOf(KernelError);
    expect(names()).toContain('ringfence_2');
  });

  test('that is restored has flows decided anew, as nobody knows what revoked them', () => {
    const first = open();
    first.table.install(RULESET);
    die(first);
    const { table } = open();
    table.restore(RULESET);
    expect(read().generation).toBe(2);
  });

  describe('where tables have no owners', () => {
    const UNOWNED = { owned: false };
    const PARTS = {
      kind: 'parts',
      table: 'ringfence',
      chains: new Set<string>(),
      madeChains: new Set<string>(),
      sets: new Set<string>(),
      dormant: false,
    } as const;
    const forward = { family: 'inet', table: 'ringfence', name: 'forward' } as const;
    const extra = { ...forward, name: 'extra' };

    test('one that is there is gone on with', () => {
      const first = open(EMPTY, UNOWNED);
      first.table.install(RULESET);
      first.table.install(RULESET);
      die(first);
      const { table } = open(EMPTY, UNOWNED);
      expect(table.adopted?.table).toBe('ringfence_2');
      table.restore(RULESET);
      expect([names(), read('ringfence_2').generation]).toEqual([['ringfence_2'], 3]);
    });

    test('one that has an owner nevertheless is not taken over', () => {
      open().table.install(RULESET);
      expect(() => open(EMPTY, UNOWNED)).toThrow('belongs to an agent that is running');
    });

    test('what becomes of one that is read back is told', () => {
      const { table } = open(EMPTY, UNOWNED);
      table.install(RULESET);
      expect(table.restore(RULESET)).toBe('same');
      meddle(addition);
      expect(table.restore(RULESET)).toBe('mended');
      commit(kernel.socket, [{ kind: 'createChain', chain: extra }]);
      expect(table.restore(RULESET)).toBe('anew');
      expectHeld(RULESET, 'ringfence_2');
    });

    test.each<[what: string, changes: () => readonly Change[], damage: Partial<Parts>]>([
      ['rows', () => elementChanges(RULESET, [addition]), { sets: new Set(['ready4']) }],
      ['rules', () => [{ kind: 'flushChain', chain: forward }], { chains: new Set(['forward']) }],
      [
        'a chain',
        () => [{ kind: 'createChain', chain: extra }],
        { madeChains: new Set(['extra']) },
      ],
      [
        'all of it, asleep',
        () => [{ kind: 'addTable', table: { ...tableOf(RULESET, false), flags: ASLEEP } }],
        { dormant: true },
      ],
    ])('parts of one are mended in their place: %s', (_, changes, damage) => {
      const { table } = open(EMPTY, UNOWNED);
      table.install(RULESET);
      commit(kernel.socket, changes());
      expect(table.repair(() => RULESET, { ...PARTS, ...damage })).toBe('mended');
      expect(names()).toEqual(['ringfence']);
      expectHeld(RULESET);
      // Whatever was decided meanwhile is decided anew.
      expect(read().generation).toBe(2);
      table.write(deltaOf(addition));
      expectHeld(withElement('ready4', ADDED));
    });

    test('rows that rules fill are no damage', () => {
      const { table } = open(EMPTY, UNOWNED);
      table.install(RULESET);
      const damage = { ...PARTS, sets: new Set(['denied4']) };
      expect(table.repair(() => RULESET, damage)).toBe('same');
    });

    test.each<[when: string, damage: Damage]>([
      ['nobody knows what was done', { kind: 'any' }],
      ['it is another table', { ...PARTS, table: 'ringfence_2' }],
      ['one of our chains was made another one', { ...PARTS, madeChains: new Set(['forward']) }],
      ['there is more than is known', { ...PARTS, chains: new Set(['forward']) }],
      ['a set is not ours', { ...PARTS, sets: new Set(['__set1']) }],
      ['a chain is not there', { ...PARTS, chains: new Set(['nowhere']) }],
    ])('the whole of it is read where %s', (_, damage) => {
      const { table } = open(EMPTY, UNOWNED);
      table.install(RULESET);
      commit(kernel.socket, [{ kind: 'createChain', chain: extra }]);
      expect(table.repair(() => RULESET, damage)).toBe('anew');
      expectHeld(RULESET, 'ringfence_2');
    });

    test('a large one that is gone is stood in for: what was decided goes on, nothing new comes', () => {
      const many = Array.from({ length: 1_200 }, (_, index) => ({
        ...element([0x0b00_0000 + index]),
        identity: 16,
      }));
      const large = withElement('identities4', ...many);
      const { table, log } = open(EMPTY, UNOWNED);
      table.install(large);
      const wrong = withElement('identities4', ...many, { ...element([0x0b00_0000]), identity: 9 });
      commit(kernel.socket, [{ kind: 'deleteTable', table: { ...forward, name: 'ringfence' } }]);
      expect(refusalOf(() => table.restore(wrong))).toBeInstanceOf(KernelError);
      expect(log.join()).toContain('nothing new is let through until it is made anew');
      const { generation, elements } = read();
      expect(generation).toBe(1);
      expect(elements.get('identities4')).toEqual([]);
      expect(elements.get('ingress4_any_port')).toEqual([]);
      expect(elements.get('ready4')).toEqual(RULESET.elements.get('ready4'));
      expect(table.restore(large)).toBe('mended');
      expectHeld(large);
    });
  });

  test('a bridge has no marks to clear, whatever changes', () => {
    const socket = openNetfilterSocket(kernel.namespace);
    sockets.push(socket);
    let cleared = 0;
    const layout = bridgeLayout('ringfence');
    const bridge = enforcedTable({
      socket,
      layout,
      owned: true,
      markMask: 0,
      clearMarks: () => void (cleared += 1),
      log: () => undefined,
    });
    bridge.install(layout);
    const set = layout.sets.find(({ name }) => name === 'pod_interfaces');
    if (set === undefined) throw new Error('a bridge has ports');
    bridge.write(deltaOf({ set, gone: [], come: [element(['veth9'])] }));
    expect(cleared).toBe(0);
  });

  function meddleIn(table: string, delta: ElementsDelta): void {
    commit(kernel.socket, elementChanges({ ...RULESET, table }, [delta]));
  }
});

type Parts = Extract<Damage, { readonly kind: 'parts' }>;

const ASLEEP = { dormant: true, owner: false, persist: false };
const ADDED = element([0x0a01_0009]);
const addition: ElementsDelta = { set: READY, gone: [], come: [ADDED] };

type Element = ElementsDelta['come'][number];

function element(key: Element['key']): Element {
  return { key, identity: undefined, comment: '' };
}

function deltaOf(...elements: readonly ElementsDelta[]): RulesetDelta {
  return { elements, newNumbers: new Set(), oldNumbers: new Set() };
}

/** The shop's ruleset with more in one set. */
function withElement(set: string, ...more: readonly Element[]): Ruleset {
  const elements = [...(RULESET.elements.get(set) ?? []), ...more];
  return { ...RULESET, elements: new Map(RULESET.elements).set(set, elements) };
}

/** Elements without what is no part of what they mean, in an order of their own. */
function plain(elements: readonly Element[]): readonly string[] {
  return elements
    .map(({ key, identity }) =>
      JSON.stringify([key, identity], (_, value: unknown) =>
        typeof value === 'bigint' ? `${value}` : value,
      ),
    )
    .toSorted();
}

/** What is thrown; it has to be a refusal. */
function refusalOf(attempt: () => void): unknown {
  try {
    attempt();
  } catch (error) {
    expect(isRefusal(error)).toBe(true);
    return error;
  }
  return 'done';
}
