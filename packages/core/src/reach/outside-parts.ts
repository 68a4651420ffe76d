import { FAMILIES, type Family } from '../sets/address.ts';
import { fewestCidrs } from '../sets/cidr-cover.ts';
import { NOTHING } from './allowance.ts';
import type { Atom } from './atoms.ts';
import type { Plane } from './plane.ts';
import type { OutsideEnd } from './reach.ts';
import type { Row } from './row.ts';

/** A part of the outside, and in each family an atom that stands for all of its own. */
export interface OutsidePart {
  readonly end: OutsideEnd;
  readonly atoms: Readonly<Record<Family, Atom | undefined>>;
}

/** A profile's position in each family; `undefined` where it has no address in one. */
export type Positions = Readonly<Record<Family, number | undefined>>;

/** What pods say of the outside in one family: of atoms in general, and of some by themselves. */
interface Opinion {
  /** By voice and direction: what holds for atoms that are not listed. */
  readonly general: readonly number[];
  /** By atom: pairs of a place in `general` and what holds there for it. */
  readonly special: ReadonlyMap<number, readonly (readonly [number, number])[]>;
}

/**
 * Puts the atoms together that all pods treat alike: as few parts as the answers allow.
 *
 * @param atoms in the order of the planes' positions, IPv4 first.
 * @param index of the first part among all ends.
 */
export function outsidePartsOf(
  atoms: readonly Atom[],
  planes: Readonly<Record<Family, Plane>>,
  profiles: readonly Positions[],
  index: number,
): readonly OutsidePart[] {
  const voices = voicesOf(planes, profiles);
  const opinions = {
    IPv4: opinionOf('IPv4', planes, voices),
    IPv6: opinionOf('IPv6', planes, voices),
  };
  const parts = new Map<string, Atom[]>();
  for (const family of FAMILIES) {
    const inFamily = atoms.filter(({ address }) => address.family === family);
    for (const [number, atom] of inFamily.entries()) {
      const text = textOf(opinions[family], opinions.IPv4.general, number);
      const part = parts.get(text);
      if (part === undefined) parts.set(text, [atom]);
      else part.push(atom);
    }
  }
  return [...parts.values()].map((part, number) => ({
    end: {
      kind: 'outside',
      index: index + number,
      cidrs: fewestCidrs(part.flatMap(({ ranges }) => ranges)),
    },
    atoms: {
      IPv4: part.find(({ address }) => address.family === 'IPv4'),
      IPv6: part.find(({ address }) => address.family === 'IPv6'),
    },
  }));
}

/** Profiles with the same rules say the same of the outside: one of them is asked. */
function voicesOf(
  planes: Readonly<Record<Family, Plane>>,
  profiles: readonly Positions[],
): readonly Positions[] {
  const numbers = new Map<Row, number>();
  const numberOf = (row: Row): number => {
    const number = numbers.get(row) ?? numbers.size;
    numbers.set(row, number);
    return number;
  };
  const voices = new Map<string, Positions>();
  for (const positions of profiles) {
    const key = FAMILIES.map((family) => {
      const position = positions[family];
      if (position === undefined) return '-';
      const rows = DIRECTIONS.map((direction) => planes[family].row(position, direction));
      return rows.map(numberOf).join('/');
    }).join();
    if (!voices.has(key)) voices.set(key, positions);
  }
  return [...voices.values()];
}

const DIRECTIONS = ['egress', 'ingress'] as const;

function opinionOf(
  family: Family,
  planes: Readonly<Record<Family, Plane>>,
  voices: readonly Positions[],
): Opinion {
  const { span, row } = planes[family];
  const general: number[] = [];
  const special = new Map<number, (readonly [number, number])[]>();
  for (const positions of voices) {
    for (const direction of DIRECTIONS) {
      const position = positions[family];
      const place = general.length;
      if (position === undefined) {
        general.push(NOTHING);
        continue;
      }
      const { outside, positions: listed, numbers } = row(position, direction);
      general.push(outside);
      // The outside comes last.
      for (let index = listed.length - 1; (listed[index] ?? -1) >= span.pods; index -= 1) {
        const atom = (listed[index] ?? 0) - span.pods;
        const entry = [place, numbers[index] ?? 0] as const;
        const known = special.get(atom);
        if (known === undefined) special.set(atom, [entry]);
        else known.push(entry);
      }
    }
  }
  return { general, special };
}

/** What is said of an atom where that differs from the reference: the same text, the same answers. */
function textOf({ general, special }: Opinion, reference: readonly number[], atom: number): string {
  const said = new Map<number, number>();
  if (general !== reference)
    for (const [place, number] of general.entries()) said.set(place, number);
  for (const [place, number] of special.get(atom) ?? []) said.set(place, number);
  return [...said]
    .filter(([place, number]) => number !== reference[place])
    .sort(([left], [right]) => left - right)
    .join(';');
}
