import { NLM_F_APPEND, NLM_F_REPLACE } from '../../codec/message.ts';
import type { RuleChange } from '../change.ts';
import { NFT_MSG_DELRULE, NFT_MSG_NEWRULE } from '../message.ts';
import {
  type NewNftRule,
  type Placement,
  writePlacement,
  writeRule,
  writeRuleHandle,
  writeRuleReference,
} from '../rule.ts';
import { unreachable } from '../unreachable.ts';
import { ADD, type ChangeMessage } from './message.ts';

/** The message for a change of a rule. */
export function ruleMessage(change: RuleChange): ChangeMessage {
  const { family } = change.rule;
  switch (change.kind) {
    case 'addRule':
      return {
        message: NFT_MSG_NEWRULE,
        flags: ADD | placementFlag(change.at),
        family,
        errand: { operation: 'add', object: `rule ${described(change.rule)}` },
        vague: false,
        write: (into) => {
          writeRule(into, change.rule);
          writePlacement(into, change.at);
        },
      };
    case 'replaceRule':
      return {
        message: NFT_MSG_NEWRULE,
        flags: NLM_F_REPLACE,
        family,
        errand: {
          operation: 'replace',
          object: `rule ${change.handle} by ${described(change.rule)}`,
        },
        vague: false,
        write: (into) => {
          writeRule(into, change.rule);
          writeRuleHandle(into, change.handle);
        },
      };
    case 'deleteRule':
      return {
        message: NFT_MSG_DELRULE,
        flags: 0,
        family,
        errand: {
          operation: 'delete',
          object: `rule ${change.rule.handle} of chain ${chainOf(change.rule)}`,
        },
        vague: false,
        write: (into) => writeRuleReference(into, change.rule),
      };
    default:
      return unreachable(change);
  }
}

/** Appending puts a rule behind the one that is named, or behind all. */
function placementFlag(at: Placement): number {
  return at.kind === 'last' || at.kind === 'after' ? NLM_F_APPEND : 0;
}

/** A new rule has no name: its comment, or what it is made of, tells it from others. */
function described(rule: NewNftRule): string {
  const what =
    rule.comment === ''
      ? `(${rule.expressions.map(({ kind }) => kind).join(', ')})`
      : `\`${rule.comment}\``;
  return `${what} of chain ${chainOf(rule)}`;
}

function chainOf({ family, table, chain }: Omit<NewNftRule, 'comment' | 'expressions'>): string {
  return `${family} ${table} ${chain}`;
}
