import {
  addTo,
  type AddressSet,
  type AddressRange,
  atomsOf,
  type Family,
  type IpAddress,
  type Node,
  removeFrom,
} from '@ringfence/core';
import { type Member, NOT_THERE, type Range } from './member.ts';
import type { Voice } from './voice.ts';
import type { VoiceTable } from './voice-table.ts';

type Address = number | bigint;

/** Addresses of one family that lie in the same blocks: one peer, as far as they are no pod's. */
export interface SpaceAtom extends Member {
  readonly kind: 'outside';
  /** Ids of the blocks' sets, ascending; below zero, numbers of node addresses. */
  readonly ids: readonly number[];
  readonly cells: ReadonlySet<Cell>;
}

/** Addresses side by side that are of one atom. */
interface Cell {
  readonly first: Address;
  readonly last: Address;
  readonly atom: SpaceAtom;
}

/**
 * All addresses of one family, cut by the blocks of which this node's rules speak, and by the
 * addresses of nodes where rules speak of nodes.
 */
export interface AddressSpace {
  use(set: AddressSet): void;
  unuse(set: AddressSet): void;
  /** Makes a node's address a peer of its own, or asks about it anew; without nodes it is none. */
  mark(address: IpAddress, nodes: readonly Node[] | undefined): void;
  atoms(): Iterable<SpaceAtom>;
  atomsIn(set: number): Iterable<SpaceAtom>;
  /** The cells from the one that holds an address on. */
  cellsFrom(address: Address): Iterable<Cell>;
  /** Since the last time: atoms that are new, have other nodes, or are no more; ranges that are of other atoms. */
  takeChanges(): { readonly atoms: ReadonlySet<SpaceAtom>; readonly ranges: readonly Range[] };
}

interface OpenAtom extends SpaceAtom {
  readonly cells: Set<OpenCell>;
}

interface OpenCell extends Cell {
  first: Address;
  last: Address;
  atom: OpenAtom;
}

