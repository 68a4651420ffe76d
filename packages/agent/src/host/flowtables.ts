import type { NetlinkSocket } from '@ringfence/netlink';
import { type Answer, textAttribute } from './ask.ts';
import { Buffer } from 'node:buffer';
import type { HostProblem } from './host-problem.ts';

const NFT_MSG_GETFLOWTABLE = (10 << 8) | 23;
/** `struct nfgenmsg`. */
const HEADER = 4;
const NFTA_FLOWTABLE_TABLE = 1;
const NFTA_FLOWTABLE_NAME = 2;

/** Lists the flowtables of all nf_tables tables. */
export function flowtables(socket: NetlinkSocket): readonly Answer[] {
  const request = { type: NFT_MSG_GETFLOWTABLE, flags: 0, body: Buffer.alloc(HEADER) };
  return socket.dump(request, { operation: 'list', object: 'flowtables' });
}

/** Says what is wrong with flowtables: the packets of a flow that is in one pass no rule any more. */
export function flowtableProblems(answers: readonly Answer[]): readonly HostProblem[] {
  if (answers.length === 0) return [];
  const names = answers.map(({ body }) => {
    const table = textAttribute(body, HEADER, NFTA_FLOWTABLE_TABLE);
    return `${table} ${textAttribute(body, HEADER, NFTA_FLOWTABLE_NAME)}`;
  });
  return [
    {
      level: 'blocks',
      text: `flows are offloaded past all rules by flowtable ${names.join(', flowtable ')}; delete it, or switch the offload off in the program that made it`,
    },
  ];
}
