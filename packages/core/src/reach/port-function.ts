import { namesOf, type PortNames } from '../cluster/port-names.ts';
import type { Traffic } from '../cluster/compiled.ts';
import { verdictOf } from '../evaluate/evaluate.ts';
import type { Finding, Verdict } from '../evaluate/finding.ts';
import { PROTOCOLS, type Protocol } from '../objects/object.ts';
import { portsIn, type PortSet } from '../sets/port-set.ts';
import { findingKey } from './finding-key.ts';

/**
 * What one direction decides, and by which rules, for every port of every protocol.
 *
 * Equal functions of one collection are one object, and so are equal sets of ports in them.
 */
export interface PortFunction {
  /** TCP, UDP and SCTP from 1 to 65535, ascending; neighbours differ in their finding. */
  readonly pieces: readonly PortPiece[];
  /** For all that has no ports. */
  readonly other: Finding;
  readonly allowed: PortSet;
  /** What depends on an address that the peer does not have yet. */
  readonly unknown: PortSet;
}

/** Ports `from`..`to` of one protocol, both inclusive, for which the finding is the same. */
export interface PortPiece {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
  readonly finding: Finding;
}

/** Where a function may change: the first ports of its pieces, in any order. */
export type PortStarts = Readonly<Record<Protocol, Iterable<number>>>;

/** The port functions of one analysis. */
export interface PortFunctions {
  /** Makes the function that `decide` is; it is asked once for each piece. */
  make(
    starts: PortStarts,
    names: PortNames | undefined,
    decide: (traffic: Traffic) => Finding,
  ): PortFunction;
  /** The function that has one finding for everything. */
  always(finding: Finding): PortFunction;
}

const FIRST_PORT = 1;
const LAST_PORT = 65_535;
const NO_NAMES: readonly string[] = [];
const NO_STARTS: PortStarts = { TCP: [], UDP: [], SCTP: [] };

/** Makes an empty collection. `intern` makes equal sets of ports one object. */
export function createPortFunctions(intern: (ports: PortSet) => PortSet): PortFunctions {
  const known = new Map<string, PortFunction>();

  const make: PortFunctions['make'] = (starts, names, decide) => {
    const other = decide({ protocol: 'other', port: 0, names: NO_NAMES });
    let key = findingKey(other);
    const pieces: PortPiece[] = [];
    for (const protocol of PROTOCOLS) {
      let last: string | undefined;
      for (const from of sortedStarts(starts[protocol])) {
        const at = names === undefined ? NO_NAMES : namesOf(names, protocol, from);
        const finding = decide({ protocol, port: from, names: at });
        const found = findingKey(finding);
        if (found === last) continue;
        last = found;
        key += `\n${protocol} ${from} ${found}`;
        pieces.push({ protocol, from, to: LAST_PORT, finding });
      }
    }
    const before = known.get(key);
    if (before !== undefined) return before;
    const closed = pieces.map((piece, index) => {
      const next = pieces[index + 1];
      return next?.protocol === piece.protocol ? { ...piece, to: next.from - 1 } : piece;
    });
    const made = {
      pieces: closed,
      other,
      allowed: intern(portsWith('allow', closed, other)),
      unknown: intern(portsWith('unknown', closed, other)),
    };
    known.set(key, made);
    return made;
  };

  return { make, always: (finding) => make(NO_STARTS, undefined, () => finding) };
}

function sortedStarts(starts: Iterable<number>): readonly number[] {
  const sorted = [...new Set([FIRST_PORT, ...starts])].sort((left, right) => left - right);
  return sorted.filter((port) => port <= LAST_PORT);
}

function portsWith(wanted: Verdict, pieces: readonly PortPiece[], other: Finding): PortSet {
  return portsIn(
    pieces.filter(({ finding }) => verdictOf(finding) === wanted),
    verdictOf(other) === wanted,
  );
}

/** What a function says of a port; `other` goes by port 0. */
export function findingAt(
  { pieces, other }: PortFunction,
  protocol: Protocol | 'other',
  port: number,
): Finding {
  if (protocol === 'other') return other;
  const piece = pieces.find(
    (each) => each.protocol === protocol && each.from <= port && port <= each.to,
  );
  if (piece === undefined) throw new Error(`no port ${port}`);
  return piece.finding;
}
