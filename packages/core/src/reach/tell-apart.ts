import type { PeerFacts } from '../cluster/compiled.ts';
import type { PortNames } from '../cluster/port-names.ts';
import type { DirectionFunctions } from './direction-functions.ts';
import type { Told } from './row.ts';

/** What rules can see of one peer. */
export interface Seen {
  readonly facts: PeerFacts;
  readonly names: PortNames | undefined;
}

/**
 * Tells the peers apart that a subject's rules tell apart. Works on numbers, and looks only at
 * peers of which the rules speak: this is done for each of very many subjects.
 *
 * @param byNames whether rules see the names of a peer's ports: where the peer is the destination.
 * @returns what is valid until the next call.
 */
export type TellApart = (rules: DirectionFunctions, byNames: boolean) => Told;

/** Prepares for peers that are known by their positions. */
export function createTellApart(peers: readonly Seen[]): TellApart {
  const { bySet, withoutAddress } = membersOf(peers);
  const everybody = peers.map((_, position) => position);
  const names = nameNumbers(peers);
  const kinds = new Int32Array(peers.length);
  let told: Int32Array = new Int32Array(0);

  return (rules, byNames) => {
    for (const position of told) kinds[position] = 0;
    const found: number[] = [];
    let last = 0;
    /** Each of these gets another kind: one that it shares with those of its kind until now. */
    const mark = (positions: readonly number[], also: (position: number) => number): void => {
      const next = new Map<number, number>();
      let [before, after] = [-1, -1];
      for (const position of positions) {
        const kind = kinds[position] ?? 0;
        if (kind === 0) found.push(position);
        const key = kind + also(position) * 0x1000_0000;
        if (key !== before) {
          before = key;
          after = next.get(key) ?? (last += 1);
          next.set(key, after);
        }
        kinds[position] = after;
      }
    };
    for (const id of rules.sets) mark(bySet.get(id) ?? NOBODY, zero);
    if (rules.blocks.size > 0) mark(withoutAddress, zero);
    if (byNames && rules.namesForAnyone) mark(everybody, (position) => names[position] ?? 0);
    else if (byNames && rules.names) mark([...found], (position) => names[position] ?? 0);
    told = ascending(found, kinds);
    return { positions: told, kinds };
  };
}

const NOBODY: readonly number[] = [];

function zero(): number {
  return 0;
}

/** Beyond such a share of all, it is quicker to look through all than to sort. */
const MANY = 1 / 16;

function ascending(found: readonly number[], kinds: Int32Array): Int32Array {
  if (found.length < kinds.length * MANY) return Int32Array.from(found).sort();
  const sorted = new Int32Array(found.length);
  let next = 0;
  for (let position = 0; position < kinds.length; position += 1) {
    if (kinds[position] === 0) continue;
    sorted[next] = position;
    next += 1;
  }
  return sorted;
}

/** The peers by the sets that they are in. */
interface Members {
  readonly bySet: ReadonlyMap<number, readonly number[]>;
  readonly withoutAddress: readonly number[];
}

function membersOf(peers: readonly Seen[]): Members {
  const bySet = new Map<number, number[]>();
  const withoutAddress: number[] = [];
  for (const [position, { facts }] of peers.entries()) {
    if (facts.address === undefined) withoutAddress.push(position);
    for (const id of facts.sets) {
      const known = bySet.get(id);
      if (known === undefined) bySet.set(id, [position]);
      else known.push(position);
    }
  }
  return { bySet, withoutAddress };
}

/** A number for each peer, equal for those that name their ports alike. */
function nameNumbers(peers: readonly Seen[]): Int32Array {
  const numbers = new Map<string | undefined, number>();
  return Int32Array.from(peers, ({ names }) => {
    const number = numbers.get(names?.key) ?? numbers.size;
    numbers.set(names?.key, number);
    return number;
  });
}
