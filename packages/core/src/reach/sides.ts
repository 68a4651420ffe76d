import type { PeerFacts } from '../cluster/compiled.ts';
import type { SubjectClass } from '../cluster/model.ts';
import type { PortNames } from '../cluster/port-names.ts';
import { firstStage } from '../cluster/subject-class.ts';
import type { Direction } from '../policy/policy.ts';
import {
  ALL_TRAFFIC,
  intersectPorts,
  isNoTraffic,
  NO_TRAFFIC,
  type PortSet,
  portSetKey,
} from '../sets/port-set.ts';
import { type Allowance, type DirectionAnswers, directionAnswers } from './direction.ts';

/** An end in one family, as far as policies see it. Ends that look alike share one side. */
export interface Side {
  readonly id: number;
  /** `undefined` outside the cluster. */
  readonly subject: SubjectClass | undefined;
  readonly facts: PeerFacts;
  readonly names: PortNames | undefined;
}

/** Everything that one side may send to another; each direction of a pair is worked out once. */
export type SideAnswers = (from: Side, to: Side) => PortSet | undefined;

/** Makes an empty memory of answers. */
export function createSideAnswers(): SideAnswers {
  const sets = new Map([NO_TRAFFIC, ALL_TRAFFIC].map((set) => [portSetKey(set), set]));
  const intern = (set: PortSet): PortSet => {
    const key = portSetKey(set);
    const known = sets.get(key);
    if (known === undefined) sets.set(key, set);
    return known ?? set;
  };
  const solvers = {
    egress: new Map<SubjectClass, DirectionAnswers>(),
    ingress: new Map<SubjectClass, DirectionAnswers>(),
  };
  const solverOf = (subject: SubjectClass, direction: Direction): DirectionAnswers => {
    const known = solvers[direction].get(subject);
    if (known !== undefined) return known;
    const made = directionAnswers(firstStage(subject, direction), intern);
    solvers[direction].set(subject, made);
    return made;
  };
  const inDirection = (subject: Side, direction: Direction, peer: Side): Allowance => {
    if (subject.subject === undefined) return ALL_TRAFFIC;
    const names = direction === 'egress' ? peer.names : subject.names;
    return solverOf(subject.subject, direction)(peer.facts, names);
  };
  const rows = new Map<number, (PortSet | undefined)[]>();
  return (from, to) => {
    let row = rows.get(from.id);
    if (row === undefined) rows.set(from.id, (row = []));
    if (to.id in row) return row[to.id];
    const egress = inDirection(from, 'egress', to);
    const allowed =
      egress !== undefined && isNoTraffic(egress)
        ? NO_TRAFFIC
        : both(egress, inDirection(to, 'ingress', from), intern);
    row[to.id] = allowed;
    return allowed;
  };
}

/** What both directions allow; a direction that allows nothing settles it. */
function both(
  egress: Allowance,
  ingress: Allowance,
  intern: (set: PortSet) => PortSet,
): PortSet | undefined {
  if (ingress !== undefined && isNoTraffic(ingress)) return NO_TRAFFIC;
  if (egress === undefined || ingress === undefined) return undefined;
  if (egress === ingress || ingress === ALL_TRAFFIC) return egress;
  return egress === ALL_TRAFFIC ? ingress : intern(intersectPorts(egress, ingress));
}
