import type { SetChange } from '../change.ts';
import { NFT_MSG_DELSET, NFT_MSG_DELSETELEM, NFT_MSG_NEWSET } from '../message.ts';
import { writeElementSet } from '../element.ts';
import type { NftSet } from '../set.ts';
import { writeSet, writeSetReference } from '../write-set.ts';
import { unreachable } from '../unreachable.ts';
import { ADD, type ChangeMessage, CREATE } from './message.ts';

/**
 * The message for a change of a set.
 *
 * @param id a number for a new set that does not bring its own.
 */
export function setMessage(change: SetChange, id: number): ChangeMessage {
  const { family, table, name } = change.set;
  const object = `set ${family} ${table} ${name}`;
  switch (change.kind) {
    case 'addSet':
      return {
        ...making(change.set, change.id ?? id),
        flags: ADD,
        errand: { operation: 'add', object },
      };
    case 'createSet':
      return {
        ...making(change.set, change.id ?? id),
        flags: CREATE,
        errand: { operation: 'create', object },
      };
    case 'deleteSet':
      return {
        message: NFT_MSG_DELSET,
        flags: 0,
        family,
        errand: { operation: 'delete', object },
        vague: false,
        write: (into) => writeSetReference(into, change.set),
      };
    case 'flushSet':
      return {
        message: NFT_MSG_DELSETELEM,
        flags: 0,
        family,
        errand: { operation: 'flush', object },
        vague: false,
        write: (into) => writeElementSet(into, change.set, 0),
      };
    default:
      return unreachable(change);
  }
}

function making(
  set: NftSet,
  id: number,
): Pick<ChangeMessage, 'message' | 'family' | 'vague' | 'write'> {
  return {
    message: NFT_MSG_NEWSET,
    family: set.family,
    vague: false,
    write: (into) => writeSet(into, set, id),
  };
}
