import { addAddress, addRoute, addRule, type IpPrefix } from '@ringfence/netlink';
import { catchAll } from './catch-all.ts';
import type { Fabric } from './fabric.ts';
import {
  addHostRoute,
  addRangeRoute,
  deleteHostRoute,
  EVERYTHING,
  type HostAddress,
  makeStation,
  type Station,
} from './station.ts';
import { setSysctls } from './sysctl.ts';

/** Where nodes send what they do not know: link-local, so that no manifest can mean it. */
export const OUTSIDE_GATEWAY: readonly HostAddress[] = [
  { family: 'IPv4', address: '169.254.254.254' },
  { family: 'IPv6', address: 'fe80::fe:fe' },
];

/**
 * Everything that is no pod, node or Service: one namespace to which every address leads. Whoever
 * listens there on `CATCH_ALL_PORT` answers for all of them, on every port; sockets that are
 * `foreign` send from any of them.
 */
export interface Outside {
  readonly station: Station;
  /** Learns where an address of a node is, or of a pod by its node's address. */
  learn(address: HostAddress, via?: string): void;
  /** Learns that all of a range is behind a node. */
  learnRange(range: IpPrefix, via: string): void;
  /** Forgets a pod that is no more. */
  forget(address: HostAddress): void;
  close(): void;
}

/** What comes to a global address cannot be led to one that is only valid on the link. */
const OWN_ADDRESS = { address: 'fdfe:fe:fe::fe', prefix: 128 } as const;

/** The table that is asked last: what is known to be inside comes before it. */
const RT_TABLE_DEFAULT = 253;
const LAST_PRIORITY = 32_767;

/** Makes the outside and plugs it in. */
export function makeOutside(fabric: Fabric): Outside {
  const station = makeStation();
  setSysctls(station.namespace, {
    'ipv6/conf/default/accept_dad': '0',
    'ipv6/conf/all/accept_dad': '0',
  });
  fabric.plug(station, 'outside');
  const [link, loopback] = [station.link('eth0'), station.link('lo')];
  for (const { family, address } of OUTSIDE_GATEWAY) {
    const prefix = family === 'IPv4' ? 32 : 64;
    addAddress(station.route, { link, address, prefix, noDad: true });
    addRoute(station.route, {
      kind: 'local',
      destination: EVERYTHING[family],
      link: loopback,
      table: RT_TABLE_DEFAULT,
    });
  }
  addAddress(station.route, { link, ...OWN_ADDRESS, noDad: true });
  catchAll(station);
  // IPv4 has such a rule from the beginning.
  addRule(station.route, { family: 'IPv6', priority: LAST_PRIORITY, table: RT_TABLE_DEFAULT });
  return {
    station,
    learn(address, gateway) {
      addHostRoute(station, address, gateway === undefined ? { link } : { link, gateway });
    },
    learnRange: (range, gateway) => addRangeRoute(station, range, { link, gateway }),
    forget: (address) => deleteHostRoute(station, address),
    close: station.close,
  };
}
