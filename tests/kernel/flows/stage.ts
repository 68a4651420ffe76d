import type { KubernetesObject } from '@ringfence/core';
import { type EnforcedLab, makeEnforcedLab } from '../enforced-lab.ts';
import { FLOWS, MEMBERS, NAMESPACES, namespaceOf, podOf, servicesOf } from './cast.ts';
import { openFlow } from './open-flows.ts';
import { listenOutside } from './outside.ts';
import { type Places, placesOf } from './places.ts';
import { upsert } from './random-changes.ts';
import { startTraffic, type Traffic } from './traffic.ts';

/** A lab with pods of two namespaces on two nodes. */
export interface Stage extends EnforcedLab {
  readonly places: Places;
  /** Makes all long conversations begin. */
  converse(options: { readonly everyMs: number }): Promise<Traffic>;
  /** What the lab and its agents complained of. */
  complaints(): readonly string[];
}

/** Makes the lab, and policies in it. */
export async function setUp(
  topology: 'routed' | 'bridge',
  policies: readonly KubernetesObject[] = [],
): Promise<Stage> {
  const enforced = makeEnforcedLab({ topology, nodes: 2 });
  const { lab, settled, problems } = enforced;
  const objects = [
    ...NAMESPACES.map((name) => namespaceOf(name, 'red')),
    ...policies,
    ...MEMBERS.map((member) => podOf(member, { app: 'web' })),
    ...servicesOf(FLOWS, { leads: false }),
  ];
  lab.apply(objects.map(upsert));
  await settled();
  const places = placesOf(enforced);
  listenOutside(places.at({ kind: 'outside' }));
  return {
    ...enforced,
    places,
    async converse(options) {
      const traffic = startTraffic(options);
      const wires = FLOWS.map((flow) => openFlow(flow, places, lab.cluster));
      lab.apply(servicesOf(FLOWS, { leads: true }).map(upsert));
      await settled();
      await traffic.open(wires);
      return traffic;
    },
    // Whoever answers in the lab's own name finds the ports of the conversations taken.
    complaints: () => problems.filter((each) => !each.includes('EADDRINUSE')),
    async close() {
      places.close();
      await enforced.close();
    },
  };
}
