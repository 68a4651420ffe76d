import { Buffer } from 'node:buffer';
import type { Writer } from '../codec/writer.ts';
import { readExpressions, writeExpressions } from './expressions/codec.ts';
import type { Expression } from './expressions/expression.ts';
import type { Family } from './family.ts';
import { longField, textField } from './fields.ts';
import type { Told } from './message.ts';
import { commentEntry, commentIn, NFTNL_UDATA_RULE_COMMENT, userdataIn } from './userdata.ts';

/** Names a rule. The kernel gives handles; they are not used again in a table. */
export interface RuleReference {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
}

/** A rule that is to be. */
export interface NewNftRule extends Omit<RuleReference, 'handle'> {
  /** At most 128 bytes. */
  readonly comment: string;
  readonly expressions: readonly Expression[];
}

/** A rule: expressions, one after the other. */
export interface NftRule extends NewNftRule, RuleReference {}

/** Where a rule comes to stand in its chain. */
export type Placement =
  | { readonly kind: 'last' }
  | { readonly kind: 'first' }
  | { readonly kind: 'before'; readonly handle: number }
  | { readonly kind: 'after'; readonly handle: number };

const NFTA_RULE_TABLE = 1;
const NFTA_RULE_CHAIN = 2;
const NFTA_RULE_HANDLE = 3;
const NFTA_RULE_EXPRESSIONS = 4;
const NFTA_RULE_POSITION = 6;
const NFTA_RULE_USERDATA = 7;

/** Writes the attributes of a rule that is to be. */
export function writeRule(into: Writer, rule: NewNftRule): void {
  writeRuleChain(into, rule);
  writeExpressions(into, NFTA_RULE_EXPRESSIONS, rule.expressions);
  const notes = Buffer.concat(commentEntry(NFTNL_UDATA_RULE_COMMENT, rule.comment));
  if (notes.length > 0) into.attribute(NFTA_RULE_USERDATA, notes);
}

/** Writes beside which rule a new one is put. */
export function writePlacement(into: Writer, at: Placement): void {
  if ('handle' in at) into.u64BEAttribute(NFTA_RULE_POSITION, BigInt(at.handle));
}

/** Writes the attributes that name a rule. */
export function writeRuleReference(into: Writer, rule: RuleReference): void {
  writeRuleChain(into, rule);
  writeRuleHandle(into, rule.handle);
}

/** Writes which rule of a chain is meant. */
export function writeRuleHandle(into: Writer, handle: number): void {
  into.u64BEAttribute(NFTA_RULE_HANDLE, BigInt(handle));
}

/** Writes the attributes that name all rules of a chain. */
export function writeRuleChain(
  into: Writer,
  { table, chain }: Pick<RuleReference, 'table' | 'chain'>,
): void {
  writeRuleTable(into, table);
  into.stringAttribute(NFTA_RULE_CHAIN, chain);
}

/** Writes the attribute that names all rules of a table. */
export function writeRuleTable(into: Writer, table: string): void {
  into.stringAttribute(NFTA_RULE_TABLE, table);
}

/** Reads a rule. */
export function readRule(message: Told): NftRule {
  const { fields } = message;
  const expressions = fields.get(NFTA_RULE_EXPRESSIONS);
  return {
    ...readRuleReference(message),
    comment: commentIn(userdataIn(fields.get(NFTA_RULE_USERDATA)), NFTNL_UDATA_RULE_COMMENT),
    expressions: expressions === undefined ? [] : readExpressions(expressions),
  };
}

/** Reads which rule a message is about. */
export function readRuleReference({ family, fields }: Told): RuleReference {
  return {
    family,
    table: textField(fields, NFTA_RULE_TABLE),
    chain: textField(fields, NFTA_RULE_CHAIN),
    handle: Number(longField(fields, NFTA_RULE_HANDLE)),
  };
}
