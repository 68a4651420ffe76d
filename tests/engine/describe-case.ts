import type { KubernetesObject } from '@ringfence/core';

/** A failing case as text: the objects, and what is asked or done, readable and ready to be pasted. */
export function describeCase(objects: readonly KubernetesObject[], question: unknown): string {
  const write = (_: string, value: unknown): unknown => {
    if (value instanceof Map) return Object.fromEntries(value);
    if (value instanceof Set) return [...value];
    return typeof value === 'bigint' ? `${value}n` : value;
  };
  return `${JSON.stringify(objects, write, 1)}\n${JSON.stringify(question, write)}`;
}
