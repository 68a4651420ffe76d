import type { ClusterPod, Direction, IpAddress } from '@ringfence/core';
import { directionSet, familySet } from '../ruleset/names.ts';
import type { Element } from '../ruleset/ruleset.ts';
import { type FamilyCase, podEnd, type SubjectCase } from './family-case.ts';
import type { Address } from './kernel-family.ts';
import type { Meanings } from './meaning.ts';
import type { PodAddress, PodGroup, Stray } from './peer-groups.ts';
import type { ElementDifference } from './proof.ts';
import { proveItself } from './prove-itself.ts';
import { noteIdleElements, proveForeignSubjects } from './prove-rows.ts';
import { proveSubject } from './prove-subject.ts';

const DIRECTIONS: readonly Direction[] = ['egress', 'ingress'];

/** Compares all verdicts of one family of addresses; tells how many subjects there were. */
export function proveFamily(
  of: FamilyCase,
  pods: readonly ClusterPod[],
  meanings: Meanings,
): number {
  const locals = localAddresses(of, pods);
  const wrong = new Set<PodGroup | Stray>();
  const caseOf = (local: PodAddress, direction: Direction): SubjectCase => {
    const meaning = meanings(local.pod, direction, of.family);
    return { ...of, ...local, direction, meaning };
  };
  for (const direction of DIRECTIONS) {
    for (const local of locals.values()) {
      const subject = caseOf(local, direction);
      const proof = proveSubject(subject);
      for (const each of proof.wrong) wrong.add(each);
      tellSubject(subject, proof.isDifferent);
    }
    proveForeignSubjects(of, direction, locals);
  }
  proveItself(of, locals, (address, direction) => {
    const local = locals.get(address);
    return local && caseOf(local, direction);
  });
  tellPeers(of, wrong);
  noteIdleElements(of);
  return locals.size * DIRECTIONS.length;
}

function localAddresses(
  { family }: FamilyCase,
  pods: readonly ClusterPod[],
): ReadonlyMap<Address, PodAddress> {
  return new Map(
    pods.flatMap((pod) =>
      pod.addresses.flatMap((address): (readonly [Address, PodAddress])[] =>
        address.family === family ? [[address.value, { pod, address }]] : [],
      ),
    ),
  );
}

/** Notes a subject that is missing or too many. */
function tellSubject(of: SubjectCase, isDifferent: boolean): void {
  const { kernel, direction, family, address, meaning, pod } = of;
  const set = directionSet('subjects', direction, family);
  const isThere = kernel.sides[direction].subjects.has(address.value);
  if (isThere === meaning.decides) return;
  const is = isThere ? 'extra' : 'missing';
  const { pod: name } = podEnd(pod, address);
  const means = isThere ? `no policy decides ${direction} of ${name}` : `${name} is open`;
  tell(of, { set, is, element: plain(address.value), means }, isDifferent);
}

/** Notes elements by which the kernel takes peers for what they are not. */
function tellPeers(of: FamilyCase, wrong: ReadonlySet<PodGroup | Stray>): void {
  const { groups, kernel, family } = of;
  const set = familySet('identities', family);
  for (const group of groups.unknown) {
    for (const address of group.addresses) {
      const means = `${nameAt(of, address)} is taken for an address outside`;
      const element = { ...plain(address.value), identity: groups.numberOf(group.class) };
      tell(of, { set, is: 'missing', element, means }, of.tunnels || wrong.has(group));
    }
  }
  for (const stray of groups.strays) {
    const element = kernel.identities.get(stray.address.value);
    if (element === undefined) continue;
    const matters = of.tunnels || wrong.has(stray);
    tell(of, { set, is: 'extra', element, means: 'no pod has this address' }, matters);
  }
  for (const group of wrong) {
    if ('address' in group || group.place.path === 'outside') continue;
    const most = groups.numberOf(group.class);
    if (most === undefined || most === group.place.number) continue;
    for (const address of group.addresses) {
      const element = kernel.identities.get(address.value);
      const means = `${nameAt(of, address)} is taken for another kind of pod`;
      if (element !== undefined) tell(of, { set, is: 'other', element, means }, true);
    }
  }
}

function nameAt({ groups }: FamilyCase, address: IpAddress): string {
  const pod = groups.podAt(address.value);
  return pod === undefined ? '' : podEnd(pod, address).pod;
}

function tell(
  { findings, words }: FamilyCase,
  difference: Pick<ElementDifference, 'set' | 'is' | 'means'> & { readonly element: Element },
  matters: boolean,
): void {
  const text = words(difference.set, difference.element);
  const told = { kind: 'element', ...difference, element: text } as const;
  if (matters) findings.add(told);
  else findings.addHarmless(told);
}

function plain(value: Address): Element {
  return { key: [value], identity: undefined, comment: '' };
}
