import { Buffer } from 'node:buffer';
import type { ElementsChange } from '../change.ts';
import { elementBytes, type SetElement, writeElements, writeElementSet } from '../element.ts';
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

interface Group {
  readonly elements: readonly SetElement[];
  readonly bytes: readonly Buffer[];
}

function groups(elements: readonly SetElement[], split: ElementSplit): readonly Group[] {
  const done: Group[] = [];
  let members: SetElement[] = [];
  let bytes: Buffer[] = [];
  let length = 0;
  for (const element of elements) {
    const own = elementBytes(element);
    if (members.length > 0 && length + own.length > split.bytes) {
      done.push({ elements: members, bytes });
      [members, bytes, length] = [[], [], 0];
    }
    members.push(element);
    bytes.push(own);
    length += own.length;
  }
  if (members.length > 0) done.push({ elements: members, bytes });
  return done;
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
