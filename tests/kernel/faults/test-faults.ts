import { missingPrivilege } from '@ringfence/netlink';
import { describe, test } from 'vitest';
import { type Fault, withstand } from './trial.ts';

/** A fault where it is tried: absent, where pods are routed. */
export type Tried = Omit<Fault, 'topology'> & { readonly on?: readonly Fault['topology'][] };

/** Makes a test of each fault in each topology. */
export function testFaults(group: string, faults: readonly Tried[]): void {
  const missing = missingPrivilege();
  const name = missing === undefined ? group : `${group} (skipped: ${missing})`;
  describe.skipIf(missing !== undefined)(name, () => {
    for (const { on = ROUTED, ...fault } of faults) {
      for (const topology of on) {
        test(`${fault.title}, ${topology}`, async () => await withstand({ ...fault, topology }));
      }
    }
  });
}

const ROUTED: readonly Fault['topology'][] = ['routed'];
/** Both topologies, for faults in which they could differ. */
export const BOTH: readonly Fault['topology'][] = ['routed', 'bridge'];
