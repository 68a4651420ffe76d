import { Buffer } from 'node:buffer';
import type { Family } from '@ringfence/core';
import type { ElementClaim } from './element-claims.ts';
import { addressBytes, hostNumber } from './expressions.ts';
import type { Portal, PortalEndpoint } from './portal.ts';
import {
  endpointBytes,
  joined,
  type LeadingMap,
  leadingName,
  type LeadingRole,
  portKey,
  referenceTo,
  setName,
  type SetRole,
  setOf,
} from './service-sets.ts';

/** What a portal is on one node. */
export interface PortalPlan {
  /** The maps that lead its clients: they must be there. */
  readonly maps: readonly LeadingMap[];
  readonly claims: readonly ElementClaim[];
}

/** The most bytes that a comment may have. */
const LONGEST_COMMENT = 128;

/** The endpoints to which a portal's cluster address leads on a node. */
export function internalEndpoints(
  { endpoints, internalPolicy }: Portal,
  node: string,
): readonly PortalEndpoint[] {
  return internalPolicy === 'Cluster' ? endpoints : localOnes(endpoints, node);
}

/** Plans a portal of a Service for one node. */
export function planPortal(
  portal: Portal,
  { service, node }: { readonly service: string; readonly node: string },
): PortalPlan {
  const comment = `${service} ${portal.protocol} ${portal.port}`.slice(0, LONGEST_COMMENT);
  const ways = { comment, internal: internalEndpoints(portal, node), node };
  const parts = [planInternal(portal, ways), planExternal(portal, ways)];
  return {
    maps: parts.flatMap(({ maps }) => maps),
    claims: [...parts.flatMap(({ claims }) => claims), ...hairpins(portal)],
  };
}

interface Ways {
  readonly comment: string;
  readonly internal: readonly PortalEndpoint[];
  readonly node: string;
}

/** What comes to the cluster address. */
function planInternal(portal: Portal, { comment, internal }: Ways): PortalPlan {
  const { protocol, address, port, endpoints } = portal;
  const { family } = address;
  const own = addressBytes(address);
  const key = joined(own, portKey(protocol, port));
  const known = presence({ role: 'cluster-addresses', family, key: own });
  if (internal.length > 0) {
    const led = lead({ role: 'portals', family, key, comment }, internal);
    return { maps: led.maps, claims: [known, ...led.claims] };
  }
  // Where there are endpoints elsewhere, kube-proxy drops and does not refuse.
  const closed = endpoints.length === 0 ? [] : [presence({ role: 'closed-portals', family, key })];
  return { maps: [], claims: [known, ...closed] };
}

/** What comes to the node port. */
function planExternal(portal: Portal, { comment, node }: Ways): PortalPlan {
  const { protocol, nodePort, externalPolicy, endpoints } = portal;
  const { family } = portal.address;
  if (nodePort === 0) return { maps: [], claims: [] };
  const key = portKey(protocol, nodePort);
  const closed = (role: SetRole): PortalPlan => ({
    maps: [],
    claims: [presence({ role, family, key })],
  });
  const to = (role: LeadingRole, some: readonly PortalEndpoint[]): PortalPlan =>
    lead({ role, family, key, comment }, some);
  if (endpoints.length === 0) return closed('refused-node-ports');
  if (externalPolicy === 'Cluster') {
    return both(to('node-ports', endpoints), closed('masqueraded-node-ports'));
  }
  // This node and its pods do not come from outside: for them it is as the cluster address.
  const inner = to('inner-node-ports', endpoints);
  const local = localOnes(endpoints, node);
  return both(inner, local.length === 0 ? closed('closed-node-ports') : to('node-ports', local));
}

function both(one: PortalPlan, other: PortalPlan): PortalPlan {
  return { maps: [...one.maps, ...other.maps], claims: [...one.claims, ...other.claims] };
}

/** Leads to one of some endpoints. */
function lead(
  {
    role,
    family,
    key,
    comment,
  }: {
    readonly role: LeadingRole;
    readonly family: Family;
    readonly key: Uint8Array;
    readonly comment: string;
  },
  endpoints: readonly PortalEndpoint[],
): PortalPlan {
  const map: LeadingMap = { role, family, count: endpoints.length };
  const set = referenceTo(leadingName(map));
  const elements = endpoints.map(({ address, port }, index) => ({
    set,
    element: {
      key: joined(key, hostNumber(index)),
      data: endpointBytes(address, port),
      comment,
    },
  }));
  return { maps: [map], claims: [{ name: `${setName(role, family)} ${hex(key)}`, elements }] };
}

/** Claims that a set has a key. */
function presence({
  role,
  family,
  key,
}: {
  readonly role: SetRole;
  readonly family: Family;
  readonly key: Uint8Array;
}): ElementClaim {
  const set = setOf(role, family);
  return { name: `${set.name} ${hex(key)}`, elements: [{ set, element: { key } }] };
}

/** Whoever reaches itself must not see its own address as the client's: it would answer past us. */
function hairpins({ endpoints }: Portal): readonly ElementClaim[] {
  return endpoints.map(({ address }) => {
    const own = addressBytes(address);
    return presence({ role: 'hairpins', family: address.family, key: joined(own, own) });
  });
}

function localOnes(endpoints: readonly PortalEndpoint[], node: string): readonly PortalEndpoint[] {
  return endpoints.filter((endpoint) => endpoint.node === node);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
