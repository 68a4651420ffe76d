import { addAddress, addRoute, addRule } from '@ringfence/netlink';
import { catchAll } from './catch-all.ts';
import type { Fabric, Plugged } from './fabric.ts';
import type { NamespaceNames } from './namespace-names.ts';
import { EVERYTHING, type HostAddress, makeStation } from './station.ts';

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
export interface Outside extends Plugged {
  /** The name of its network namespace for `ip netns`; `undefined` where none are named. */
  readonly netns: string | undefined;
  close(): void;
}

/** What comes to a global address cannot be led to one that is only valid on the link. */
const OWN_ADDRESS = { address: 'fdfe:fe:fe::fe', prefix: 128 } as const;

/** The table that is asked last: what is known to be inside comes before it. */
const RT_TABLE_DEFAULT = 253;
const LAST_PRIORITY = 32_767;

/** Makes the outside and plugs it in. */
export function makeOutside(fabric: Fabric, names: NamespaceNames): Outside {
  const station = makeStation();
  const uplink = fabric.plug(station, 'outside');
  const loopback = station.link('lo');
  for (const { family, address } of OUTSIDE_GATEWAY) {
    const prefix = family === 'IPv4' ? 32 : 64;
    addAddress(station.route, { link: uplink, address, prefix, noDad: true });
    addRoute(station.route, {
      kind: 'local',
      destination: EVERYTHING[family],
      link: loopback,
      table: RT_TABLE_DEFAULT,
    });
  }
  addAddress(station.route, { link: uplink, ...OWN_ADDRESS, noDad: true });
  catchAll(station);
  // IPv4 has such a rule from the beginning.
  addRule(station.route, { family: 'IPv6', priority: LAST_PRIORITY, table: RT_TABLE_DEFAULT });
  const netns = names.give(station.namespace, { kind: 'outside' });
  return {
    station,
    uplink,
    netns,
    close() {
      names.take(netns);
      station.close();
    },
  };
}
