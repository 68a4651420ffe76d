import { Buffer } from 'node:buffer';
import {
  type Change,
  commit,
  type Expression,
  NFT_REG32_00,
  openNetfilterSocket,
} from '@ringfence/netlink';
import type { Station } from './station.ts';

/** The port at which everything arrives that comes to any port of a station that catches all. */
export const CATCH_ALL_PORT = 1;

const TABLE = { family: 'inet', name: 'outside' } as const;
const CHAIN = { family: 'inet', table: 'outside', name: 'prerouting' } as const;
const DSTNAT = -100;
const IPPROTO = { ICMP: 1, TCP: 6, UDP: 17 } as const;
/** An interface's name is compared whole, with the zero bytes behind it. */
const IFNAMSIZ = 16;

/**
 * Leads connections to whatever address and port to one port of the station itself, and requests for
 * an echo to itself, as long as they come in by `eth0`. Answers come from where they were asked.
 */
export function catchAll({ namespace }: Station): void {
  const socket = openNetfilterSocket(namespace);
  try {
    commit(socket, [
      {
        kind: 'addTable',
        table: { ...TABLE, flags: { dormant: false, owner: false, persist: false } },
      },
      {
        kind: 'addChain',
        chain: {
          ...CHAIN,
          base: {
            type: 'nat',
            hook: 'prerouting',
            priority: DSTNAT,
            devices: [],
            policy: 'accept',
          },
        },
      },
      redirect(IPPROTO.TCP, TO_CATCH_ALL_PORT),
      redirect(IPPROTO.UDP, TO_CATCH_ALL_PORT),
      // IPv4 sends echoes from addresses of its own only.
      redirect(IPPROTO.ICMP, TO_ITSELF),
    ]);
  } finally {
    socket.close();
  }
}

const PORT = Buffer.alloc(2);
PORT.writeUInt16BE(CATCH_ALL_PORT);

const TO_CATCH_ALL_PORT: readonly Expression[] = [
  { kind: 'immediate', destination: NFT_REG32_00, data: PORT },
  { kind: 'redirect', port: { min: NFT_REG32_00, max: NFT_REG32_00 }, flags: [] },
];
const TO_ITSELF: readonly Expression[] = [{ kind: 'redirect', port: 'none', flags: [] }];

function redirect(protocol: number, where: readonly Expression[]): Change {
  const name = Buffer.alloc(IFNAMSIZ);
  name.write('eth0');
  const register = NFT_REG32_00;
  return {
    kind: 'addRule',
    at: { kind: 'last' },
    rule: {
      family: CHAIN.family,
      table: CHAIN.table,
      chain: CHAIN.name,
      comment: '',
      expressions: [
        { kind: 'meta', key: 'iifname', destination: register },
        { kind: 'cmp', op: 'eq', source: register, data: name },
        { kind: 'meta', key: 'l4proto', destination: register },
        { kind: 'cmp', op: 'eq', source: register, data: Uint8Array.of(protocol) },
        ...where,
      ],
    },
  };
}
