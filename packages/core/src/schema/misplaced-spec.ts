import type { Issue } from '../issue.ts';
import type { JsonObject } from './json-object.ts';
import { KINDS } from './kinds.ts';
import { NETWORK_POLICY } from './network-policy.ts';
import { blockYaml } from '../yaml.ts';

/**
 * Recognises a part of a NetworkPolicy's spec that stands by itself, as guides print it: nothing
 * but `ingress`, `egress`, `podSelector` and `policyTypes`. The hint is the whole document.
 */
export function misplacedSpec(value: JsonObject): Issue | undefined {
  const names = Object.keys(value);
  const isPart = names.every((name) =>
    Object.hasOwn(NETWORK_POLICY.NetworkPolicySpec.fields, name),
  );
  if (names.length === 0 || !isPart) return undefined;
  const wrapped = {
    apiVersion: KINDS.NetworkPolicy.apiVersion,
    kind: 'NetworkPolicy',
    metadata: { name: 'my-policy' },
    spec: specOf(value),
  };
  return {
    code: 'misplaced',
    severity: 'error',
    path: [],
    at: 'value',
    message: 'apiVersion not set: this is only a part of the spec of a NetworkPolicy',
    hint: `write the whole object:\n${blockYaml(wrapped)}`,
  };
}

/** Without policyTypes a policy isolates for ingress too, which a part with only egress never meant. */
function specOf(part: JsonObject): JsonObject {
  const { podSelector = {}, ...rest } = part;
  const onlyEgress = Object.keys(rest).join() === 'egress';
  return { podSelector, ...(onlyEgress ? { policyTypes: ['Egress'] } : {}), ...rest };
}
