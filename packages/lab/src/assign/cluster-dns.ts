import { type KubernetesObject, type Pod, refKey, refOf, type Workload } from '@ringfence/core';
import { DNS_DEPLOYMENT, DNS_LABEL, DNS_NAMESPACE, DNS_SERVICE } from './cluster-dns-objects.ts';
import { nameKey } from '../object-key.ts';
import type { Output } from './output.ts';
import type { Services } from './services.ts';
import type { Statement } from './statement.ts';
import type { Workloads } from './workloads.ts';

/** Brings cluster DNS as long as the manifests do not. */
export interface ClusterDns {
  /** Takes it away where a batch brings another; what the batch says is not yet known to others. */
  retire(statements: readonly Statement[]): void;
  /** Brings it where there is none; what the batch says is known to the others. */
  establish(): void;
}

/** Makes a cluster DNS that is not there yet. */
export function createClusterDns(world: {
  readonly wanted: boolean;
  readonly services: Services;
  readonly workloads: Workloads;
  readonly output: Output;
}): ClusterDns {
  const { wanted, services, workloads, output } = world;
  /** Objects of manifests that are a cluster DNS, or a part of one. */
  const others = new Set<string>();
  let hasNamespace = false;
  let isThere = false;

  return {
    retire(statements) {
      for (const { ref, object } of statements) {
        if (object !== undefined && isDns(object)) others.add(refKey(ref));
        else others.delete(refKey(ref));
        if (refKey(ref) === refKey(refOf(DNS_NAMESPACE))) hasNamespace = object !== undefined;
      }
      if (!isThere || others.size === 0) return;
      isThere = false;
      services.remove(nameKey(DNS_SERVICE));
      workloads.remove(refKey(DNS_DEPLOYMENT));
      if (!hasNamespace) output.hide(refOf(DNS_NAMESPACE));
    },
    establish() {
      if (!wanted || others.size > 0) return;
      if (!hasNamespace) output.show(DNS_NAMESPACE);
      if (isThere) return;
      isThere = true;
      services.state(DNS_SERVICE);
      workloads.state(DNS_DEPLOYMENT);
    },
  };
}

function isDns(object: KubernetesObject): boolean {
  if ('template' in object) return isDnsWorkload(object);
  if (object.kind === 'Service') return nameKey(object) === nameKey(DNS_SERVICE);
  return object.kind === 'Pod' && isDnsPod(object);
}

function isDnsPod({ namespace, labels, finished }: Pod): boolean {
  return (
    namespace === DNS_NAMESPACE.name && !finished && labels.get(DNS_LABEL.key) === DNS_LABEL.value
  );
}

/** Jobs may look after DNS, but none answers for it. */
function isDnsWorkload(workload: Workload): boolean {
  const { kind, namespace, template } = workload;
  if (namespace !== DNS_NAMESPACE.name || kind === 'Job' || kind === 'CronJob') return false;
  const isLabelled = template.labels.get(DNS_LABEL.key) === DNS_LABEL.value;
  return isLabelled || refKey(workload) === refKey(DNS_DEPLOYMENT);
}
