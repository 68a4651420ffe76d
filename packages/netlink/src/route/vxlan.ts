import type { NetlinkSocket } from '../socket.ts';
import { addLink, type NewLink } from './add-link.ts';
import { ipBytes, ipFamily } from '../ip-text.ts';

/** A tunnel that carries Ethernet frames in UDP. */
export interface NewVxlan extends NewLink {
  /** The number that tells tunnels apart on the wire, 0..16777215. */
  readonly vni: number;
  /** The UDP port on all machines. */
  readonly port: number;
  /** The address that packets are sent from; it decides the family. */
  readonly local?: string;
  /** The link that packets are sent by; the routes decide when absent. */
  readonly link?: number;
  /** Whether arriving packets tell where a MAC address is; otherwise only `addForwarding` does. */
  readonly learning: boolean;
}

const IFLA_VXLAN_ID = 1;
const IFLA_VXLAN_LINK = 3;
const IFLA_VXLAN_LOCAL = 4;
const IFLA_VXLAN_LEARNING = 7;
const IFLA_VXLAN_PORT = 15;
const IFLA_VXLAN_LOCAL6 = 17;

/**
 * Makes a VXLAN.
 *
 * @throws {KernelError} `EEXIST` when its name is taken, or there is another VXLAN with the same
 *   number and port.
 */
export function addVxlan(socket: NetlinkSocket, vxlan: NewVxlan): void {
  const { vni, port, local, link, learning } = vxlan;
  addLink(socket, { ...vxlan, kind: 'vxlan' }, (data) => {
    data.u32Attribute(IFLA_VXLAN_ID, vni).u16BEAttribute(IFLA_VXLAN_PORT, port);
    data.u8Attribute(IFLA_VXLAN_LEARNING, Number(learning));
    if (link !== undefined) data.u32Attribute(IFLA_VXLAN_LINK, link);
    if (local !== undefined) {
      const type = ipFamily(local) === 'IPv4' ? IFLA_VXLAN_LOCAL : IFLA_VXLAN_LOCAL6;
      data.attribute(type, ipBytes(local));
    }
  });
}
