import {
  ALL_TRAFFIC,
  intersectPorts,
  NO_TRAFFIC,
  type PortSet,
  portSetKey,
  subtractPorts,
  unionPorts,
} from '../sets/port-set.ts';

/** What may be sent. Equal allowances of one analysis are one object. */
export interface Allowance {
  readonly allowed: PortSet;
  /** What depends on an address that an end does not have yet; nothing of it is in `allowed`. */
  readonly unknown: PortSet;
}

/** Everything that one analysis allows, by number: what is asked for every pair must be cheap. */
export interface Allowances {
  /** Makes equal sets of ports one object. */
  readonly internPorts: (ports: PortSet) => PortSet;
  numberOf(allowance: Allowance): number;
  at(number: number): Allowance;
  /** What both of two directions allow. */
  both(egress: number, ingress: number): number;
}

/** The number of the allowance of nothing, and of everything. */
export const NOTHING = 0;
export const EVERYTHING = 1;

/** Makes a collection that holds `NOTHING` and `EVERYTHING`. */
export function createAllowances(): Allowances {
  const ports = new Map<string, PortSet>();
  const numbers = new Map<string, number>();
  const all: Allowance[] = [];
  /** By the first number, then by the second. */
  const pairs: (number | undefined)[][] = [];

  const internPorts = (set: PortSet): PortSet => {
    const key = portSetKey(set);
    const known = ports.get(key);
    if (known === undefined) ports.set(key, set);
    return known ?? set;
  };
  const numberOf = ({ allowed, unknown }: Allowance): number => {
    const key = `${portSetKey(allowed)}?${portSetKey(unknown)}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, all.length);
    all.push({ allowed: internPorts(allowed), unknown: internPorts(unknown) });
    return all.length - 1;
  };
  const at = (number: number): Allowance => {
    const allowance = all[number];
    if (allowance === undefined) throw new Error(`no allowance ${number}`);
    return allowance;
  };
  const combine = (egress: Allowance, ingress: Allowance): number => {
    const allowed = intersectPorts(egress.allowed, ingress.allowed);
    const possible = intersectPorts(
      unionPorts(egress.allowed, egress.unknown),
      unionPorts(ingress.allowed, ingress.unknown),
    );
    return numberOf({ allowed, unknown: subtractPorts(possible, allowed) });
  };

  numberOf({ allowed: NO_TRAFFIC, unknown: NO_TRAFFIC });
  numberOf({ allowed: ALL_TRAFFIC, unknown: NO_TRAFFIC });
  return {
    internPorts,
    numberOf,
    at,
    both(egress, ingress) {
      if (egress === ingress || ingress === EVERYTHING) return egress;
      if (egress === EVERYTHING) return ingress;
      if (egress === NOTHING || ingress === NOTHING) return NOTHING;
      const row = (pairs[egress] ??= []);
      return (row[ingress] ??= combine(at(egress), at(ingress)));
    },
  };
}