/** Makes a space without blocks. */
export function createAddressSpace(family: Family): AddressSpace {
  const atoms = new Map<string, OpenAtom>();
  const bySet = new Map<number, Set<OpenAtom>>();
  const uses = new Map<number, number>();
  /** By address: its number in lists of ids. By number: its nodes. */
  const marks = new Map<Address, number>();
  const nodesOf = new Map<number, readonly Node[]>();
  let lastMark = 0;
  let touched = new Set<OpenAtom>();
  let ranges: Range[] = [];

  const atomOf = (ids: readonly number[]): OpenAtom => {
    const key = ids.join();
    const known = atoms.get(key);
    if (known !== undefined) return known;
    const cells = new Set<OpenCell>();
    const atom: OpenAtom = {
      kind: 'outside',
      ids,
      cells,
      special: NOT_THERE,
      key: undefined,
      identity: undefined,
      facts: NOT_THERE,
      names: undefined,
      look: (voices, of) => look(atom, voices, of),
      pods: () => [],
      ranges: () => cells,
      weight: () => cells.size,
      lowest: () => lowestOf(cells),
    };
    atoms.set(key, atom);
    for (const id of ids) addTo(bySet, id, atom);
    touched.add(atom);
    return atom;
  };

  const dropIfEmpty = (atom: OpenAtom): void => {
    if (atom.cells.size > 0) return;
    atoms.delete(atom.ids.join());
    for (const id of atom.ids) removeFrom(bySet, id, atom);
    touched.add(atom);
  };

  const { first, last } = SPACES[family];
  const whole: OpenCell = { first, last, atom: atomOf([]) };
  whole.atom.cells.add(whole);
  const cells: OpenCell[] = [whole];

  /** The place of the cell that holds an address. */
  const placeOf = (address: Address): number => {
    let [low, high] = [0, cells.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const cell = cells[middle];
      if (cell !== undefined && cell.first <= address) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  /** Makes a cell begin at an address, and tells its place. */
  const cutAt = (address: Address): number => {
    const place = placeOf(address);
    const cell = cells[place];
    if (cell === undefined || cell.first === address) return place;
    const rest: OpenCell = { first: address, last: cell.last, atom: cell.atom };
    cell.last = before(address);
    rest.atom.cells.add(rest);
    cells.splice(place + 1, 0, rest);
    return place + 1;
  };

  const move = (cell: OpenCell, ids: readonly number[]): void => {
    const was = cell.atom;
    const atom = atomOf(ids);
    was.cells.delete(cell);
    atom.cells.add(cell);
    cell.atom = atom;
    dropIfEmpty(was);
  };

  const change = (range: Range, idsOf: (ids: readonly number[]) => readonly number[]): void => {
    const from = cutAt(range.first);
    const to = range.last === last ? cells.length : cutAt(after(range.last));
    for (const cell of cells.slice(from, to)) move(cell, idsOf(cell.atom.ids));
    ranges.push(range);
    join(Math.max(from - 1, 0), Math.min(to, cells.length - 1));
  };

  /** Makes one of neighbours of one atom. */
  const join = (from: number, to: number): void => {
    const kept: OpenCell[] = [];
    for (const cell of cells.slice(from, to + 1)) {
      const previous = kept.at(-1);
      if (previous?.atom !== cell.atom) {
        kept.push(cell);
        continue;
      }
      previous.last = cell.last;
      cell.atom.cells.delete(cell);
    }
    if (kept.length <= to - from) cells.splice(from, to + 1 - from, ...kept);
  };

  const enter = (id: number, range: Range): void =>
    change(range, (ids) => [...ids, id].sort((left, right) => left - right));
  const leave = (id: number, range: Range): void =>
    change(range, (ids) => ids.filter((other) => other !== id));

  /** One without addresses is nothing. */
  const look = (atom: OpenAtom, voices: VoiceTable, of: Family): ReadonlySet<Voice> => {
    const [cell] = atom.cells;
    if (of !== family || cell === undefined) {
      atom.facts = { ...atom.facts, [of]: undefined };
      return new Set();
    }
    const sets = atom.ids.filter((id) => id > 0);
    const nodes = atom.ids.flatMap((id) => nodesOf.get(id) ?? []);
    const facts = { sets, address: addressOf(family, cell.first), nodes };
    atom.facts = { ...atom.facts, [of]: facts };
    return voices.tellingAddresses({ sets, family, isNode: nodes.length > 0 });
  };

  return {
    use(set) {
      const count = (uses.get(set.id) ?? 0) + 1;
      uses.set(set.id, count);
      if (count === 1) for (const range of rangesOf(set)) enter(set.id, range);
    },
    unuse(set) {
      const count = (uses.get(set.id) ?? 0) - 1;
      if (count > 0) {
        uses.set(set.id, count);
        return;
      }
      uses.delete(set.id);
      for (const range of rangesOf(set)) leave(set.id, range);
    },
    mark({ value }, nodes) {
      const known = marks.get(value);
      if (nodes === undefined) {
        if (known === undefined) return;
        marks.delete(value);
        nodesOf.delete(known);
        leave(known, { first: value, last: value });
        return;
      }
      if (known !== undefined) {
        nodesOf.set(known, nodes);
        for (const atom of bySet.get(known) ?? []) touched.add(atom);
        return;
      }
      lastMark -= 1;
      marks.set(value, lastMark);
      nodesOf.set(lastMark, nodes);
      enter(lastMark, { first: value, last: value });
    },
    atoms: () => atoms.values(),
    atomsIn: (set) => bySet.get(set) ?? [],
    *cellsFrom(address) {
      for (let place = placeOf(address); place < cells.length; place += 1) {
        const cell = cells[place];
        if (cell !== undefined) yield cell;
      }
    },
    takeChanges() {
      const changes = { atoms: touched, ranges };
      touched = new Set();
      ranges = [];
      return changes;
    },
  };
}

const SPACES = {
  IPv4: { first: 0, last: 2 ** 32 - 1 },
  IPv6: { first: 0n, last: 2n ** 128n - 1n },
} as const satisfies Record<Family, Range>;

/** The ranges of a set's blocks, without those of its exceptions; they do not overlap. */
function rangesOf(set: AddressSet): readonly AddressRange[] {
  return atomsOf([set]).flatMap(({ sets, ranges }) => (sets.length > 0 ? ranges : []));
}

/** The address after another one. */
export function after(address: Address): Address {
  return typeof address === 'number' ? address + 1 : address + 1n;
}

/** The address before another one. */
export function before(address: Address): Address {
  return typeof address === 'number' ? address - 1 : address - 1n;
}

function lowestOf(cells: ReadonlySet<Cell>): Address {
  let lowest: Address | undefined;
  for (const { first } of cells) if (lowest === undefined || first < lowest) lowest = first;
  return lowest ?? 0;
}

function addressOf(family: Family, value: Address): IpAddress {
  return family === 'IPv4' ? { family, value: Number(value) } : { family, value: BigInt(value) };
}
