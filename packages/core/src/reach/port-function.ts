import { namesOf, type PortNames } from '../cluster/port-names.ts';
import type { Traffic } from '../cluster/compiled.ts';
import { verdictOf } from '../evaluate/evaluate.ts';
import type { Finding, Verdict } from '../evaluate/finding.ts';
import { PROTOCOLS, type Protocol } from '../objects/object.ts';
import { portsIn, type PortSet } from '../sets/port-set.ts';
import type { Allowance } from './allowance.ts';
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

/**
 * Where a function may change: the first ports of its pieces.
 *
 * INVARIANT: each list ascends from 1 to at most 65535.
 */
export type PortStarts = Readonly<Record<Protocol, readonly number[]>>;

/** What a function is made of. */
export interface PortQuestion {
  readonly starts: PortStarts;
  /** Those of the destination's ports. */
  readonly names: PortNames | undefined;
  /** The function itself; it is asked once for each piece. */
  readonly decide: (traffic: Traffic) => Finding;
}

/** The port functions of one analysis. */
export interface PortFunctions {
  make(question: PortQuestion): PortFunction;
  /** The function that has one finding for everything. */
  always(finding: Finding): PortFunction;
}

const FIRST_PORT = 1;
const LAST_PORT = 65_535;
const NO_NAMES: readonly string[] = [];
const ONE_PIECE = [FIRST_PORT];

/** Puts first ports in order; a range that ends with the last port has none behind it. */
export function portStarts(of: (protocol: Protocol) => Iterable<number>): PortStarts {
  const sorted = (protocol: Protocol): readonly number[] => {
    const starts = new Set(of(protocol)).add(FIRST_PORT);
    if (starts.size === 1) return ONE_PIECE;
    return [...starts].filter((port) => port <= LAST_PORT).sort((left, right) => left - right);
  };
  return { TCP: sorted('TCP'), UDP: sorted('UDP'), SCTP: sorted('SCTP') };
}

/** Makes an empty collection. `intern` makes equal sets of ports one object. */
export function createPortFunctions(intern: (ports: PortSet) => PortSet): PortFunctions {
  const known = new Map<string, PortFunction>();
  const make = (question: PortQuestion): PortFunction => {
    const { pieces, other } = piecesOf(question, findingKey);
    const text = pieces.map(({ protocol, from, found }) => `${protocol} ${from} ${found}`);
    const key = [findingKey(other), ...text].join('\n');
    const before = known.get(key);
    if (before !== undefined) return before;
    const { allowed, unknown } = allowanceIn(pieces, other);
    const made = {
      pieces: pieces.map(({ protocol, from, to, finding }) => ({ protocol, from, to, finding })),
      other,
      allowed: intern(allowed),
      unknown: intern(unknown),
    };
    known.set(key, made);
    return made;
  };
  const starts = portStarts(() => []);
  return {
    make,
    always: (finding) => make({ starts, names: undefined, decide: () => finding }),
  };
}

/** What a function allows. */
export function allowanceOf(question: PortQuestion): Allowance {
  const { pieces, other } = piecesOf(question, verdictOf);
  return allowanceIn(pieces, other);
}

interface Pieces {
  readonly pieces: readonly (PortPiece & { readonly found: string })[];
  readonly other: Finding;
}

/** Asks for the finding at each start; neighbours of which `tell` says the same are one piece. */
function piecesOf(
  { starts, names, decide }: PortQuestion,
  tell: (finding: Finding) => string,
): Pieces {
  const pieces: (Pieces['pieces'][number] & { to: number })[] = [];
  for (const protocol of PROTOCOLS) {
    let last: (typeof pieces)[number] | undefined;
    for (const from of starts[protocol]) {
      const at = names === undefined ? NO_NAMES : namesOf(names, protocol, from);
      const finding = decide({ protocol, port: from, names: at });
      const found = tell(finding);
      if (found === last?.found) continue;
      if (last !== undefined) last.to = from - 1;
      last = { protocol, from, to: LAST_PORT, finding, found };
      pieces.push(last);
    }
  }
  return { pieces, other: decide({ protocol: 'other', port: 0, names: NO_NAMES }) };
}

function allowanceIn(pieces: readonly PortPiece[], other: Finding): Allowance {
  const portsWith = (wanted: Verdict): PortSet =>
    portsIn(
      pieces.filter(({ finding }) => verdictOf(finding) === wanted),
      verdictOf(other) === wanted,
    );
  return { allowed: portsWith('allow'), unknown: portsWith('unknown') };
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
