import { NLM_F_CREATE, NLM_F_REPLACE } from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import type { NetlinkSocket } from '../socket.ts';
import { addLink, type NewLink } from './add-link.ts';
import { IFLA_PROTINFO, linkHeader, linkIndex } from './link-message.ts';
import { macBytes } from './mac-text.ts';
import {
  NDA_LLADDR,
  neighbourHeader,
  NTF_MASTER,
  NTF_STICKY,
  NUD_NOARP,
} from './neighbour-message.ts';
import { AF_BRIDGE, RTM_NEWNEIGH, RTM_SETLINK } from './rtnetlink.ts';

/** A switch; links become its ports by `master`. */
export interface NewBridge extends NewLink {
  /** Whether it learns who listens to which multicast group; true when absent, as in the kernel. */
  readonly multicastSnooping?: boolean;
}

/** How a bridge treats one of its ports; what is absent stays as it is. */
export interface BridgePort {
  /** Whether a frame may leave by the port that it came from. */
  readonly hairpin?: boolean;
  /** Whether the bridge remembers who sent from behind the port. */
  readonly learning?: boolean;
  /** Whether frames go only to and from ports that are not isolated. */
  readonly isolated?: boolean;
}

const IFLA_BR_MCAST_SNOOPING = 23;
const IFLA_BRPORT_MODE = 4;
const IFLA_BRPORT_LEARNING = 8;
const IFLA_BRPORT_ISOLATED = 33;

/**
 * Makes a bridge that takes no notice of VLANs: the kernel's default, which is not asked for, because
 * a kernel that cannot do otherwise refuses the question.
 */
export function addBridge(socket: NetlinkSocket, bridge: NewBridge): void {
  addLink(socket, { ...bridge, kind: 'bridge' }, (data) => {
    if (bridge.multicastSnooping !== undefined) {
      data.u8Attribute(IFLA_BR_MCAST_SNOOPING, Number(bridge.multicastSnooping));
    }
  });
}

/**
 * Changes how a bridge treats the port that a link is.
 *
 * @throws {KernelError} `EOPNOTSUPP` when the link is no port of a bridge.
 */
export function setBridgePort(socket: NetlinkSocket, index: number, port: BridgePort): void {
  const options = [
    [IFLA_BRPORT_MODE, port.hairpin],
    [IFLA_BRPORT_LEARNING, port.learning],
    [IFLA_BRPORT_ISOLATED, port.isolated],
  ] as const;
  const body = linkHeader(new Writer(), { family: AF_BRIDGE, index: linkIndex(index) });
  body.nest(IFLA_PROTINFO, (inside) => {
    for (const [type, value] of options) {
      if (value !== undefined) inside.u8Attribute(type, Number(value));
    }
  });
  socket.request(
    { type: RTM_SETLINK, flags: 0, body: body.bytes() },
    { operation: 'change bridge port', object: String(index) },
  );
}

/**
 * Tells a bridge for good which port a MAC address is behind: whoever else sends with it does not
 * move it. Goes with the port.
 */
export function fixBridgeAddress(
  socket: NetlinkSocket,
  { port, mac }: { readonly port: number; readonly mac: string },
): void {
  const body = neighbourHeader(new Writer(), {
    family: AF_BRIDGE,
    link: port,
    state: NUD_NOARP,
    flags: NTF_MASTER | NTF_STICKY,
  }).attribute(NDA_LLADDR, macBytes(mac));
  socket.request(
    { type: RTM_NEWNEIGH, flags: NLM_F_CREATE | NLM_F_REPLACE, body: body.bytes() },
    { operation: 'fix on a bridge', object: `${mac} behind port ${port}` },
  );
}
