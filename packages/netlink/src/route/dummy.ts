import type { NetlinkSocket } from '../socket.ts';
import { addLink, type NewLink } from './add-link.ts';

/**
 * Makes a link that swallows what is sent to it: a place for addresses.
 *
 * @throws {KernelError} `EOPNOTSUPP` where the kernel was built without them.
 */
export function addDummy(socket: NetlinkSocket, dummy: NewLink): void {
  addLink(socket, { ...dummy, kind: 'dummy' });
}
