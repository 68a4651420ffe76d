import type { Change, KubernetesObject } from '@ringfence/core';
import { readManifests } from '../manifests/read-manifests.ts';
import type { ObjectListener } from './object-source.ts';

/** The objects of some YAML, in namespace `shop`. */
export function objectsIn(text: string): readonly KubernetesObject[] {
  const options = { namespace: 'shop', strict: true };
  return readManifests([{ name: 'test.yaml', text }], options).objects;
}

/** A pod with an address that goes by its first letter. */
export function podNamed(name: string, app: string = name): KubernetesObject {
  const [pod] = objectsIn(
    `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, labels: {app: ${app}}}, ` +
      `spec: {nodeName: n1, containers: [{name: a, image: a}]}, status: {podIP: 10.0.0.${name.charCodeAt(0)}}}`,
  );
  if (pod === undefined) throw new Error('there is no pod');
  return pod;
}

/** A pod that comes, or is another one now. */
export function comes(name: string, app: string = name): Change {
  return { kind: 'upsert', object: podNamed(name, app) };
}

/** A pod that goes. */
export function goes(name: string): Change {
  return { kind: 'delete', ref: { kind: 'Pod', namespace: 'shop', name } };
}

/** Who follows and writes down what he is told. */
export interface Recorder extends ObjectListener {
  readonly told: readonly string[];
  /** All that there is, by what was told. */
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  /** Waits until something was told that satisfies. */
  until(holds: () => boolean): Promise<void>;
}

/** Makes one; each line is `=1 a b`, `~2 +a -b` or `! why`. */
export function recorder(): Recorder {
  const told: string[] = [];
  const objects = new Map<string, KubernetesObject>();
  let wake = (): void => {};
  const write = (line: string): void => {
    told.push(line.trim());
    wake();
  };
  return {
    told,
    objects,
    replace(all, version) {
      objects.clear();
      for (const object of all) objects.set(object.name, object);
      write(`=${version} ${all.map(({ name }) => name).join(' ')}`);
    },
    change(changes, version) {
      write(`~${version} ${changes.map((change) => applied(objects, change)).join(' ')}`);
    },
    trouble: (message) => write(`! ${message}`),
    async until(holds) {
      while (!holds()) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
    },
  };
}

function applied(objects: Map<string, KubernetesObject>, change: Change): string {
  if (change.kind === 'delete') {
    objects.delete(change.ref.name);
    return `-${change.ref.name}`;
  }
  const object = change.kind === 'upsert' ? change.object : change.policy;
  objects.set(object.name, object);
  return `${change.kind === 'upsert' ? '+' : '#'}${object.name}`;
}
