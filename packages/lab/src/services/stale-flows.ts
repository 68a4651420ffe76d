import { formatAddress, type Protocol } from '@ringfence/core';
import {
  deleteFlow,
  type Flow,
  flows,
  type IpFamily,
  KernelError,
  type NetlinkSocket,
} from '@ringfence/netlink';
import type { Portal } from './portal.ts';
import { internalEndpoints } from './portal-plan.ts';
import { PROTOCOL_NUMBERS } from './service-sets.ts';

/** By what clients ask for: the endpoints to which a node leads them. */
export type Leading = ReadonlyMap<string, ReadonlySet<string>>;

/** Who has a name and addresses: a node. */
interface Named {
  readonly name: string;
  readonly addresses: readonly { readonly family: IpFamily; readonly address: string }[];
}

/** Whose flows have no end that could be seen: they live as long as somebody sends. */
const ENDLESS: ReadonlySet<Protocol> = new Set(['UDP', 'SCTP']);

/** Where a node leads flows that do not end by themselves. */
export function leadingOf(portals: readonly Portal[], node: Named): Leading {
  const leading = new Map<string, ReadonlySet<string>>();
  for (const portal of portals) {
    const { protocol, address, port, nodePort, endpoints } = portal;
    if (!ENDLESS.has(protocol)) continue;
    const number = PROTOCOL_NUMBERS[protocol];
    const end = (text: string, at: number): string => `${number} ${text} ${at}`;
    const texts = (list: typeof endpoints): ReadonlySet<string> =>
      new Set(list.map((each) => end(formatAddress(each.address), each.port)));
    leading.set(end(formatAddress(address), port), texts(internalEndpoints(portal, node.name)));
    if (nodePort === 0) continue;
    for (const own of node.addresses) {
      if (own.family === address.family) leading.set(end(own.address, nodePort), texts(endpoints));
    }
  }
  return leading;
}

/**
 * Deletes the flows that were led where nothing is any more, or past a Service that was not there
 * yet: the next packet is led anew. Looks at no flows where nothing has been lost.
 */
export function forgetStaleFlows(
  socket: NetlinkSocket,
  changes: readonly { readonly before: Leading; readonly now: Leading }[],
): void {
  const suspects = new Map(changes.flatMap(({ before, now }) => [...suspectsOf(before, now)]));
  if (suspects.size === 0) return;
  for (const flow of flows(socket)) {
    const { destination, destinationPort } = flow.original;
    const right = suspects.get(endText(flow.protocol, destination, destinationPort));
    if (right === undefined) continue;
    const { source, sourcePort } = flow.reply;
    if (!right.has(endText(flow.protocol, source, sourcePort))) forget(socket, flow);
  }
}

/** What clients may be led wrongly from, with where they are led now. */
function suspectsOf(before: Leading, now: Leading): Leading {
  const suspects = new Map<string, ReadonlySet<string>>();
  for (const [asked, right] of now) {
    const old = before.get(asked);
    if (old === undefined || old.size === 0 || ![...old].every((each) => right.has(each)))
      suspects.set(asked, right);
  }
  for (const asked of before.keys()) if (!now.has(asked)) suspects.set(asked, new Set());
  return suspects;
}

function forget(socket: NetlinkSocket, flow: Flow): void {
  try {
    deleteFlow(socket, flow);
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof KernelError) || error.code !== 'ENOENT') throw error;
  }
}

function endText(protocol: number, address: string, port: number | undefined): string {
  return `${protocol} ${address} ${port ?? ''}`;
}
