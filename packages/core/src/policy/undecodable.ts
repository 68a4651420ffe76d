import type { Issue } from '../issue.ts';
import { NAMESPACE_NAME_LABEL } from '../objects/decode-namespace.ts';
import { fieldOf, isObject, type JsonObject } from '../schema/json-object.ts';
import { read } from '../schema/read.ts';
import { EVERYTHING, type LabelSelector } from '../selectors/label-selector.ts';
import type { ObjectRef } from '../objects/object.ts';
import { isError } from '../schema/field-error.ts';
import { decodeSelector } from './decode-selector.ts';
import { decodeSubject } from './decode-subject.ts';
import type { PodsInNamespaces, PolicyKind, UndecodablePolicy } from './policy.ts';

/**
 * What stands for a policy that cannot be read: it isolates what the policy selects, as far as that
 * can be read, else everything that it could select.
 */
export function undecodable(
  ref: ObjectRef & { readonly kind: PolicyKind },
  value: JsonObject,
  issues: readonly Issue[],
): UndecodablePolicy {
  const spec = fieldOf(value, 'spec');
  const subject =
    ref.kind === 'NetworkPolicy'
      ? podsOfNamespace(ref.namespace, fieldOf(spec, 'podSelector'))
      : podsOfCluster(fieldOf(spec, 'subject'));
  const { kind: policyKind, namespace, name } = ref;
  return { kind: 'undecodable', policyKind, namespace, name, subject, issues };
}

function podsOfNamespace(namespace: string, podSelector: unknown): PodsInNamespaces {
  const issues: Issue[] = [];
  const context = { reading: 'stored', path: [], issues } as const;
  const wire = read('LabelSelector', podSelector, context);
  const pods = decodeSelector(wire, context);
  const namespaces: LabelSelector = [
    { kind: 'in', key: NAMESPACE_NAME_LABEL, values: new Set([namespace]) },
  ];
  return { namespaces, pods: issues.some(isError) ? EVERYTHING : pods };
}

function podsOfCluster(subject: unknown): PodsInNamespaces {
  const everyone: PodsInNamespaces = { namespaces: EVERYTHING, pods: EVERYTHING };
  if (!isObject(subject)) return everyone;
  const issues: Issue[] = [];
  const context = { reading: 'stored', path: [], issues } as const;
  const wire = read('TierSubject', subject, context);
  const decoded = decodeSubject(wire, context);
  return issues.some(isError) ? everyone : decoded;
}
