import {
  type Change,
  datatypeNumber,
  type Expression,
  type NewNftRule,
  NFT_REG32_00,
  type NftDatatype,
  type NftSet,
  type Placement,
  type Register,
} from '@ringfence/netlink';
import type { TableName } from './encode-set.ts';

/** What a rule does, one after the other; what nf_tables keeps in sets without names stands inside. */
export type Step = Expression | OneOf;

/** Goes on where a register has one of some values. */
interface OneOf {
  readonly kind: 'oneOf';
  readonly source: Register;
  readonly values: Values;
}

/** Values of one kind: at least two, ascending. */
interface Values {
  readonly datatype: NftDatatype;
  readonly byteOrder: 'host' | 'network';
  readonly bytes: readonly Uint8Array[];
}

/** A rule as nf_tables has it. */
export interface EncodedRule {
  readonly comment: string;
  readonly steps: readonly Step[];
}

/** Where rules load values to. */
export const FIRST: Register = NFT_REG32_00;

/** Gives numbers to sets without names: each is its own in a transaction. */
export type SetNumbers = () => number;

/** Numbers for one transaction. */
export function setNumbers(): SetNumbers {
  let last = 0;
  return () => (last += 1);
}

/** What is done with a rule. */
export type RulePlace =
  | { readonly kind: 'add'; readonly at: Placement }
  | { readonly kind: 'replace'; readonly handle: number };

/** The changes that write a rule: first the sets that are its own. */
export function ruleChanges(
  of: TableName & { readonly chain: string; readonly rule: EncodedRule },
  place: RulePlace,
  numbers: SetNumbers,
): readonly Change[] {
  const { family, table, chain } = of;
  const changes: Change[] = [];
  const expressions = of.rule.steps.map((step): Expression => {
    if (step.kind !== 'oneOf') return step;
    const id = numbers();
    const set = anonymousSet({ family, table }, step.values);
    const elements = step.values.bytes.map((key) => ({ key }));
    changes.push({ kind: 'addSet', set, id });
    changes.push({ kind: 'addElements', set, setId: id, elements });
    return { kind: 'lookup', set: set.name, setId: id, source: step.source, inverted: false };
  });
  const rule: NewNftRule = { family, table, chain, comment: of.rule.comment, expressions };
  return [
    ...changes,
    place.kind === 'add'
      ? { kind: 'addRule', rule, at: place.at }
      : { kind: 'replaceRule', rule, handle: place.handle },
  ];
}

/** What the kernel calls sets that have no name. */
export const ANONYMOUS = '__set';

/** The kernel puts a number into the name. */
function anonymousSet({ family, table }: TableName, values: Values): NftSet {
  const { datatype, byteOrder, bytes } = values;
  return {
    family,
    table,
    name: `${ANONYMOUS}%d`,
    flags: ['anonymous', 'constant'],
    key: {
      type: datatypeNumber(datatype),
      length: bytes[0]?.length ?? 0,
      byteOrder,
      fields: [],
    },
    data: { kind: 'none' },
    timeoutMs: 0,
    gcIntervalMs: 0,
    size: bytes.length,
    policy: 'performance',
    expressions: [],
    comment: '',
  };
}
