import type { Cluster } from '../cluster/cluster.ts';
import type { Traffic } from '../cluster/compiled.ts';
import { namesOf, NO_NAMES } from '../cluster/port-names.ts';
import type { Family } from '../sets/address.ts';
import { unreachable } from '../unreachable.ts';
import type { Connection } from './connection.ts';
import { decide } from './decide.ts';
import { commonFamilies, type End, resolveEnds } from './ends.ts';
import type { Evaluation, Finding, Verdict } from './finding.ts';

/**
 * Decides whether a connection may be made: the source's egress and the destination's ingress must
 * both allow it. Replies need no decision of their own.
 *
 * Total, and exact: where the answer depends on an address that an end does not have (yet), it is
 * `unknown`; where every address would give the same answer, that is the answer.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
 */
export function evaluate(cluster: Cluster, connection: Connection): Evaluation {
  if (connection.family !== 'any') return evaluateIn(cluster, connection, connection.family);
  const families = commonFamilies(cluster, connection);
  if (families === undefined) return evaluateIn(cluster, connection, undefined);
  const answers = families.map((family) => evaluateIn(cluster, connection, family));
  const [first] = answers;
  if (first === undefined) return unknown('noAddress');
  const agreed = answers.every(({ verdict }) => verdict === first.verdict);
  return agreed ? first : unknown('noAddress');
}

/** The verdict that a finding gives its direction. */
export function verdictOf(finding: Finding): Verdict {
  switch (finding.kind) {
    case 'notSubject':
    case 'self':
    case 'ownNode':
    case 'notIsolated':
    case 'allowed':
      return 'allow';
    case 'denied':
      return 'deny';
    case 'decidedByTier':
      return finding.action === 'Accept' ? 'allow' : 'deny';
    case 'unknown':
      return 'unknown';
    default:
      return unreachable(finding);
  }
}

/** Decides in one family; `undefined` where no end has an address in any. */
export function evaluateIn(
  cluster: Cluster,
  connection: Connection,
  family: Family | undefined,
): Evaluation {
  const { from, to } = resolveEnds(cluster, connection, family);
  if (from.kind === 'missing') return unknown(from.reason);
  if (to.kind === 'missing') return unknown(to.reason);
  const traffic = trafficTo(to, connection);
  const egress = decide({
    cluster,
    connection,
    direction: 'egress',
    subject: from,
    peer: to,
    traffic,
  });
  const ingress = decide({
    cluster,
    connection,
    direction: 'ingress',
    subject: to,
    peer: from,
    traffic,
  });
  return { verdict: both(verdictOf(egress), verdictOf(ingress)), egress, ingress };
}

/** The traffic as rules see it: names of ports are the destination pod's own. */
export function trafficTo(
  to: End,
  { protocol, port }: Pick<Connection, 'protocol' | 'port'>,
): Traffic {
  return {
    protocol,
    port,
    names: to.kind === 'pod' ? namesOf(to.pod.class.portNames, protocol, port) : NO_NAMES,
  };
}

function both(egress: Verdict, ingress: Verdict): Verdict {
  if (egress === 'deny' || ingress === 'deny') return 'deny';
  return egress === 'unknown' || ingress === 'unknown' ? 'unknown' : 'allow';
}

function unknown(reason: 'noAddress' | 'noSuchPod' | 'noSuchNode'): Evaluation {
  const finding: Finding = { kind: 'unknown', reason };
  return { verdict: 'unknown', egress: finding, ingress: finding };
}
