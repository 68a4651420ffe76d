import { attributeMap } from '../codec/attributes.ts';
import type { Writer } from '../codec/writer.ts';
import type { Family } from './family.ts';
import { type Fields, numberField, textField } from './fields.ts';
import { type HookPoint, readHook, writeHook } from './hook.ts';
import type { Told } from './message.ts';

/** Names a chain. */
export interface ChainReference {
  readonly family: Family;
  readonly table: string;
  readonly name: string;
}

/** A chain: rules in an order. Without a base it sees only what jumps to it. */
export interface Chain extends ChainReference {
  readonly base?: ChainBase;
}

/** Where a base chain sees packets, and what it does with those that its rules leave undecided. */
export interface ChainBase extends HookPoint {
  readonly type: 'filter' | 'nat' | 'route';
  readonly policy: 'accept' | 'drop';
}

const NFTA_CHAIN_TABLE = 1;
const NFTA_CHAIN_NAME = 3;
const NFTA_CHAIN_HOOK = 4;
const NFTA_CHAIN_POLICY = 5;
const NFTA_CHAIN_TYPE = 7;
const NF_DROP = 0;
const NF_ACCEPT = 1;

/** Writes the attributes of a chain that is to be. */
export function writeChain(into: Writer, chain: Chain): void {
  writeChainReference(into, chain);
  const { base } = chain;
  if (base === undefined) return;
  into.nest(NFTA_CHAIN_HOOK, (hook) => writeHook(hook, chain.family, base));
  into.u32BEAttribute(NFTA_CHAIN_POLICY, base.policy === 'accept' ? NF_ACCEPT : NF_DROP);
  into.stringAttribute(NFTA_CHAIN_TYPE, base.type);
}

/** Writes the attributes that name a chain. */
export function writeChainReference(into: Writer, { table, name }: ChainReference): void {
  into.stringAttribute(NFTA_CHAIN_TABLE, table).stringAttribute(NFTA_CHAIN_NAME, name);
}

/** Reads a chain. */
export function readChain(message: Told): Chain {
  const reference = readChainReference(message);
  const hook = message.fields.get(NFTA_CHAIN_HOOK);
  if (hook === undefined) return reference;
  const point = readHook(attributeMap(hook), message.family);
  return { ...reference, base: { ...point, ...baseIn(message.fields) } };
}

/** Reads which chain a message is about. */
export function readChainReference({ family, fields }: Told): ChainReference {
  return {
    family,
    table: textField(fields, NFTA_CHAIN_TABLE),
    name: textField(fields, NFTA_CHAIN_NAME),
  };
}

function baseIn(fields: Fields): Omit<ChainBase, keyof HookPoint> {
  const type = textField(fields, NFTA_CHAIN_TYPE);
  return {
    type: type === 'nat' || type === 'route' ? type : 'filter',
    policy: numberField(fields, NFTA_CHAIN_POLICY, NF_ACCEPT) === NF_DROP ? 'drop' : 'accept',
  };
}
