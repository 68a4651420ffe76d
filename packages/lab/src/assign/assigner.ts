import { type Change, type Cidr, type ObjectRef, refKey } from '@ringfence/core';
import { createAddressBook } from './address-book.ts';
import { createClusterDns } from './cluster-dns.ts';
import { createNodes } from './nodes.ts';
import { nameKey } from '../object-key.ts';
import { createOutput } from './output.ts';
import { createPodNames } from './pod-names.ts';
import { createPods } from './pods.ts';
import { tellProblems, type Problem } from './problem.ts';
import { DEFAULT_RANGES, type Ranges } from './ranges.ts';
import { createServices } from './services.ts';
import { readBatch, type Statement } from './statement.ts';
import { createWorkloads } from './workloads.ts';

/**
 * Fills in what a control plane would: nodes, the pods of workloads, where pods run, addresses of
 * pods and Services, node ports, cluster DNS.
 *
 * What was given stays as long as what it was given to; all else depends on the manifests alone, not
 * on their order. What a manifest states is left as it is.
 */
export interface Assigner {
  /**
   * Takes changes of manifests that belong together, for example a folder when it is first read:
   * what any of them states is known before anything is given.
   *
   * @returns what changes in the whole for those behind; nothing twice.
   */
  apply(changes: readonly Change[]): readonly Change[];
  /** Out of what Services are given addresses. */
  readonly serviceRanges: readonly Cidr[];
  /** All that could not be given at present, sorted by object; each message names its object. */
  problems(): readonly Problem[];
}

export interface AssignerOptions {
  /**
   * How many nodes there are at least: `node-1` and so on, as far as manifests bring fewer. Absent:
   * two where manifests bring none, else those of the manifests.
   */
  readonly nodes?: number | undefined;
  /** Absent: what kubeadm's users mostly have, in both families. */
  readonly ranges?: Ranges | undefined;
  /** Whether cluster DNS is brought where manifests bring none; absent: it is. */
  readonly clusterDns?: boolean | undefined;
}

/** Makes an assigner that knows no objects; its nodes come with the first batch, also an empty one. */
export function createAssigner(options: AssignerOptions = {}): Assigner {
  const ranges = options.ranges ?? DEFAULT_RANGES;
  const output = createOutput();
  const book = createAddressBook();
  const nodes = createNodes({ atLeast: options.nodes, ranges, book, output });
  const pods = createPods({ nodes, book, output });
  const workloads = createWorkloads(createPodNames(pods));
  const { podRangeAt } = nodes;
  const services = createServices({ ranges: ranges.services, podRangeAt, book, output });
  const wanted = options.clusterDns ?? true;
  const dns = createClusterDns({ wanted, services, workloads, output });

  const take = ({ ref, object }: Statement): void => {
    if (object === undefined) forget(ref);
    else if ('template' in object) {
      workloads.state(object);
      output.show(object);
    } else if (object.kind === 'Node') nodes.state(object.name, object);
    else if (object.kind === 'Pod') {
      nodes.bind(nameKey(object), object.finished ? '' : object.node);
      workloads.statePod(nameKey(object), object);
    } else if (object.kind === 'Service') services.state(object);
    else output.show(object);
  };

  const forget = (ref: ObjectRef): void => {
    if (ref.kind === 'Node') nodes.state(ref.name, undefined);
    else if (ref.kind === 'Pod') {
      nodes.bind(nameKey(ref), '');
      workloads.statePod(nameKey(ref), undefined);
    } else if (ref.kind === 'Service') services.remove(nameKey(ref));
    else {
      workloads.remove(refKey(ref));
      output.hide(ref);
    }
  };

  return {
    serviceRanges: ranges.services,
    apply(changes) {
      const { statements, passed } = readBatch(changes);
      for (const { ref, change } of passed) output.pass(ref, change);
      dns.retire(statements);
      for (const statement of statements) take(statement);
      dns.establish();
      // First all that manifests state, then nodes, whose ranges nobody else is given addresses of.
      services.admit();
      const changed = nodes.settle();
      services.settle();
      workloads.settle({ names: nodes.names(), changed: changed.size > 0 });
      pods.settle(changed);
      return output.flush();
    },
    problems: () =>
      tellProblems([
        ...nodes.problems(),
        ...workloads.problems(),
        ...pods.problems(),
        ...services.problems(),
        ...book.clashes(),
      ]),
  };
}
