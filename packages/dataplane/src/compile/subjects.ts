import { type ClusterPod, FAMILIES, type Family, unreachable } from '@ringfence/core';
import { directionSet, familySet } from '../ruleset/names.ts';
import { ANY_OUTSIDE, ANY_POD, ITSELF } from '../ruleset/numbers.ts';
import type { ClosedPod, Element } from '../ruleset/ruleset.ts';
import { commentOf } from './comment.ts';
import type { Identities } from './identities.ts';
import type { CompileOptions } from './options.ts';
import { podText } from './pod-text.ts';
import { reasonOf, type Row, rowsFromNothing, rowsOf } from './rows.ts';
import { policyText, type Said, type Voice } from './voices.ts';

/** What this node's pods say of their peers, as elements, by name of the set. */
export interface SubjectElements {
  readonly elements: ReadonlyMap<string, readonly Element[]>;
  readonly closed: readonly ClosedPod[];
}

/** Rows about one peer. */
interface PeerRows {
  readonly identity: number;
  readonly rows: readonly { readonly row: Row; readonly reason: string }[];
}

/** Writes the rows of all pods; a pod that has too many is closed: it is a subject without rows. */
export function subjectElements(of: {
  readonly pods: readonly ClusterPod[];
  readonly voices: readonly Voice[];
  readonly identities: Identities;
  readonly options: CompileOptions;
}): SubjectElements {
  const { pods, voices, identities, options } = of;
  const speeches = voices.map((voice) => ({
    voice,
    rows: { IPv4: [] as PeerRows[], IPv6: [] as PeerRows[] },
  }));
  for (const { voice, rows } of speeches) {
    for (const family of FAMILIES) rows[family].push(...generalRows(voice, family, options));
  }
  for (const { number, example } of identities.all) {
    for (const family of FAMILIES) {
      const peer = example[family];
      for (const [voice, said] of peer?.special ?? []) {
        const general = peer?.kind === 'pod' ? voice.anyPod[family] : voice.anyOutside[family];
        speeches[voice.index]?.rows[family].push(
          explained(number, rowsOf(said.ports, general.ports), said, options),
        );
      }
    }
  }
  return writeAll(pods, speeches, options);
}

interface Speech {
  readonly voice: Voice;
  readonly rows: Readonly<Record<Family, readonly PeerRows[]>>;
}

function generalRows(voice: Voice, family: Family, options: CompileOptions): readonly PeerRows[] {
  const [pod, outside] = [voice.anyPod[family], voice.anyOutside[family]];
  return [
    explained(ANY_POD, rowsFromNothing(pod.ports), pod, options),
    explained(ANY_OUTSIDE, rowsFromNothing(outside.ports), outside, options),
  ];
}

function explained(
  identity: number,
  rows: readonly Row[],
  said: Said,
  { comments }: CompileOptions,
): PeerRows {
  return {
    identity,
    rows: rows.map((row) => ({
      row,
      reason: comments ? commentOf(reasonOf(row, said.why())) : '',
    })),
  };
}

function writeAll(
  pods: readonly ClusterPod[],
  speeches: readonly Speech[],
  options: CompileOptions,
): SubjectElements {
  const elements = new Map<string, Element[]>();
  const add: Add = (set, element) => {
    const before = elements.get(set);
    if (before === undefined) elements.set(set, [element]);
    else before.push(element);
  };
  const ofPod = new Map<ClusterPod, Speech[]>(pods.map((pod) => [pod, []]));
  for (const speech of speeches) {
    for (const pod of speech.voice.pods) ofPod.get(pod)?.push(speech);
  }
  const tooMany = closedPods(ofPod, options);
  const isClosed = new Set(tooMany.map(({ pod }) => pod));
  for (const [pod, those] of ofPod) {
    if (isClosed.has(pod)) writeClosed(pod, add);
    else writePod({ pod, speeches: those, add, options });
  }
  const closed = tooMany.map(({ pod, rows }): ClosedPod => {
    const refs = (ofPod.get(pod) ?? []).flatMap(({ voice }) => voice.policies);
    const policies = [...new Map(refs.map((ref) => [policyText(ref), ref])).values()];
    return { namespace: pod.object.namespace, name: pod.object.name, rows, policies };
  });
  return { elements, closed };
}

