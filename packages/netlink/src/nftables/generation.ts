import type { Answer } from '../codec/message.ts';
import { type Fields, numberField, textField } from './fields.ts';
import { messageBody, messageType, NFT_MSG_GETGEN, toldFields } from './message.ts';
import { NFPROTO_UNSPEC } from './family.ts';
import type { NetlinkSocket } from '../socket.ts';

/**
 * The state of a network namespace's rulesets. Every commit that changes something makes the next
 * number, and so a commit that was made with a generation `g` and changed something made `g + 1`.
 */
export interface Generation {
  readonly id: number;
  /**
   * The thread that made it, as the first PID namespace numbers it; in the answer to a question the
   * one that asked. So a program in another PID namespace can learn its own number.
   */
  readonly pid: number;
  /** The name of that thread. */
  readonly name: string;
}

const NFTA_GEN_ID = 1;
const NFTA_GEN_PROC_PID = 2;
const NFTA_GEN_PROC_NAME = 3;

/** The present generation. */
export function nftGeneration(socket: NetlinkSocket): Generation {
  return readGeneration(toldFields(askGeneration(socket)));
}

/** The number by which notifications call this socket: what it did is told with it. */
export function nftPort(socket: NetlinkSocket): number {
  return askGeneration(socket).port ?? 0;
}

function askGeneration(socket: NetlinkSocket): Answer {
  return socket.get(
    {
      type: messageType(NFT_MSG_GETGEN),
      flags: 0,
      body: messageBody({ family: NFPROTO_UNSPEC, resource: 0 }),
    },
    { operation: 'read', object: 'the generation' },
  );
}

/** Reads a message about a generation. */
export function readGeneration(fields: Fields): Generation {
  return {
    id: numberField(fields, NFTA_GEN_ID),
    pid: numberField(fields, NFTA_GEN_PROC_PID, 0),
    name: textField(fields, NFTA_GEN_PROC_NAME, ''),
  };
}
