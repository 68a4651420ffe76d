import { addBridge, addVeth, setLink } from '@ringfence/netlink';
import { interfaceName } from './interface-name.ts';
import { makeStation, noteCarrier, type Station } from './station.ts';

/** The cable and switch between nodes and the outside: a namespace with a bridge in it. */
export interface Fabric {
  /**
   * Gives a station an interface `eth0` that is plugged in; the key names the station.
   *
   * @returns the index of `eth0`.
   */
  plug(station: Station, key: string): number;
  close(): void;
}

/** Somebody who is plugged in: a node, or the outside. */
export interface Plugged {
  readonly station: Station;
  /** The index of `eth0`. */
  readonly uplink: number;
}

const SWITCH = 'fabric';

/** Makes a fabric that nobody is plugged into. */
export function makeFabric(): Fabric {
  const station = makeStation();
  addBridge(station.route, { name: SWITCH });
  const bridge = station.link(SWITCH);
  setLink(station.route, bridge, { up: true });
  return {
    plug(other, key) {
      const name = interfaceName('port', key);
      addVeth(station.route, { name, peer: { name: 'eth0', namespace: other.namespace } });
      setLink(station.route, station.link(name), { master: bridge, up: true });
      const link = other.link('eth0');
      setLink(other.route, link, { up: true });
      noteCarrier(other, 'eth0');
      noteCarrier(station, name);
      noteCarrier(station, SWITCH);
      return link;
    },
    close: station.close,
  };
}
