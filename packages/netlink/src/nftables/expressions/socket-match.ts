import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField } from '../fields.ts';
import { nameOf, numberOf } from '../names.ts';
import { type Register, registerField, writeRegister } from '../register.ts';

/** What is asked about a socket. */
const SOCKET_KEYS = ['transparent', 'mark', 'wildcard', 'cgroupv2'] as const;

/** Loads something about the socket that the packet belongs to. */
export interface SocketMatch {
  readonly kind: 'socket';
  readonly key: (typeof SOCKET_KEYS)[number];
  /** For `cgroupv2`: which ancestor of the socket's group. Else 0. */
  readonly level: number;
  readonly destination: Register;
}

const NFTA_SOCKET_KEY = 1;
const NFTA_SOCKET_DREG = 2;
const NFTA_SOCKET_LEVEL = 3;

/** Writes the attributes. */
export function writeSocketMatch(into: Writer, { key, level, destination }: SocketMatch): void {
  into.u32BEAttribute(NFTA_SOCKET_KEY, numberOf(SOCKET_KEYS, key));
  writeRegister(into, NFTA_SOCKET_DREG, destination);
  if (key === 'cgroupv2') into.u32BEAttribute(NFTA_SOCKET_LEVEL, level);
}

/** Reads the attributes. */
export function readSocketMatch(fields: Fields): SocketMatch | undefined {
  const key = nameOf(SOCKET_KEYS, numberField(fields, NFTA_SOCKET_KEY));
  if (key === undefined) return undefined;
  const level = numberField(fields, NFTA_SOCKET_LEVEL, 0);
  return { kind: 'socket', key, level, destination: registerField(fields, NFTA_SOCKET_DREG) };
}
