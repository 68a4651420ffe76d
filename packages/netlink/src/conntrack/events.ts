import { type Answer, NLM_F_CREATE } from '../codec/message.ts';
import { decodeFlow } from './decode-flow.ts';
import type { Flow } from './flow.ts';
import { IPCTNL_MSG_CT_DELETE, IPCTNL_MSG_CT_NEW } from './wire.ts';

/** What happened to a flow. */
export interface FlowEvent {
  readonly change: 'new' | 'update' | 'destroy';
  readonly flow: Flow;
}

/**
 * Reads the notifications of the groups `NFNLGRP_CONNTRACK_NEW`, `_UPDATE` and `_DESTROY`, which the
 * socket must have joined. Others are left out.
 *
 * The kernel tells about those flows that began while somebody listened. Events of one flow may
 * come long after each other: an `update` says what changed, and the fields beside it.
 *
 * @throws {MalformedAnswer}
 */
export function flowEvents(answers: readonly Answer[]): readonly FlowEvent[] {
  return answers.flatMap((answer) => {
    const change = changeIn(answer);
    return change === undefined ? [] : [{ change, flow: decodeFlow(answer) }];
  });
}

function changeIn({ type, flags }: Answer): FlowEvent['change'] | undefined {
  if (type === IPCTNL_MSG_CT_DELETE) return 'destroy';
  if (type !== IPCTNL_MSG_CT_NEW) return undefined;
  return (flags & NLM_F_CREATE) === 0 ? 'update' : 'new';
}
