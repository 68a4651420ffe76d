import { Buffer } from 'node:buffer';
import { type Change, commit, NFT_REG32_00, openNetfilterSocket } from '@ringfence/netlink';
import type { Station } from './station.ts';

/** The port at which everything arrives that comes to any port of a station that catches all. */
export const CATCH_ALL_PORT = 1;

const TABLE = { family: 'inet', name: 'outside' } as const;
const CHAIN = { family: 'inet', table: 'outside', name: 'prerouting' } as const;
const DSTNAT = -100;
const IPPROTO = { TCP: 6, UDP: 17 } as const;
/** An interface's name is compared whole, with the zero bytes behind it. */
const IFNAMSIZ = 16;

/**
 * Leads connections to whatever address and port to one port of the station itself, as long as they
 * come in by `eth0`. Answers come from where they were asked.
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
      redirect(IPPROTO.TCP),
      redirect(IPPROTO.UDP),
    ]);
  } finally {
    socket.close();
  }
}

function redirect(protocol: number): Change {
  const name = Buffer.alloc(IFNAMSIZ);
  name.write('eth0');
  const port = Buffer.alloc(2);
  port.writeUInt16BE(CATCH_ALL_PORT);
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
        { kind: 'immediate', destination: register, data: port },
        { kind: 'redirect', port: { min: register, max: register }, flags: [] },
      ],
    },
  };
}
