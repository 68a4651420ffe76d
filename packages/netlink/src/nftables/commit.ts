import { NLM_F_ACK } from '../codec/message.ts';
import { SystemError } from '../ffi/system-error.ts';
import { KernelError } from '../kernel-error.ts';
import type { BatchRequest, NetlinkSocket } from '../socket.ts';
import type { Change } from './change.ts';
import { chainMessage } from './changes/chain.ts';
import {
  elementsMessages,
  type ElementSplit,
  FEW_MESSAGES,
  ONE_BY_ONE,
} from './changes/elements.ts';
import { type ChangeMessage, changeRequest } from './changes/message.ts';
import { ruleMessage } from './changes/rule.ts';
import { setMessage } from './changes/set.ts';
import { tableMessage } from './changes/table.ts';
import { NFPROTO_UNSPEC } from './family.ts';
import { messageBody, NFNL_SUBSYS_NFTABLES } from './message.ts';

const NFNL_MSG_BATCH_BEGIN = 0x10;
const NFNL_MSG_BATCH_END = 0x11;
const NFNL_BATCH_GENID = 1;
/** Numbers of one's own are smaller. */
const FIRST_SET_ID = 0x1_0000;

/**
 * Makes all of the changes at once, or none of them: packets see the rulesets before or after.
 * Nothing happens where there are no changes.
 *
 * @param options.generation the generation that the changes were thought out for. Where the kernel
 *   has another one by now, it refuses with `ERESTART`. Without it, or with 0, any will do.
 * @throws {KernelError} that names the object of the first change that the kernel refuses.
 * @throws {SystemError} `EMSGSIZE` when the changes are more than the socket can send at once.
 */
export function commit(
  socket: NetlinkSocket,
  changes: readonly Change[],
  options: { readonly generation?: number } = {},
): void {
  const { generation = 0 } = options;
  const messages = messagesOf(changes, FEW_MESSAGES);
  try {
    transact(socket, messages, generation);
  } catch (error) {
    if (!isVague(error, messages)) throw error;
    // A refused batch has changed nothing: it may be tried again in a way that tells more.
    transactPrecisely(socket, { changes, generation, cause: error });
  }
}

function messagesOf(changes: readonly Change[], split: ElementSplit): readonly ChangeMessage[] {
  return changes.flatMap((change, index) => {
    if ('table' in change) return tableMessage(change);
    if ('chain' in change) return chainMessage(change);
    if ('rule' in change) return ruleMessage(change);
    if ('elements' in change) return elementsMessages(change, split);
    return setMessage(change, FIRST_SET_ID + index);
  });
}

function transact(
  socket: NetlinkSocket,
  messages: readonly ChangeMessage[],
  generation: number,
): void {
  const requests = messages.map(changeRequest);
  const last = requests.pop();
  if (last === undefined) return;
  socket.transact([
    boundary(NFNL_MSG_BATCH_BEGIN, generation),
    ...requests,
    { ...last, flags: last.flags | NLM_F_ACK },
    boundary(NFNL_MSG_BATCH_END, 0),
  ]);
}

/** The beginning or the end of a batch: their resource is the subsystem that is meant. */
function boundary(type: number, generation: number): BatchRequest {
  const header = { family: NFPROTO_UNSPEC, resource: NFNL_SUBSYS_NFTABLES };
  const body = messageBody(header, (into) => {
    if (generation !== 0) into.u32BEAttribute(NFNL_BATCH_GENID, generation);
  });
  return { type, flags: 0, body, errand: { operation: 'commit changes', object: 'to nftables' } };
}

function isVague(error: unknown, messages: readonly ChangeMessage[]): error is KernelError {
  if (!(error instanceof KernelError)) return false;
  return messages.some(({ vague, errand }) => vague && errand.object === error.object);
}

function transactPrecisely(
  socket: NetlinkSocket,
  again: {
    readonly changes: readonly Change[];
    readonly generation: number;
    readonly cause: KernelError;
  },
): void {
  try {
    transact(socket, messagesOf(again.changes, ONE_BY_ONE), again.generation);
  } catch (error) {
    // So many messages may be more than the socket can send, or their refusals more than it can take.
    throw error instanceof SystemError ? again.cause : error;
  }
}
