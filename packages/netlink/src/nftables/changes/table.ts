import type { TableChange } from '../change.ts';
import { NFT_MSG_DELRULE, NFT_MSG_DELTABLE, NFT_MSG_NEWTABLE } from '../message.ts';
import { writeRuleTable } from '../rule.ts';
import { type Table, writeTable, writeTableReference } from '../table.ts';
import { unreachable } from '../unreachable.ts';
import { ADD, type ChangeMessage, CREATE } from './message.ts';

/** The message for a change of a table. */
export function tableMessage(change: TableChange): ChangeMessage {
  const { family, name } = change.table;
  const object = `table ${family} ${name}`;
  switch (change.kind) {
    case 'addTable':
      return { ...making(change.table), flags: ADD, errand: { operation: 'add', object } };
    case 'createTable':
      return { ...making(change.table), flags: CREATE, errand: { operation: 'create', object } };
    case 'deleteTable':
      return {
        message: NFT_MSG_DELTABLE,
        flags: 0,
        family,
        errand: { operation: 'delete', object },
        vague: false,
        write: (into) => writeTableReference(into, change.table),
      };
    case 'flushTable':
      return {
        message: NFT_MSG_DELRULE,
        flags: 0,
        family,
        errand: { operation: 'flush', object },
        vague: false,
        write: (into) => writeRuleTable(into, name),
      };
    default:
      return unreachable(change);
  }
}

function making(table: Table): Pick<ChangeMessage, 'message' | 'family' | 'vague' | 'write'> {
  return {
    message: NFT_MSG_NEWTABLE,
    family: table.family,
    vague: false,
    write: (into) => writeTable(into, table),
  };
}
