import {
  type Change,
  type Cluster,
  createCluster,
  formatAddress,
  formatCidr,
  type Pod,
} from '@ringfence/core';
import { answerQuery } from './dns/answer.ts';
import type { AnswerMessage } from './dns/server.ts';
import { createServiceIndex as createNameIndex } from './dns/service-index.ts';
import { resolve } from './dns/zone.ts';
import { nameKey } from './object-key.ts';
import { type AnsweredPort, createAnsweredPorts } from './pods/answered-ports.ts';
import type { ServicePortals } from './services/portal.ts';
import { createServiceIndex } from './services/service-index.ts';

/** What a lab should be: its objects, and what they mean for pods, Services and names. */
export interface LabModel {
  readonly cluster: Cluster;
  /** Answers questions about names out of what is there now. */
  readonly answer: AnswerMessage;
  /** Takes changes; tells what they bear on. */
  apply(changes: readonly Change[]): Touched;
  portsOf(pod: Pod): readonly AnsweredPort[];
  portals(): Iterable<ServicePortals>;
}

/** What some changes bear on. */
interface Touched {
  /** Nodes came, went, or have other addresses or ranges. */
  readonly nodes: boolean;
  /** Pods that came, went, or are others now, by namespace and name. */
  readonly pods: Iterable<Pick<Pod, 'namespace' | 'name'>>;
  /** Services that lead elsewhere now. */
  readonly portals: Iterable<ServicePortals>;
}

/** Makes a model without objects. */
export function createLabModel(): LabModel {
  const cluster = createCluster();
  const ports = createAnsweredPorts(cluster);
  const portals = createServiceIndex();
  const names = createNameIndex();
  const view = { ...cluster, ...names };
  return {
    cluster,
    answer: (query, transport) =>
      answerQuery(query, { transport, resolve: (question) => resolve(view, question) }),
    apply(changes) {
      const nodesBefore = nodesText(cluster);
      const led = new Map<string, ServicePortals>();
      const pods = new Map<string, Pick<Pod, 'namespace' | 'name'>>();
      const touch = (pod: Pick<Pod, 'namespace' | 'name'>): void =>
        void pods.set(nameKey(pod), pod);
      for (const change of changes) {
        const answering = ports.apply(change);
        cluster.apply(change);
        names.apply(change);
        for (const each of portals.apply(change)) led.set(each.key, each);
        for (const pod of answering()) touch(pod);
        if (change.kind === 'delete' && change.ref.kind === 'Pod') touch(change.ref);
        if (change.kind === 'upsert' && change.object.kind === 'Pod') touch(change.object);
      }
      const nodes = changes.some(isOfNode) && nodesText(cluster) !== nodesBefore;
      return { nodes, pods: pods.values(), portals: led.values() };
    },
    portsOf: ports.of,
    portals: portals.all,
  };
}

function isOfNode(change: Change): boolean {
  if (change.kind === 'entomb') return false;
  return (change.kind === 'upsert' ? change.object : change.ref).kind === 'Node';
}

/** What a network is made of, as text: equal as long as it can stay. */
function nodesText(cluster: Cluster): string {
  const nodes = [...cluster.nodes()].map(({ name, addresses, podRanges }) =>
    [name, ...addresses.map(formatAddress), ...podRanges.map(formatCidr)].join(' '),
  );
  return nodes.sort().join('\n');
}
