import { FAMILIES, type Family } from '@ringfence/core';
import type { Change, Expression } from '@ringfence/netlink';
import {
  addressRegisters,
  decide,
  FIRST,
  isIn,
  isType,
  loadAddress,
  loadPort,
  loadPortal,
  notFrom,
  notToLoopback,
  ofFamily,
} from './expressions.ts';
import {
  type LeadingMap,
  leadingMap,
  leadingName,
  type LeadingRole,
  setName,
  TABLE,
} from './service-sets.ts';

/** What leads clients to endpoints; for each role and family there is a chain with the role's name. */
export const LEADING_ROLES: readonly LeadingRole[] = ['portals', 'inner-node-ports', 'node-ports'];

/**
 * The rules that lead what comes to Services to their endpoints.
 *
 * Only elements of maps say where to, never rules. Chance needs the count of endpoints in a rule: for
 * each count that occurs there is a rule and a map, which has as many elements for each of its portals.
 * With a chain for each portal a change would take longer the more of them there are: after each
 * change of a rule or of a verdict the kernel walks through all chains of the table.
 */
export function leadingRules(uplinks: readonly string[]): readonly (readonly Expression[])[] {
  const rules = FAMILIES.flatMap((family) => rulesOf(family, uplinks));
  // Who looks just when a portal goes from one map to another may find it in neither of them.
  return [...rules, ...rules];
}

/** The map for portals with so many endpoints, and the rule that leads by it. */
export function leadingChanges(map: LeadingMap): readonly Change[] {
  const { role, family, count } = map;
  const keyRegisters = role === 'portals' ? addressRegisters(family) + 2 : 2;
  const chance = FIRST + keyRegisters;
  const address = chance + 1;
  const port = address + addressRegisters(family);
  const expressions: readonly Expression[] = [
    ...ofFamily(family),
    ...(role === 'portals' ? loadPortal(family) : loadPort()),
    { kind: 'numgen', type: 'random', modulus: count, offset: 0, destination: chance },
    { kind: 'map', set: leadingName(map), setId: 0, source: FIRST, destination: address },
    {
      kind: 'nat',
      type: 'dnat',
      family: family === 'IPv4' ? 'ip' : 'ip6',
      address: { min: address, max: address },
      port: { min: port, max: port },
      flags: [],
    },
  ];
  const chain = setName(role, family);
  return [
    { kind: 'addSet', set: leadingMap(map) },
    {
      kind: 'addRule',
      at: { kind: 'last' },
      rule: { family: TABLE.family, table: TABLE.name, chain, comment: '', expressions },
    },
  ];
}

function rulesOf(family: Family, uplinks: readonly string[]): readonly (readonly Expression[])[] {
  const own = ofFamily(family);
  const clusterAddress = [
    loadAddress('destination', family),
    isIn(setName('cluster-addresses', family)),
  ];
  // Packets to loopback addresses could not leave, and kube-proxy does not lead them either.
  const toNode = [...isType('destination', 'local'), ...notToLoopback(family)];
  const inside = uplinks.flatMap(notFrom);
  const jump = (role: LeadingRole): Expression =>
    decide({ kind: 'jump', chain: setName(role, family) });
  return [
    [...own, ...clusterAddress, jump('portals')],
    [...own, ...toNode, ...inside, jump('inner-node-ports')],
    [...own, ...toNode, jump('node-ports')],
  ];
}
