import { Buffer } from 'node:buffer';
import { formatAddress } from '@ringfence/core';
import {
  type Flow,
  flows,
  openNetfilterSocket,
  openRawSocket,
  type RawSocket,
} from '@ringfence/netlink';
import { expect } from 'vitest';
import { type Ends, icmp, isIpv6, packet, PROTOCOL, udp } from '../attacks/packets.ts';
import { FLOWS } from '../flows/cast.ts';
import { randomChanges } from '../flows/random-changes.ts';
import { seeded } from '../flows/random.ts';
import type { Fault, Trial } from './trial.ts';

/** After errors, everybody speaks so often. */
const TIMES = 6;

/** A hop was the last one: the client's socket goes on. */
const TIME_EXCEEDED = { IPv4: 11, IPv6: 3 } as const;

/** Policies change at random under conversations, about which errors are told after each change. */
export function toldOfErrors(seed: number): Pick<Fault, 'flows' | 'round' | 'end'> {
  const changes = randomChanges(seeded(seed));
  return {
    flows: FLOWS,
    async round(trial, count) {
      const { change: next, text } = changes.next();
      await trial.change(`${count}: ${text}`, () => trial.lab.apply([next]));
      // Else nothing was tested.
      expect(tellErrors(trial)).toBeGreaterThan(0);
      await trial.traffic.spoken(TIMES);
    },
    end: ({ change, lab }) => change('delete all policies', () => lab.apply(changes.open())),
  };
}

/**
 * Has each pod tell whoever it has UDP conversations with that their packets came too late, as
 * routers do, too: errors about flows that are tracked, whether they are allowed by now or not.
 *
 * @returns how many of them it told.
 */
function tellErrors(trial: Trial): number {
  const pods = socketsByAddress(trial);
  try {
    const tracked = [...trial.networks.values()].flatMap((network) => {
      const socket = network.enter(openNetfilterSocket);
      try {
        return flows(socket);
      } finally {
        socket.close();
      }
    });
    const told = tracked.filter(({ protocol }) => protocol === PROTOCOL.udp);
    return told.filter((flow) => tellOf(flow, pods)).length;
  } finally {
    for (const socket of pods.values()) socket.close();
  }
}

/** What each pod sends such errors from. */
function socketsByAddress({ lab }: Trial): ReadonlyMap<string, RawSocket> {
  const pods = [...lab.pods()].flatMap(({ pod: { namespace, name }, station }) =>
    (lab.cluster.pod(namespace, name)?.addresses ?? []).map((address) => {
      const { family } = address;
      const protocol = family === 'IPv4' ? PROTOCOL.icmp : PROTOCOL.icmp6;
      const socket = openRawSocket(station.namespace, { protocol, family });
      return [formatAddress(address), socket] as const;
    }),
  );
  return new Map(pods);
}

/** By the end that answers, which is asked at its own address: Services were left behind by then. */
function tellOf({ reply }: Flow, pods: ReadonlyMap<string, RawSocket>): boolean {
  const socket = pods.get(reply.source);
  const { sourcePort, destinationPort } = reply;
  if (socket === undefined || sourcePort === undefined || destinationPort === undefined) {
    return false;
  }
  const between: Ends = { from: reply.source, to: reply.destination };
  const asked: Ends = { from: between.to, to: between.from };
  const ports = { from: destinationPort, to: sourcePort };
  const type = TIME_EXCEEDED[isIpv6(between) ? 'IPv6' : 'IPv4'];
  const payload = packet(asked, udp(asked, ports, Buffer.alloc(4)));
  socket.send(between, icmp(between, { type, payload }).bytes);
  return true;
}
