import { Buffer } from 'node:buffer';
import {
  KernelError,
  type NetlinkSocket,
  nftGeneration,
  openNetfilterSocket,
  SystemError,
} from '@ringfence/netlink';
import { flowtableProblems, flowtables } from './flowtables.ts';
import type { HostProblem } from './host-problem.ts';

/** The subsystem of connection tracking, and its question for statistics: the cheapest there is. */
const CT_GET_STATS = (1 << 8) | 5;
/** `struct nfgenmsg`, of no family. */
const HEADER = Buffer.alloc(4);

/** Asks each part of netfilter that is needed whether it is there. */
export function missingSubsystems(): readonly HostProblem[] {
  let socket: NetlinkSocket;
  try {
    socket = openNetfilterSocket();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return [missing('netfilter', error)];
  }
  try {
    return [
      ...tried('nf_tables', () => {
        nftGeneration(socket);
        return flowtableProblems(flowtables(socket));
      }),
      ...tried('nf_conntrack_netlink', () => {
        const request = { type: CT_GET_STATS, flags: 0, body: HEADER };
        socket.get(request, { operation: 'read', object: 'the number of flows' });
        return [];
      }),
    ];
  } finally {
    socket.close();
  }
}

function tried(part: string, ask: () => readonly HostProblem[]): readonly HostProblem[] {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return [missing(part, error)];
  }
}

function missing(part: string, error: Error & { readonly code: string }): HostProblem {
  const denied = error.code === 'EPERM' || error.code === 'EACCES';
  const remedy = denied
    ? 'give the agent the capability NET_ADMIN'
    : `run \`modprobe ${part}\`, or use a kernel that has it`;
  return { level: 'blocks', text: `${part} cannot be used (${error.message}); ${remedy}` };
}
