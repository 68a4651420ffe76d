import type { Change } from '@ringfence/netlink';
import { createElementClaims, type ElementClaim } from './element-claims.ts';
import { leadingChanges } from './leading.ts';
import type { ServicePortals } from './portal.ts';
import { planPortal } from './portal-plan.ts';
import { type LeadingMap, leadingName } from './service-sets.ts';

/** Changes that make of Services what they are now. */
export interface Writing {
  readonly changes: readonly Change[];
  /** The kernel has refused them: all is as before. */
  undo(): void;
}

/** Remembers what Services have in the kernel of a node, and tells what must become different. */
export function createServiceWriter(
  node: string,
): (services: readonly ServicePortals[]) => Writing {
  const held = new Map<string, readonly ElementClaim[]>();
  const claims = createElementClaims();
  /** Maps stay: others will have as many endpoints again. */
  const maps = new Set<string>();

  const put = (key: string, now: readonly ElementClaim[]): readonly Change[] => {
    if (now.length === 0) held.delete(key);
    else held.set(key, now);
    return claims.replace(key, now);
  };

  const makeMap = (map: LeadingMap, undo: (() => void)[]): readonly Change[] => {
    const name = leadingName(map);
    if (maps.has(name)) return [];
    maps.add(name);
    undo.push(() => maps.delete(name));
    return leadingChanges(map);
  };

  return (services) => {
    const undo: (() => void)[] = [];
    const changes = services.flatMap(({ key, portals }) => {
      const before = held.get(key) ?? [];
      undo.push(() => put(key, before));
      const plans = portals.map((portal) => planPortal(portal, { service: key, node }));
      return [
        ...plans.flatMap((plan) => plan.maps).flatMap((map) => makeMap(map, undo)),
        ...put(
          key,
          plans.flatMap((plan) => plan.claims),
        ),
      ];
    });
    return {
      changes,
      undo() {
        for (const each of undo.reverse()) each();
      },
    };
  };
}
