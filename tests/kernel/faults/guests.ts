import type { Change, KubernetesObject, Pod } from '@ringfence/core';
import { type Member, NAMESPACES, PATHS, podOf } from '../flows/cast.ts';
import { pathsOf } from '../flows/come-and-be-judged.ts';
import { type Flow, flowsOn } from '../flows/flow.ts';
import { guardsFor, policyOf, portsOf } from './guard.ts';
import type { Fault, Trial } from './trial.ts';

/** Pods that come and go, beside those that stay. */
export const GUESTS = [
  { namespace: 'one', name: 'e', node: 'node-1' },
  { namespace: 'one', name: 'f', node: 'node-2' },
] as const satisfies readonly Member[];

/** First packets between them and everybody who stays, and between some who stay. */
const GUEST_FLOWS: readonly Flow[] = flowsOn(
  [...GUESTS.flatMap((guest) => pathsOf(guest)), ...PATHS.slice(0, 3)],
  ({ fresh }) => fresh,
);

/** Each path has flows of every class. */
const ofClass = (which: number): readonly Flow[] =>
  GUEST_FLOWS.filter(({ id }) => (id + Math.floor(id / 4)) % 4 === which);

/** What a guest is labelled with: some flows are allowed to all of them, some to the trusted alone. */
export type Role = 'trusted' | 'stranger';

/** What a guest may, and who lets it in, goes by its role; half of its flows are denied in any. */
const GUEST_POLICIES: readonly KubernetesObject[] = [
  ...guardsFor(ofClass(0)),
  policyOf('one', 'trusted', {
    podSelector: { matchLabels: { role: 'trusted' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ ports: portsOf(ofClass(1)) }],
    egress: [{ ports: portsOf(ofClass(1)) }],
  }),
  ...NAMESPACES.map((namespace) =>
    policyOf(namespace, 'for-trusted', {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [trusted()], ports: portsOf(ofClass(1)) }],
      egress: [{ to: [trusted()], ports: portsOf(ofClass(1)) }],
    }),
  ),
];

function trusted(): object {
  return { namespaceSelector: {}, podSelector: { matchLabels: { role: 'trusted' } } };
}

/** A guest in its role. */
export function guestOf(
  member: Member,
  role: Role,
  otherwise: Partial<Pick<Pod, 'finished' | 'terminating' | 'hostNetwork' | 'createdAt'>> = {},
): KubernetesObject {
  const object = podOf(member, { app: 'guest', role });
  if (object.kind !== 'Pod') throw new Error(`${member.name} is no pod`);
  return { ...object, ...otherwise };
}

/** Changes the network first: an API server tells of an address once its pod has it. */
export function plugFirst({ keepSilent, lab }: Trial, changes: readonly Change[]): void {
  const speak = keepSilent();
  lab.apply(changes);
  speak();
}

/** That a guest is gone. */
export function goneOf({ namespace, name }: Pick<Member, 'namespace' | 'name'>): Change {
  return { kind: 'delete', ref: { kind: 'Pod', namespace, name } };
}

/** Each role in turn. */
export function roleAt(count: number): Role {
  return count % 2 === 0 ? 'trusted' : 'stranger';
}

/** What faults of pods that come and go have in common. */
export const GUEST_WORLD = {
  policies: GUEST_POLICIES,
  flows: GUEST_FLOWS,
  pace: { everyMs: 8 },
  packets: 40_000,
  rounds: 20,
} as const satisfies Partial<Fault>;
