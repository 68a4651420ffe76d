import { unreachable } from '../unreachable.ts';
import type { LabelRequirement, LabelSelector } from './label-selector.ts';

/**
 * Writes a selector so that two selectors with the same requirements, in whatever order and
 * spelling, give the same text. Not every pair of equivalent selectors is recognised (that would
 * need reasoning over values); equal texts always mean equal selectors.
 */
export function canonicalSelector(selector: LabelSelector): string {
  return [...new Set(selector.map(canonicalRequirement))].sort().join('&');
}

// Keys and values are quoted: those that an old server stored may hold anything.
function canonicalRequirement(requirement: LabelRequirement): string {
  switch (requirement.kind) {
    case 'in':
    case 'notIn': {
      const values = [...requirement.values].sort().map((value) => JSON.stringify(value));
      return `${JSON.stringify(requirement.key)} ${requirement.kind} ${values.join(',')}`;
    }
    case 'exists':
    case 'doesNotExist':
      return `${JSON.stringify(requirement.key)} ${requirement.kind}`;
    default:
      return unreachable(requirement);
  }
}
