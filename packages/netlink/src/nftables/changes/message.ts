import { NLM_F_CREATE, NLM_F_EXCL } from '../../codec/message.ts';
import type { Writer } from '../../codec/writer.ts';
import type { BatchRequest, Errand } from '../../socket.ts';
import { type Family, familyNumber } from '../family.ts';
import { messageBody, messageType } from '../message.ts';

/** A message that a change becomes. */
export interface ChangeMessage {
  /** An `NFT_MSG_`. */
  readonly message: number;
  readonly flags: number;
  readonly family: Family;
  readonly errand: Errand;
  /** It is about several objects, and so a refusal does not say which one is meant. */
  readonly vague: boolean;
  readonly write: (into: Writer) => void;
}

/** What is there already stays, or is updated. */
export const ADD: number = NLM_F_CREATE;
/** What is there already is an error. */
export const CREATE: number = NLM_F_CREATE | NLM_F_EXCL;

/** The request that a message is. */
export function changeRequest(change: ChangeMessage): BatchRequest {
  const { message, flags, family, errand, write } = change;
  const body = messageBody({ family: familyNumber(family), resource: 0 }, write);
  return { type: messageType(message), flags, body, errand };
}
