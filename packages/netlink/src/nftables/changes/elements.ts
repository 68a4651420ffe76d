import { Buffer } from 'node:buffer';
import { Writer } from '../../codec/writer.ts';
import type { ElementsChange } from '../change.ts';
import { type SetElement, writeElements, writeElementSet, writeListed } from '../element.ts';
import { NFT_MSG_DELSETELEM, NFT_MSG_NEWSETELEM } from '../message.ts';
import { ADD, type ChangeMessage, CREATE } from './message.ts';

/** How elements share messages. */
export interface ElementSplit {
  /** The most bytes of elements in one message; one element is more than none. */
  readonly bytes: number;
}

/** As many as fit: they are one attribute, and its length has two bytes. */
export const FEW_MESSAGES: ElementSplit = { bytes: 60_000 };
/** Each alone, so that the kernel's refusal says which one it is about. */
export const ONE_BY_ONE: ElementSplit = { bytes: 0 };

const VERBS = {
  addElements: { message: NFT_MSG_NEWSETELEM, flags: ADD, word: 'add' },
  createElements: { message: NFT_MSG_NEWSETELEM, flags: CREATE, word: 'create' },
  deleteElements: { message: NFT_MSG_DELSETELEM, flags: 0, word: 'delete' },
} as const;

/** The messages for a change of elements; none where there are no elements: it would mean all. */
export function elementsMessages(
  change: ElementsChange,
  split: ElementSplit,
): readonly ChangeMessage[] {
  const { message, flags, word } = VERBS[change.kind];
  const { set } = change;
  const id = 'setId' in change ? (change.setId ?? 0) : 0;
  return groups(change.elements, split).map((group) => ({
    message,
    flags,
    family: set.family,
    errand: {
      operation: word,
      object: `${described(group.elements)} of set ${set.family} ${set.table} ${set.name}`,
    },
    vague: group.elements.length > 1,
    write: (into) => {
      writeElementSet(into, set, id);
      writeElements(into, group.bytes);
    },
  }));
}

/** Elements that are side by side in what they were written to. */
interface Group {
  readonly elements: readonly SetElement[];
  readonly bytes: Uint8Array;
}

function groups(elements: readonly SetElement[], split: ElementSplit): readonly Group[] {
  const into = new Writer();
  const cuts = [{ index: 0, at: 0 }];
  let last = 0;
  for (const [index, element] of elements.entries()) {
    const at = into.length;
    writeListed(into, element);
    if (index === 0 || into.length - last <= split.bytes) continue;
    cuts.push({ index, at });
    last = at;
  }
  if (elements.length === 0) return [];
  const bytes = into.bytes();
  return cuts.map(({ index, at }, place) => {
    const next = cuts[place + 1];
    return {
      elements: next === undefined && index === 0 ? elements : elements.slice(index, next?.index),
      bytes: bytes.subarray(at, next?.at),
    };
  });
}

function described(elements: readonly SetElement[]): string {
  const [first] = elements;
  if (elements.length !== 1 || first === undefined) return `${elements.length} elements`;
  const end = first.keyEnd === undefined ? '' : `-${hex(first.keyEnd)}`;
  return `element ${first.catchAll === true ? '*' : hex(first.key)}${end}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
