import {
  type Cluster,
  type Direction,
  evaluatePorts,
  type Finding,
  formatPath,
  type PolicyRef,
  type Ports,
  type RuleRef,
} from '@ringfence/core';
import { podAt } from '../ends/pod-at.ts';
import { policyName, type Pointer } from './finding-text.ts';
import { type Places, rulePath } from './place.ts';
import type { Question } from './question.ts';
import { portRange } from './port-text.ts';

/** A denied question. */
export interface Asked {
  readonly cluster: Cluster;
  readonly question: Question;
  readonly places: Places;
}

/** How many rules that nearly match are worth a reader's time. */
const LIMIT = 3;

/**
 * Finds rules that would have allowed a denied direction but for one thing: the peer is right and
 * the port is not, or the port is right and the peer is not.
 */
export function nearMisses(
  asked: Asked,
  direction: Direction,
  finding: Finding,
): readonly Pointer[] {
  if (finding.kind !== 'denied') return [];
  const ports = otherPorts(asked, direction);
  const peers = finding.isolatedBy.flatMap((policy) => otherPeers(asked, direction, policy));
  return [...ports, ...peers].slice(0, LIMIT);
}

function otherPorts({ cluster, question, places }: Asked, direction: Direction): Pointer[] {
  const { from, to, family, viaService } = question.connection;
  const byRule = new Map<string, { readonly by: RuleRef; readonly ports: string[] }>();
  for (const answer of evaluatePorts(cluster, { from, to, family, viaService })) {
    const finding = answer.evaluation[direction];
    if (finding.kind !== 'allowed') continue;
    const key = `${policyName(finding.by.policy)} ${finding.by.rule}`;
    const entry = byRule.get(key) ?? { by: finding.by, ports: [] };
    entry.ports.push(portRange(answer));
    byRule.set(key, entry);
  }
  return [...byRule.values()].map(({ by, ports }) => {
    const listed = ports.length > 4 ? `${ports.slice(0, 4).join(', ')}, ...` : ports.join(', ');
    const what = `${policyName(by.policy)}, ${formatPath(rulePath(by))}: allows this peer, but on ${listed}`;
    return { place: places.of(by.policy, rulePath(by)), what };
  });
}

function otherPeers(asked: Asked, direction: Direction, ref: PolicyRef): readonly Pointer[] {
  const { cluster, places } = asked;
  const policy = cluster.policy(ref);
  if (policy?.kind !== 'NetworkPolicy') return [];
  const rules = policy[direction];
  if (rules.kind === 'notIsolated') return [];
  return rules.rules.flatMap(({ peers, ports }, rule) => {
    if (peers.kind === 'anyone' || !hasPort(ports, asked)) return [];
    const path = ['spec', direction, rule];
    const side = direction === 'egress' ? 'to' : 'from';
    const what = `${policyName(ref)}, ${formatPath(path)}: allows this port, but ${side} other peers`;
    return [{ place: places.of(ref, path), what }];
  });
}

function hasPort(ports: Ports, { cluster, question }: Asked): boolean {
  if (ports.kind === 'any') return true;
  const { protocol, port, to } = question.connection;
  const declared = podAt(cluster, to)?.object.ports ?? [];
  return ports.ports.some((match) => {
    if (match.kind === 'range') {
      return match.protocol === protocol && match.from <= port && port <= match.to;
    }
    const named = declared.filter(({ name }) => name === match.name);
    return named.some((each) => each.protocol === protocol && each.port === port);
  });
}