type Add = (set: string, element: Element) => void;

const DIRECTIONS = ['egress', 'ingress'] as const;

/** A subject without rows: what no row allows is denied. */
function writeClosed(pod: ClusterPod, add: Add): void {
  const comment = commentOf(`${podText(pod)}: closed, too many rows`);
  for (const { family, value } of pod.addresses) {
    for (const direction of DIRECTIONS) {
      const key = [value];
      add(directionSet('subjects', direction, family), { key, identity: undefined, comment });
    }
  }
}

function writePod(of: {
  readonly pod: ClusterPod;
  readonly speeches: readonly Speech[];
  readonly add: Add;
  readonly options: CompileOptions;
}): void {
  const { pod, speeches, add, options } = of;
  if (speeches.length === 0) return;
  for (const { family, value } of pod.addresses) {
    for (const other of pod.addresses) {
      if (other.family !== family) continue;
      const key = [value, other.value];
      add(familySet('itself', family), { key, identity: undefined, comment: '' });
    }
    for (const speech of speeches) writeSpeech({ pod, speech, family, value, add, options });
  }
}

function writeSpeech(of: {
  readonly pod: ClusterPod;
  readonly speech: Speech;
  readonly family: Family;
  readonly value: number | bigint;
  readonly add: Add;
  readonly options: CompileOptions;
}): void {
  const { pod, speech, family, value, add, options } = of;
  const { voice } = speech;
  const { direction } = voice;
  const text = `${podText(pod)}: ${voice.policies.map(policyText).join(', ')}`;
  add(directionSet('subjects', direction, family), {
    key: [value],
    identity: undefined,
    comment: options.comments ? commentOf(text) : '',
  });
  const itself = voice.itself(pod, family);
  const own = explained(ITSELF, rowsOf(itself.ports, voice.anyPod[family].ports), itself, options);
  for (const { identity, rows } of [...speech.rows[family], own]) {
    for (const { row, reason: comment } of rows) {
      const set = directionSet(SETS[row.kind], direction, family);
      add(set, { key: keyOf(row, value, identity), identity: row.says, comment });
    }
  }
}

const SETS = { port: 'ports', range: 'ranges', anyPort: 'any_port' } as const;

function keyOf(row: Row, subject: number | bigint, identity: number): Element['key'] {
  switch (row.kind) {
    case 'port':
      return [subject, identity, row.protocol, row.port];
    case 'range':
      return [{ first: row.first, last: row.last }, identity, subject, row.protocol];
    case 'anyPort':
      return [subject, identity];
    default:
      return unreachable(row);
  }
}

/** Closes the pods with the most rows until the rows of the others fit. */
function closedPods(
  ofPod: ReadonlyMap<ClusterPod, readonly Speech[]>,
  { maxRows }: CompileOptions,
): readonly { readonly pod: ClusterPod; readonly rows: number }[] {
  const counted = [...ofPod].map(([pod, speeches]) => ({ pod, rows: countRows(pod, speeches) }));
  let total = counted.reduce((sum, { rows }) => sum + rows, 0);
  const closed: { pod: ClusterPod; rows: number }[] = [];
  // Sorting keeps the order of those that are equal, which is by name.
  for (const each of [...counted].sort((left, right) => right.rows - left.rows)) {
    if (total <= maxRows) break;
    total -= each.rows;
    closed.push(each);
  }
  return closed;
}

/** The rows about itself are few, and not counted. */
function countRows(pod: ClusterPod, speeches: readonly Speech[]): number {
  let rows = 0;
  for (const { family } of pod.addresses) {
    for (const speech of speeches) {
      for (const { rows: ofPeer } of speech.rows[family]) rows += ofPeer.length;
    }
  }
  return rows;
}
