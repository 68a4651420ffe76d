import { DENIED } from '../ruleset/numbers.ts';
import type { Element, ElementSet } from '../ruleset/ruleset.ts';
import type { ElementsDelta } from '../ruleset/ruleset-delta.ts';

/** Whether a change can turn what is allowed into what is denied. */
export function mayDeny(elements: readonly ElementsDelta[]): boolean {
  return elements.some(
    ({ set, gone, come }) =>
      gone.some((element) => deniesWithout(set, element)) ||
      come.some((element) => deniesWith(set, element)),
  );
}

/** Sets that only close: without an element more passes. */
const CLOSING = /^(nodes|pod_ranges)[46]$|^pod_interfaces$|_subjects$/;
/**
 * Sets that only open. What a pod sends is bound before flows are looked up: no flow passes by it. What
 * is sent to one is judged where the pod is bound, and closed elsewhere.
 */
const OPENING = /^(bound|own_node)[46]$/;

function deniesWithout({ name, key }: ElementSet, { identity }: Element): boolean {
  if (CLOSING.test(name)) return false;
  // Of rows, those that deny are only felt while they are there.
  if (key.includes('identity')) return identity !== DENIED;
  return true;
}

function deniesWith({ name, key }: ElementSet, { identity }: Element): boolean {
  if (OPENING.test(name)) return false;
  if (key.includes('identity')) return identity === DENIED;
  // Whoever becomes ready is judged from then on, and peers get other numbers.
  return true;
}
