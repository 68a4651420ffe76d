import {
  type ClusterPod,
  FAMILIES,
  type Family,
  type IpAddress,
  unreachable,
} from '@ringfence/core';
import { directionSet, familySet } from '../ruleset/names.ts';
import { ITSELF } from '../ruleset/numbers.ts';
import type { Element } from '../ruleset/ruleset.ts';
import { commentOf } from './comment.ts';
import type { ElementWriter } from './net.ts';
import type { CompileOptions } from './options.ts';
import { podText } from './pod-text.ts';
import { type Row, rowsOf } from './rows.ts';
import { policyText } from './policy-text.ts';
import type { Said } from './said.ts';
import type { Voice } from './voice.ts';
import { explained, type PeerRows } from './voice-rows.ts';

/** A pod of this node, as it was or is to be written. */
export interface LocalPod {
  readonly pod: ClusterPod;
  readonly addresses: readonly IpAddress[];
  /** The interface that it sends through; `undefined`: it is not ready. */
  readonly through: string | undefined;
  readonly voices: readonly Voice[];
  /** By voice, what it may send itself through a Service. */
  readonly itself: ReadonlyMap<Voice, Readonly<Partial<Record<Family, OwnRows>>>>;
  /** Its rows are too many, or the kernel does not take them: nothing gets in or out. */
  readonly closed: boolean;
}

interface OwnRows {
  readonly key: string;
  readonly rows: PeerRows;
}

/** Works out what a pod says of itself. */
export function ownRowsOf(
  pod: ClusterPod,
  voices: readonly Voice[],
  options: CompileOptions,
): LocalPod['itself'] {
  const own = (voice: Voice, family: Family): OwnRows => {
    const said: Said = voice.itself(pod, family);
    const general = voice.general[family].pod;
    return {
      key: `${said.key}/${general.key}`,
      rows: explained(rowsOf(said.ports, general.ports), said, options),
    };
  };
  return new Map(
    voices.map((voice) => [
      voice,
      Object.fromEntries(
        FAMILIES.flatMap((family) =>
          pod[family] === undefined ? [] : [[family, own(voice, family)]],
        ),
      ),
    ]),
  );
}

/** Which rows of voices are meant: those of now, or those before what is being written now. */
type Time = 'now' | 'before';

type Put = (set: string, element: Element) => void;

/** Writes all that is about a pod. */
export function writePod(local: LocalPod, into: ElementWriter, options: CompileOptions): void {
  putPod(local, 'now', options, (set, element) => into.write(set, element));
}

/** Erases all that was written about a pod. */
export function erasePod(local: LocalPod, into: ElementWriter): void {
  putPod(local, 'before', undefined, (set, element) => into.erase(set, element));
}

/** Writes what differs of a pod that has the voices, addresses and interface that it had. */
export function amendPod(was: LocalPod, is: LocalPod, into: ElementWriter): void {
  if (is.closed) return;
  const change = (place: RowsPlace, number: number, before: PeerRows, now: PeerRows): void => {
    putRows(place, number, before, (set, element) => into.erase(set, element));
    putRows(place, number, now, (set, element) => into.write(set, element));
  };
  for (const { family, value } of is.addresses) {
    for (const voice of is.voices) {
      const place = { voice, family, value };
      for (const [number, before] of voice.rows.changed(family)) {
        change(place, number, before ?? [], voice.rows.now(family).get(number) ?? []);
      }
      const [before, now] = [ownIn(was, voice, family), ownIn(is, voice, family)];
      if (before?.key !== now?.key) change(place, ITSELF, before?.rows ?? [], now?.rows ?? []);
    }
  }
}

function ownIn({ itself }: LocalPod, voice: Voice, family: Family): OwnRows | undefined {
  return itself.get(voice)?.[family];
}

/** @param options absent where comments do not matter. */
function putPod(local: LocalPod, time: Time, options: CompileOptions | undefined, put: Put): void {
  const { pod, addresses, through, voices, closed } = local;
  const comment = (text: () => string): string =>
    options === undefined || options.comments === 'none' ? '' : commentOf(text());
  if (through !== undefined) {
    for (const { family, value } of addresses) {
      const text = comment(() => podText(pod));
      put(familySet('bound', family), plain([through, value], text));
      put(familySet('ready', family), plain([value], text));
    }
  }
  if (closed) {
    putClosed(local, put);
    return;
  }
  for (const { family, value } of addresses) {
    putPairs(local, family, value, put);
    for (const voice of voices) {
      const why = comment(() => `${podText(pod)}: ${voice.policies.map(policyText).join(', ')}`);
      put(directionSet('subjects', voice.direction, family), plain([value], why));
      const place = { voice, family, value };
      const rows = time === 'now' ? voice.rows.now(family) : voice.rows.before(family);
      for (const [number, ofPeer] of rows) putRows(place, number, ofPeer, put);
      putRows(place, ITSELF, ownIn(local, voice, family)?.rows ?? [], put);
    }
  }
}

/** A subject without rows: what no row allows is denied. */
function putClosed({ pod, addresses }: LocalPod, put: Put): void {
  const comment = commentOf(`${podText(pod)}: closed, its rows cannot be written`);
  for (const { family, value } of addresses) {
    for (const direction of ['egress', 'ingress'] as const) {
      put(directionSet('subjects', direction, family), plain([value], comment));
    }
  }
}

function putPairs({ addresses }: LocalPod, family: Family, value: number | bigint, put: Put): void {
  for (const other of addresses) {
    if (other.family === family) put(familySet('itself', family), plain([value, other.value], ''));
  }
}

interface RowsPlace {
  readonly voice: Voice;
  readonly family: Family;
  /** The subject's address. */
  readonly value: number | bigint;
}

function putRows(
  { voice: { direction }, family, value }: RowsPlace,
  number: number,
  rows: PeerRows,
  put: Put,
): void {
  for (const { row, reason: comment } of rows) {
    const set = directionSet(SETS[row.kind], direction, family);
    put(set, { key: rowKey(row, value, number), identity: row.says, comment });
  }
}

const SETS = { port: 'ports', range: 'ranges', anyPort: 'any_port' } as const;

function rowKey(row: Row, subject: number | bigint, number: number): Element['key'] {
  switch (row.kind) {
    case 'port':
      return [subject, number, row.protocol, row.port];
    case 'range':
      return [{ first: row.first, last: row.last }, number, subject, row.protocol];
    case 'anyPort':
      return [subject, number];
    default:
      return unreachable(row);
  }
}

function plain(key: Element['key'], comment: string): Element {
  return { key, identity: undefined, comment };
}
