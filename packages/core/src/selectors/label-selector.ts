import { unreachable } from '../unreachable.ts';

/** Labels of a pod, namespace or node. A `Map`: `constructor` is a legal label key. */
export type Labels = ReadonlyMap<string, string>;

export type LabelRequirement =
  | { readonly kind: 'in'; readonly key: string; readonly values: ReadonlySet<string> }
  | { readonly kind: 'notIn'; readonly key: string; readonly values: ReadonlySet<string> }
  | { readonly kind: 'exists'; readonly key: string }
  | { readonly kind: 'doesNotExist'; readonly key: string };

/** All requirements must hold; the empty selector therefore selects everything. */
export type LabelSelector = readonly LabelRequirement[];

/** The selector that selects everything. */
export const EVERYTHING: LabelSelector = [];

/**
 * Decides whether a selector selects an object that carries these labels.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  return selector.every((requirement) => holds(requirement, labels));
}

function holds(requirement: LabelRequirement, labels: Labels): boolean {
  const value = labels.get(requirement.key);
  switch (requirement.kind) {
    case 'in':
      return value !== undefined && requirement.values.has(value);
    case 'notIn':
      // An absent key satisfies NotIn, as Kubernetes defines it.
      return value === undefined || !requirement.values.has(value);
    case 'exists':
      return value !== undefined;
    case 'doesNotExist':
      return value === undefined;
    default:
      return unreachable(requirement);
  }
}
