import type { ChainBase, Rule } from '../ruleset/ruleset.ts';

/** Text that is the same for rules that are the same, and for no others. */
export function ruleKey(rule: Rule): string {
  return JSON.stringify(rule, plainly);
}

/** The same of where chains see packets. */
export function baseKey(base: ChainBase | undefined): string {
  return base === undefined ? '' : `${base.hook} ${base.priority}`;
}

/** Lists of which any one value is to match: their order says nothing. */
const UNORDERED: ReadonlySet<string> = new Set(['protocols', 'ports', 'types', 'states']);

function plainly(name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}`;
  if (Array.isArray(value)) {
    return UNORDERED.has(name) ? [...new Set(value.map(String))].sort() : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}
