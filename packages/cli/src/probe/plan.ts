import {
  type Cluster,
  commonFamilies,
  type Endpoint,
  failed,
  type Family,
  ok,
  type Result,
} from '@ringfence/core';
import type { ProbeQuestion } from '../control/protocol.ts';
import { endsOnPort, portOn } from '../ends/port.ts';
import type { ResolvedEnd } from '../ends/resolve-end.ts';
import { isSamePod } from '../ends/same-pod.ts';
import type { AskedPort } from '../truth/truth-row.ts';
import { type Destination, destinationsOf, portsOf } from './destination.ts';
import { isOutside, probeEnd, probeEnds } from './probe-end.ts';
import type { Planned, SeenConnection } from './planned.ts';
import { portsOfPods } from './ports-of-pods.ts';
import { seenAtNode } from './through-node-port.ts';

/**
 * Plans the connections that a question stands for. Without ends: every pod and the outside to every
 * pod and the outside; without ports: those on which the destination answers.
 *
 * @returns what is wrong with the question.
 */
export function planConnections(
  cluster: Cluster,
  question: ProbeQuestion,
): Result<readonly Planned[], string> {
  const from = probeEnds(cluster, question.from, question.namespace);
  const to = probeEnds(cluster, question.to, question.namespace);
  if (from.kind === 'failed') return from;
  if (to.kind === 'failed') return to;
  const portsOfPod = portsOfPods(cluster);
  const lonely = from.value.length === 1 && to.value.length === 1;
  const planned: Planned[] = [];
  for (const destination of destinationsOf(to.value)) {
    const ports =
      question.ports.length > 0 ? question.ports : portsOf(cluster, destination, portsOfPod);
    for (const client of from.value) {
      if (!lonely && !canMeet(cluster, client, destination)) continue;
      for (const port of ports) {
        const plans = planOne(cluster, { client, destination, port, family: question.family });
        if (plans.kind === 'failed') return plans;
        planned.push(...plans.value.filter((plan) => concerns(plan, question.only)));
      }
    }
  }
  return planned.length === 0 ? failed(NOTHING) : ok(planned);
}

const NOTHING =
  'there is no connection to try: the ends share no address family, or no port is known (say --port)';

/** A pod and itself, or two addresses outside, are no question between ends. */
function canMeet(cluster: Cluster, { endpoint }: ResolvedEnd, destination: Destination): boolean {
  if (destination.kind === 'service') return true;
  const other = destination.end.endpoint;
  const bothOutside = isOutside(cluster, endpoint) && isOutside(cluster, other);
  return !bothOutside && !isSamePod(endpoint, other);
}

function concerns({ seen }: Planned, namespace: string | null): boolean {
  if (namespace === null) return true;
  const connections = seen.flatMap((each) => each.connections);
  return connections.some(({ from, to }) =>
    [from, to].some((end) => end.kind === 'pod' && end.namespace === namespace),
  );
}

interface Plan {
  readonly client: ResolvedEnd;
  readonly destination: Destination;
  readonly port: AskedPort;
  readonly family: Family | null;
}

function planOne(cluster: Cluster, plan: Plan): Result<readonly Planned[], string> {
  const { client, destination, port } = plan;
  return destination.kind === 'service'
    ? planService(cluster, {
        ...plan,
        ...destination,
        family: plan.family ?? destination.family ?? null,
      })
    : planDirect(cluster, { client, server: destination.end, port, family: plan.family });
}

function planDirect(
  cluster: Cluster,
  {
    client,
    server,
    port: { protocol, port },
    family,
  }: Omit<Plan, 'destination'> & { readonly server: ResolvedEnd },
): Result<readonly Planned[], string> {
  const target = portOn(cluster, server, { protocol, port });
  if (target.kind === 'failed') return target;
  const ends = { from: client.endpoint, to: server.endpoint };
  const families = (commonFamilies(cluster, ends) ?? []).filter(wanted(family));
  return ok(
    families.map((each) => {
      const dialled = { to: server.endpoint, protocol, port: target.value, family: each };
      const direct = { ...ends, ...dialled, viaService: false };
      return {
        from: probeEnd(cluster, client),
        to: probeEnd(cluster, server),
        dialled,
        seen: seenAtNode(cluster, client.endpoint, dialled) ?? [
          { connections: [direct], backend: undefined },
        ],
      };
    }),
  );
}

/** A Service is dialled in the families of its addresses; any of its backends may get it. */
function planService(
  cluster: Cluster,
  {
    client,
    service,
    backends,
    port: { protocol, port },
    family,
  }: Omit<Plan, 'destination'> & Omit<Extract<Destination, { kind: 'service' }>, 'kind' | 'family'>,
): Result<readonly Planned[], string> {
  const label = `${service.namespace}/svc/${service.name}`;
  const planned: Planned[] = [];
  for (const address of service.clusterIPs.filter(({ family: each }) => wanted(family)(each))) {
    const seen: SeenConnection[] = [];
    for (const backend of endsOnPort(cluster, backends, { protocol, port })) {
      const ends = { from: client.endpoint, to: backend.endpoint };
      const target = portOn(cluster, backend, { protocol, port });
      if (target.kind === 'failed') return target;
      if (commonFamilies(cluster, ends)?.includes(address.family) !== true) continue;
      const to = { protocol, port: target.value, family: address.family, viaService: true };
      const answering = probeEnd(cluster, backend).label;
      seen.push({ connections: [{ ...ends, ...to }], backend: answering });
    }
    if (seen.length === 0) continue;
    const endpoint: Endpoint = { kind: 'address', address };
    planned.push({
      from: probeEnd(cluster, client),
      to: { endpoint, label, group: label },
      dialled: { to: endpoint, protocol, port, family: address.family },
      seen,
    });
  }
  return ok(planned);
}

function wanted(family: Family | null): (each: Family) => boolean {
  return (each) => family === null || each === family;
}
