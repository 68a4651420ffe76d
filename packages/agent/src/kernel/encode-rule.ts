import { unreachable } from '@ringfence/core';
import type { Action, Rejection, Rule, RuleVerdict } from '@ringfence/dataplane';
import { ICMPX_CODES, type Verdict } from '@ringfence/netlink';
import { loadKey } from './encode-key.ts';
import { encodeMatch, LOAD_MARK } from './encode-match.ts';
import { hostBits, type Part, type RuleWorld } from './part.ts';
import { type EncodedRule, FIRST, type Step } from './step.ts';
import { hostNumber } from './value-bytes.ts';

/**
 * Writes a rule as nf_tables has it: expression by expression what `nft` makes of its text.
 *
 * What a match needs to hold first, such as the family of an address, is looked at just before it,
 * and once.
 */
export function encodeRule(world: RuleWorld, rule: Rule): EncodedRule {
  const parts = [
    ...rule.matches.map((match) => encodeMatch(world, match)),
    ...rule.actions.map((action) => encodeAction(world, action)),
  ];
  const steps: Step[] = [];
  const held = new Set<string>();
  for (const part of parts) {
    for (const need of part.needs) {
      if (held.has(need.name)) continue;
      held.add(need.name);
      steps.push(...need.steps);
    }
    steps.push(...part.steps);
  }
  steps.push(...verdictSteps(rule.verdict));
  return { comment: rule.comment, steps };
}

function encodeAction(world: RuleWorld, action: Action): Part {
  switch (action.kind) {
    case 'setIdentity':
      return {
        needs: [],
        steps: [
          { kind: 'immediate', destination: FIRST, data: hostNumber(action.number) },
          SET_IDENTITY,
        ],
      };
    case 'mapIdentity': {
      const { needs, steps, set } = loadKey(world, action.key, action.map);
      const lookup: Step = { kind: 'map', set, setId: 0, source: FIRST, destination: FIRST };
      return { needs, steps: [...steps, lookup, SET_IDENTITY] };
    }
    case 'setMark':
      return {
        needs: [],
        steps: [
          LOAD_MARK,
          hostBits(~action.mask, action.value),
          { kind: 'setCt', key: 'mark', direction: 'none', source: FIRST },
        ],
      };
    case 'count':
      return { needs: [], steps: [{ kind: 'counter', packets: 0n, bytes: 0n }] };
    case 'log':
      return logPart(world, action);
    default:
      return unreachable(action);
  }
}

/** What the packet's priority says is who the peer is. */
const SET_IDENTITY: Step = { kind: 'setMeta', key: 'priority', source: FIRST };

/** How much of a packet is told: its headers. */
const SNAPLEN = 80;

/** Each key has a limit of its own: the rule goes on once in ten seconds. */
function logPart(world: RuleWorld, action: Extract<Action, { readonly kind: 'log' }>): Part {
  const { needs, steps, set } = loadKey(world, action.key, action.set);
  const { group, prefix } = action;
  return {
    needs,
    steps: [
      ...steps,
      {
        kind: 'dynset',
        set,
        setId: 0,
        op: 'add',
        key: FIRST,
        data: 'none',
        timeoutMs: 0,
        expressions: [
          { kind: 'limit', of: 'packets', rate: 6, perSeconds: 60, burst: 1, inverted: false },
        ],
        inverted: false,
      },
      { kind: 'log', group, prefix, snaplen: SNAPLEN, qthreshold: 0 },
    ],
  };
}

function verdictSteps(verdict: RuleVerdict): readonly Step[] {
  if (verdict.kind === 'reject') return [REJECTIONS[verdict.by]];
  const decided = decisionOf(verdict);
  return decided === undefined ? [] : [{ kind: 'verdict', verdict: decided }];
}

const REJECTIONS: Readonly<Record<Rejection, Step>> = {
  tcpReset: { kind: 'reject', type: 'tcp_rst', code: 0 },
  adminProhibited: { kind: 'reject', type: 'icmpx_unreach', code: ICMPX_CODES.admin_prohibited },
};

function decisionOf(
  verdict: Exclude<RuleVerdict, { readonly kind: 'reject' }>,
): Verdict | undefined {
  switch (verdict.kind) {
    case 'accept':
    case 'drop':
    case 'return':
      return { kind: verdict.kind };
    case 'next':
      return undefined;
    case 'jump':
    case 'goto':
      return { kind: verdict.kind, chain: verdict.chain };
    default:
      return unreachable(verdict);
  }
}
