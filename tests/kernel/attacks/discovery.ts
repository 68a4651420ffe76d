import { Buffer } from 'node:buffer';
import { ipBytes } from '@ringfence/netlink';
import { macBytes, twoBytes } from './siege.ts';

/** ARP's message: who has which address, told to whom. What is behind it is nobody's. */
export function arp(
  operation: number,
  sender: { readonly mac: string; readonly address: string },
  target: string,
  mark: Buffer,
): Buffer {
  return Buffer.concat([
    Buffer.from('000108000604', 'hex'),
    twoBytes(operation),
    macBytes(sender.mac),
    ipBytes(sender.address),
    Buffer.alloc(6),
    ipBytes(target),
    mark,
  ]);
}

/** The option of neighbour discovery by which a hardware address is told: 1 of the sender, 2 of the one spoken of. */
export function linkOption(type: 1 | 2, mac: string): Buffer {
  return Buffer.concat([Buffer.from([type, 1]), macBytes(mac)]);
}
