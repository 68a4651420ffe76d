import type { Change, Cluster, Endpoint } from '@ringfence/core';
import { createAssigner } from './assign/assigner.ts';
import type { Enforcer, NodeNetwork } from './enforcer.ts';
import { createEntrances } from './entrances.ts';
import type { PodEntry } from './exec/pod-entrance.ts';
import { createLabModel } from './model.ts';
import type { NamingPlace } from './network/namespace-names.ts';
import type { Encapsulation, Topology } from './network/spec.ts';
import { podOffers } from './pods/pod-offers.ts';
import type { RunningPod } from './pods/pod-runner.ts';
import { makeSite, type Site } from './site.ts';
import { attemptBetween, type Flow } from './traffic/attempt-between.ts';
import type { Outcome } from './traffic/outcome.ts';

/** A cluster on this machine: what its objects say, on a network of its own. */
export interface Lab {
  /** What is there, with everything that was filled in. */
  readonly cluster: Cluster;
  /** Makes of the lab what these objects say; what they leave open is filled in. */
  apply(changes: readonly Change[]): void;
  /**
   * Runs the pods of a node, now and from now on, until nodes are made anew. Only where there is an
   * enforcer: as a kubelet waits for its network, they wait until the node is closed.
   */
  admit(node: string): void;
  pods(): Iterable<RunningPod>;
  /** The name of a node's network namespace, where it has one. */
  namespaceOfNode(name: string): string | undefined;
  /** What objects could not be given, in words. */
  problems(): readonly string[];
  /** Tells how a program gets into a pod; `undefined` where the pod does not run. */
  enter(pod: Extract<Endpoint, { kind: 'pod' }>): PodEntry | undefined;
  /** Makes a connection, and tells what became of it. Never fails. */
  attempt(flow: Flow, options: { readonly timeoutMs: number }): Promise<Outcome>;
  close(): void;
}

export interface LabOptions {
  readonly topology: Topology;
  readonly encapsulation: Encapsulation;
  /** At least so many nodes; absent: as many as the objects say, or two. */
  readonly nodes?: number;
  /** Where network namespaces get names; absent: nowhere. */
  readonly names?: NamingPlace;
  /** Where the files of pods are kept; absolute. */
  readonly folder: string;
  /** Absent: nobody enforces anything, and pods run at once. */
  readonly enforcer?: Enforcer;
  /** Is told what goes wrong with something that runs. */
  readonly onError: (what: string, error: Error) => void;
}

/** Makes a lab without objects. */
export function createLab(options: LabOptions): Lab {
  const { onError, enforcer } = options;
  const model = createLabModel();
  const { cluster } = model;
  const assigner = createAssigner(options.nodes === undefined ? {} : { nodes: options.nodes });
  const entrances = createEntrances(cluster, options.folder);
  const admitted = new Set<string>();
  let site: Site | undefined;

  /** Nodes do not come and go while pods run: all of it is made anew. */
  const rebuild = (): void => {
    entrances.closeAll();
    site?.close();
    admitted.clear();
    site = makeSite({
      ...options,
      cluster,
      runsPods: (node) => enforcer === undefined || admitted.has(node),
      serviceRanges: assigner.serviceRanges,
      offers: (running) =>
        podOffers(running, {
          ports: model.portsOf(running.pod),
          answer: model.answer,
          onError: (error) => onError(`pod ${running.pod.namespace}/${running.pod.name}`, error),
        }),
    });
    site.lead(model.portals());
    enforcer?.nodes(networksOf(cluster, site));
    site.run([...cluster.pods()].map(({ object }) => object));
  };

  return {
    cluster,
    apply(changes) {
      const filled = assigner.apply(changes);
      enforcer?.change(filled);
      const touched = model.apply(filled);
      if (site === undefined || touched.nodes) {
        rebuild();
        return;
      }
      for (const gone of site.run(touched.pods)) entrances.close(gone);
      site.lead(touched.portals);
    },
    admit(node) {
      admitted.add(node);
      const pods = [...cluster.pods()].map(({ object }) => object);
      site?.run(pods.filter((pod) => pod.node === node));
    },
    pods: () => site?.pods.running() ?? [],
    namespaceOfNode: (name) => site?.network.node(name)?.netns,
    problems: () => [
      ...assigner.problems().map(({ message }) => message),
      ...(site?.problems() ?? []),
    ],
    enter({ namespace, name }) {
      const running = site?.pods.find(namespace, name);
      return running && entrances.open(running);
    },
    async attempt(flow, { timeoutMs }) {
      if (site === undefined) return { kind: 'broken', code: 'there is no network' };
      return await attemptBetween({ cluster, site }, flow, { timeoutMs });
    },
    close() {
      entrances.closeAll();
      site?.close();
      site = undefined;
    },
  };
}

function networksOf(cluster: Cluster, { network }: Site): ReadonlyMap<string, NodeNetwork> {
  const networks = new Map<string, NodeNetwork>();
  for (const { name } of cluster.nodes()) {
    const node = network.node(name);
    if (node !== undefined) networks.set(name, node.station.namespace);
  }
  return networks;
}
