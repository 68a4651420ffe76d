import type { KubernetesObject } from '@ringfence/core';
import { type EnforcedLab, type EnforcedLabOptions, makeEnforcedLab } from '../enforced-lab.ts';
import { FLOWS, MEMBERS, NAMESPACES, namespaceOf, podOf, servicesOf } from './cast.ts';
import { type Flow, isOpen } from './flow.ts';
import { openFlow, probeOf } from './open-flows.ts';
import { listenOutside } from './outside.ts';
import { type Places, placesOf } from './places.ts';
import { upsert } from './random-changes.ts';
import { type Pace, startTraffic, type Traffic } from './traffic.ts';

/** A lab with pods of two namespaces on two nodes. */
export interface Stage extends EnforcedLab {
  readonly places: Places;
  /** Makes all flows begin: conversations, and first packets. */
  converse(pace: Pace): Promise<Traffic>;
  /** What the lab and its agents complained of. */
  complaints(): readonly string[];
}

export interface StageOptions extends Pick<EnforcedLabOptions, 'agent'> {
  /** Absent: long conversations on every path. */
  readonly flows?: readonly Flow[];
  /** Absent: agents are in this process. */
  readonly make?: (options: Pick<EnforcedLabOptions, 'topology'>) => Promise<EnforcedLab>;
}

/** Makes the lab, and policies in it. */
export async function setUp(
  topology: 'routed' | 'bridge',
  policies: readonly KubernetesObject[] = [],
  { flows = FLOWS, make, ...options }: StageOptions = {},
): Promise<Stage> {
  const enforced =
    make === undefined
      ? makeEnforcedLab({ topology, nodes: 2, ...options })
      : await make({ topology });
  const { lab, settled, problems } = enforced;
  const objects = [
    ...NAMESPACES.map((name) => namespaceOf(name, 'red')),
    ...policies,
    ...MEMBERS.map((member) => podOf(member, { app: 'web' })),
    ...servicesOf(flows, { leads: false }),
  ];
  lab.apply(objects.map(upsert));
  await settled();
  const places = placesOf(enforced);
  listenOutside(places.at({ kind: 'outside' }));
  return {
    ...enforced,
    places,
    async converse(pace) {
      const traffic = startTraffic(pace);
      const probes = flows.filter((flow) => flow.fresh && isOpen(flow, lab.cluster));
      const talks = flows.filter(({ fresh }) => !fresh);
      const wires = talks.map((flow) => openFlow(flow, places, lab.cluster));
      await traffic.probe(probes.map((flow) => probeOf(flow, places, lab.cluster)));
      lab.apply(servicesOf(flows, { leads: true }).map(upsert));
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
