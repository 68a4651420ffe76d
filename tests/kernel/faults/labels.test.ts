import { upsert } from '../flows/random-changes.ts';
import { MEMBERS, NAMESPACES, namespaceOf, podOf } from '../flows/cast.ts';
import { classOf, EVERYBODY, guardsFor, policyOf, portsOf } from './guard.ts';
import { BOTH, testFaults } from './test-faults.ts';
import type { Fault } from './trial.ts';

/** Some flows are always allowed, some never; the others by labels of pods, or of namespaces. */
const BY_LABEL: Fault['policies'] = [
  ...guardsFor(classOf(0)),
  ...NAMESPACES.flatMap((namespace) => [
    policyOf(namespace, 'by-app', {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: EVERYBODY, ports: portsOf(classOf(1)) }],
      egress: [{ ports: portsOf(classOf(1)) }],
    }),
    policyOf(namespace, 'by-team', {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { team: 'red' } } }],
          ports: portsOf(classOf(2)),
        },
      ],
      egress: [{ ports: portsOf(classOf(2)) }],
    }),
  ]),
];

/** So many are told one after the other; only then is waited. */
const FLIPS = 25;

const flips: Fault['round'] = async ({ tell, inForce, lab, traffic }, count) => {
  for (let flip = 0; flip < FLIPS; flip += 1) {
    const way = Math.floor((count * FLIPS + flip) / 6) % 2;
    const which = flip % 6;
    const member = MEMBERS[which];
    const namespace = NAMESPACES[which - MEMBERS.length];
    tell(`${count} ${flip}`, () => {
      if (member !== undefined) lab.apply([upsert(podOf(member, { app: way ? 'web' : 'db' }))]);
      else if (namespace !== undefined) {
        lab.apply([upsert(namespaceOf(namespace, way ? 'red' : 'blue'))]);
      }
    });
    // Sometimes several come together.
    if (flip % 3 > 0) await traffic.spoken(1);
  }
  await inForce();
  await traffic.spoken(4);
};

testFaults('labels', [
  {
    title: 'labels of pods and namespaces flip, a hundred a second and more',
    on: BOTH,
    policies: BY_LABEL,
    packets: 60_000,
    rounds: 20,
    round: flips,
  },
]);
