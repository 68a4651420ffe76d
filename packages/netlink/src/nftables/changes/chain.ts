import { type Chain, writeChain, writeChainReference } from '../chain.ts';
import type { ChainChange } from '../change.ts';
import { NFT_MSG_DELCHAIN, NFT_MSG_DELRULE, NFT_MSG_NEWCHAIN } from '../message.ts';
import { writeRuleChain } from '../rule.ts';
import { unreachable } from '../unreachable.ts';
import { ADD, type ChangeMessage, CREATE } from './message.ts';

/** The message for a change of a chain. */
export function chainMessage(change: ChainChange): ChangeMessage {
  const { family, table, name } = change.chain;
  const object = `chain ${family} ${table} ${name}`;
  switch (change.kind) {
    case 'addChain':
      return { ...making(change.chain), flags: ADD, errand: { operation: 'add', object } };
    case 'createChain':
      return { ...making(change.chain), flags: CREATE, errand: { operation: 'create', object } };
    case 'deleteChain':
      return {
        message: NFT_MSG_DELCHAIN,
        flags: 0,
        family,
        errand: { operation: 'delete', object },
        vague: false,
        write: (into) => writeChainReference(into, change.chain),
      };
    case 'flushChain':
      return {
        message: NFT_MSG_DELRULE,
        flags: 0,
        family,
        errand: { operation: 'flush', object },
        vague: false,
        write: (into) => writeRuleChain(into, { table, chain: name }),
      };
    default:
      return unreachable(change);
  }
}

function making(chain: Chain): Pick<ChangeMessage, 'message' | 'family' | 'vague' | 'write'> {
  return {
    message: NFT_MSG_NEWCHAIN,
    family: chain.family,
    vague: false,
    write: (into) => writeChain(into, chain),
  };
}
