import {
  type Cluster,
  type Connection,
  type Endpoint,
  type Family,
  failed,
  ok,
  type Protocol,
  type Result,
} from '@ringfence/core';
import { familiesToAsk } from '../ends/families.ts';
import { endsOnPort, portOn } from '../ends/port.ts';
import { resolveEnd, type ResolvedEnd } from '../ends/resolve-end.ts';
import { isSamePod } from '../ends/same-pod.ts';
import { labelOfPod } from '../ends/spelling.ts';
import type { QuestionText } from './result.ts';
import type { Expectation } from './scenario.ts';

/** One connection to ask about, and its name. */
export interface Question {
  readonly connection: Connection;
  readonly text: QuestionText;
}

/**
 * Makes every question that an expectation stands for: its ends, protocols, ports and families in
 * every combination. Where there is more than one pair of ends, a pod is not paired with itself.
 *
 * @returns what keeps it from being asked: an end that there is not, a Service without that port.
 */
export function questionsOf(
  cluster: Cluster,
  expectation: Expectation,
  namespace: string,
): Result<readonly Question[], readonly string[]> {
  const from = resolveAll(cluster, expectation.from, namespace);
  const to = resolveAll(cluster, expectation.to, namespace);
  if (from.kind === 'failed' || to.kind === 'failed') {
    const problems = [from, to].flatMap((ends) => (ends.kind === 'failed' ? ends.error : []));
    return failed([...new Set(problems)]);
  }
  const all = from.value.flatMap((client) => to.value.map((server) => ({ client, server })));
  const pairs =
    all.length === 1
      ? all
      : all.filter(({ client, server }) => !isSamePod(client.endpoint, server.endpoint));
  if (pairs.length === 0) return failed(['no pair of ends is left: there is nothing to ask']);
  const parts = portsOf(expectation).flatMap((wanted) => {
    const { protocol, port } = wanted;
    const asked =
      protocol === 'other' ? undefined : endsOnPort(cluster, to.value, { protocol, port });
    return pairs
      .filter(({ server }) => asked === undefined || asked.has(server))
      .map((pair) => questionsBetween(cluster, pair, wanted, expectation.family));
  });
  const problems = parts.flatMap((part) => (part.kind === 'failed' ? [part.error] : []));
  if (problems.length > 0) return failed([...new Set(problems)]);
  return ok(parts.flatMap((part) => (part.kind === 'ok' ? part.value : [])));
}

function resolveAll(
  cluster: Cluster,
  texts: readonly string[],
  namespace: string,
): Result<readonly ResolvedEnd[], readonly string[]> {
  const ends: ResolvedEnd[] = [];
  const problems: string[] = [];
  for (const text of texts) {
    const found = text.endsWith('*')
      ? everyPod(cluster, text)
      : resolveEnd(cluster, text, { namespace });
    if (found.kind === 'failed') problems.push(found.error);
    else for (const end of found.value) ends.push(end);
  }
  return problems.length === 0 ? ok(ends) : failed(problems);
}

/** `*` is every pod that has not finished, `NS/*` every such pod of a namespace. */
function everyPod(cluster: Cluster, text: string): Result<readonly ResolvedEnd[], string> {
  const inside = /^([^/*]+)\/\*$/u.exec(text)?.[1];
  if (inside === undefined && text !== '*') {
    return failed(`\`${text}\` is no end: \`*\` is every pod, \`NS/*\` every pod of a namespace`);
  }
  const pods = inside === undefined ? cluster.pods() : cluster.podsIn(inside);
  const ends = [...pods].flatMap((pod): readonly ResolvedEnd[] => {
    const { finished, namespace, name } = pod.object;
    if (finished) return [];
    const endpoint: Endpoint = { kind: 'pod', namespace, name };
    return [{ endpoint, label: labelOfPod(pod), service: undefined, family: undefined, note: '' }];
  });
  return ends.length === 0 ? failed(`\`${text}\`: there is no pod`) : ok(ends);
}

interface Pair {
  readonly client: ResolvedEnd;
  readonly server: ResolvedEnd;
}

interface WantedPort {
  readonly protocol: Protocol | 'other';
  readonly port: number;
}

function portsOf({ protocol: protocols, port: ports }: Expectation): readonly WantedPort[] {
  return protocols.flatMap((protocol): readonly WantedPort[] =>
    protocol === 'other' ? [{ protocol, port: 0 }] : ports.map((port) => ({ protocol, port })),
  );
}

function questionsBetween(
  cluster: Cluster,
  { client, server }: Pair,
  { protocol, port }: WantedPort,
  family: Family | undefined,
): Result<readonly Question[], string> {
  const target = protocol === 'other' ? ok(0) : portOn(cluster, server, { protocol, port });
  if (target.kind === 'failed') return target;
  const ends = { from: client.endpoint, to: server.endpoint };
  const families = familiesToAsk(cluster, { from: client, to: server }, family);
  const viaService = server.service !== undefined;
  return ok(
    families.map((each) => ({
      connection: { ...ends, protocol, port: target.value, family: each, viaService },
      text: { from: client.label, to: server.label, protocol, port: target.value, family: each },
    })),
  );
}
