import type { Answer } from '../codec/message.ts';
import { type Chain, type ChainReference, readChain, readChainReference } from './chain.ts';
import { readElements, readElementSet, type SetElement } from './element.ts';
import { type Generation, readGeneration } from './generation.ts';
import {
  NFNL_SUBSYS_NFTABLES,
  NFT_MSG_DELCHAIN,
  NFT_MSG_DELRULE,
  NFT_MSG_DELSET,
  NFT_MSG_DELSETELEM,
  NFT_MSG_DELTABLE,
  NFT_MSG_NEWCHAIN,
  NFT_MSG_NEWGEN,
  NFT_MSG_NEWRULE,
  NFT_MSG_NEWSET,
  NFT_MSG_NEWSETELEM,
  NFT_MSG_NEWTABLE,
  told,
  toldFields,
} from './message.ts';
import { readSet, readSetReference } from './read-set.ts';
import { type NftRule, readRule, readRuleReference, type RuleReference } from './rule.ts';
import type { NftSet, SetReference } from './set.ts';
import { type ListedTable, readTable, readTableReference, type TableReference } from './table.ts';

/** What happened to rulesets. What one commit did comes together, and the new generation last. */
export type NftablesEvent =
  | { readonly kind: 'newTable'; readonly table: ListedTable }
  | { readonly kind: 'deleteTable'; readonly table: TableReference }
  | { readonly kind: 'newChain'; readonly chain: Chain }
  | { readonly kind: 'deleteChain'; readonly chain: ChainReference }
  | { readonly kind: 'newRule'; readonly rule: NftRule }
  | { readonly kind: 'deleteRule'; readonly rule: RuleReference }
  | { readonly kind: 'newSet'; readonly set: NftSet }
  | { readonly kind: 'deleteSet'; readonly set: SetReference }
  | {
      readonly kind: 'newElements' | 'deleteElements';
      readonly set: SetReference;
      readonly elements: readonly SetElement[];
    }
  | { readonly kind: 'newGeneration'; readonly generation: Generation }
  /** About a kind of object that this package has no words for; the number is an `NFT_MSG_`. */
  | { readonly kind: 'unknown'; readonly message: number };

type Reader = (answer: Answer) => NftablesEvent;

const READERS: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [NFT_MSG_NEWTABLE, (answer) => ({ kind: 'newTable', table: readTable(told(answer)) })],
  [
    NFT_MSG_DELTABLE,
    (answer) => ({ kind: 'deleteTable', table: readTableReference(told(answer)) }),
  ],
  [NFT_MSG_NEWCHAIN, (answer) => ({ kind: 'newChain', chain: readChain(told(answer)) })],
  [
    NFT_MSG_DELCHAIN,
    (answer) => ({ kind: 'deleteChain', chain: readChainReference(told(answer)) }),
  ],
  [NFT_MSG_NEWRULE, (answer) => ({ kind: 'newRule', rule: readRule(told(answer)) })],
  [NFT_MSG_DELRULE, (answer) => ({ kind: 'deleteRule', rule: readRuleReference(told(answer)) })],
  [NFT_MSG_NEWSET, (answer) => ({ kind: 'newSet', set: readSet(told(answer)) })],
  [NFT_MSG_DELSET, (answer) => ({ kind: 'deleteSet', set: readSetReference(told(answer)) })],
  [NFT_MSG_NEWSETELEM, (answer) => elementsEvent('newElements', answer)],
  [NFT_MSG_DELSETELEM, (answer) => elementsEvent('deleteElements', answer)],
  [
    NFT_MSG_NEWGEN,
    (answer) => ({ kind: 'newGeneration', generation: readGeneration(toldFields(answer)) }),
  ],
]);

/** Reads the notifications of the group `NFNLGRP_NFTABLES`; those of other groups are left out. */
export function nftablesEvents(answers: readonly Answer[]): readonly NftablesEvent[] {
  return answers.filter(({ type }) => type >> 8 === NFNL_SUBSYS_NFTABLES).map(eventIn);
}

function eventIn(answer: Answer): NftablesEvent {
  const message = answer.type & 0xff;
  return READERS.get(message)?.(answer) ?? { kind: 'unknown', message };
}

function elementsEvent(kind: 'newElements' | 'deleteElements', answer: Answer): NftablesEvent {
  const message = told(answer);
  return { kind, set: readElementSet(message), elements: readElements(message) };
}
