import type { SubjectClass } from '../cluster/model.ts';
import { stagesOf } from '../cluster/subject-class.ts';
import { FAMILIES, type Family, type IpAddress } from '../sets/address.ts';
import { type AddressRange, fewestCidrs } from '../sets/cidr-cover.ts';
import { type Atom, type Atoms, blocksKey } from './atoms.ts';
import type { OutsideEnd, PodsEnd } from './reach.ts';

/** A part of the outside, with an address of each family that stands for all of its own. */
export interface OutsidePart {
  readonly end: OutsideEnd;
  readonly atoms: Readonly<Record<Family, Atom | undefined>>;
  readonly addresses: Readonly<Record<Family, IpAddress | undefined>>;
}

/** Everything that is answered for an end and an address: equal texts, equal answers. */
export type AnswerText = (end: PodsEnd, atom: Atom, address: IpAddress) => string;

/**
 * Puts the atoms together that policies treat alike.
 *
 * Most atoms are treated alike by most pods: one atom of each family is asked about for all pods, the
 * others only for those whose rules name a block that tells the two atoms apart.
 */
export function outsidePartsOf(
  atoms: Atoms,
  pods: readonly PodsEnd[],
  answerText: AnswerText,
): readonly OutsidePart[] {
  const parts = new Map<string, { range: AddressRange; atom: Atom }[]>();
  const texts = new Map<string, string>();
  const concerned = endsByBlocks(pods);
  const bases = new Map<Family, Base>();
  let reference: readonly string[] | undefined;
  for (const { range, atom } of atoms.ranges()) {
    const address = firstOf(range);
    const base = bases.get(range.family) ?? baseOf(pods, atom, address, answerText);
    bases.set(range.family, base);
    reference ??= base.answers;
    const known = `${range.family} ${atom.id}`;
    const text =
      texts.get(known) ?? textOf(base, reference, { atom, address, concerned, pods, answerText });
    texts.set(known, text);
    const part = parts.get(text);
    if (part === undefined) parts.set(text, [{ range, atom }]);
    else part.push({ range, atom });
  }
  return [...parts.values()].map((pieces) => {
    const first = (family: Family): { range: AddressRange; atom: Atom } | undefined =>
      pieces.find(({ range }) => range.family === family);
    const inFamilies = FAMILIES.map((family) => first(family));
    const [four, six] = inFamilies;
    return {
      end: { kind: 'outside', cidrs: fewestCidrs(pieces.map(({ range }) => range)) },
      atoms: { IPv4: four?.atom, IPv6: six?.atom },
      addresses: {
        IPv4: four && firstOf(four.range),
        IPv6: six && firstOf(six.range),
      },
    };
  });
}

interface Base {
  readonly atom: Atom;
  readonly answers: readonly string[];
}

function baseOf(
  pods: readonly PodsEnd[],
  atom: Atom,
  address: IpAddress,
  answerText: AnswerText,
): Base {
  const answers = pods.map((end) => answerText(end, atom, address));
  return { atom, answers };
}

/** Where an atom's answers differ from the reference: the same text, the same answers. */
function textOf(
  base: Base,
  reference: readonly string[],
  asked: {
    readonly atom: Atom;
    readonly address: IpAddress;
    readonly concerned: ReadonlyMap<string, readonly number[]>;
    readonly pods: readonly PodsEnd[];
    readonly answerText: AnswerText;
  },
): string {
  const answers = new Map(
    base.answers === reference ? [] : base.answers.map((answer, index) => [index, answer]),
  );
  for (const key of difference(base.atom.blocks, asked.atom.blocks)) {
    for (const index of asked.concerned.get(key) ?? []) {
      const end = asked.pods[index];
      if (end !== undefined) answers.set(index, asked.answerText(end, asked.atom, asked.address));
    }
  }
  return [...answers]
    .filter(([index, answer]) => answer !== reference[index])
    .sort(([left], [right]) => left - right)
    .map(([index, answer]) => `${index}:${answer}`)
    .join(';');
}

/** What is in one of the lists only. */
function difference(left: readonly string[], right: readonly string[]): readonly string[] {
  const [inLeft, inRight] = [new Set(left), new Set(right)];
  return [...left.filter((key) => !inRight.has(key)), ...right.filter((key) => !inLeft.has(key))];
}

/** By key of blocks, the positions of the ends whose rules name them. */
function endsByBlocks(pods: readonly PodsEnd[]): ReadonlyMap<string, readonly number[]> {
  const bySubject = new Map<SubjectClass, ReadonlySet<string>>();
  const ends = new Map<string, number[]>();
  for (const [index, end] of pods.entries()) {
    const subject = end.pods[0]?.class.subject;
    if (subject === undefined) continue;
    const keys = bySubject.get(subject) ?? blocksNamedBy(subject);
    bySubject.set(subject, keys);
    for (const key of keys) {
      const named = ends.get(key);
      if (named === undefined) ends.set(key, [index]);
      else named.push(index);
    }
  }
  return ends;
}

function blocksNamedBy(subject: SubjectClass): ReadonlySet<string> {
  const stages = [...stagesOf(subject, 'egress'), ...stagesOf(subject, 'ingress')];
  const peers = stages.flatMap((stage) => stage.peers.map(({ peer }) => peer));
  return new Set(
    peers.flatMap((peer) => (peer.kind === 'ipBlocks' ? [blocksKey(peer.blocks)] : [])),
  );
}

function firstOf(range: AddressRange): IpAddress {
  return range.family === 'IPv4'
    ? { family: 'IPv4', value: range.first }
    : { family: 'IPv6', value: range.first };
}
