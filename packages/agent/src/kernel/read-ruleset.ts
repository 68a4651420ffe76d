import { Buffer } from 'node:buffer';
import { failed, ok, type Result } from '@ringfence/core';
import type { Element, ElementSet, KernelChain, KernelRuleset } from '@ringfence/dataplane';
import {
  type Chain as NftChain,
  type NetlinkSocket,
  nftChains,
  nftElements,
  nftRules,
  type NftRule,
  type NftSet,
  nftSets,
} from '@ringfence/netlink';
import { decodeInAnyOrder } from './decode-elements.ts';
import { decodeRule } from './decode-rule.ts';
import { decodeSet } from './decode-set.ts';
import type { TableName } from './encode-set.ts';
import { worldOf } from './install-changes.ts';
import type { RuleWorld } from './part.ts';
import type { AnonymousSets } from './read-rules.ts';

/**
 * Reads what a table of the kernel holds, out of nothing but the kernel's own lists. What no ruleset
 * can say is told beside it, and never left out. Elements of sets that rules fill are not read.
 *
 * @param known the sets that the table may have, by whose names keys are understood.
 */
export function readRuleset(
  socket: NetlinkSocket,
  { family, table }: TableName,
  known: readonly ElementSet[],
): KernelRuleset {
  const name = { family, table };
  const reference = { family, name: table };
  const unknown: string[] = [];
  const sets: ElementSet[] = [];
  const anonymous = new Map<string, readonly Uint8Array[]>();
  const elements = new Map<string, readonly Element[]>();
  for (const each of nftSets(socket, reference)) {
    if (each.flags.includes('anonymous')) {
      if (isPlain(each))
        anonymous.set(
          each.name,
          nftElements(socket, each).map(({ key }) => key),
        );
      continue;
    }
    const set = decodeSet(name, each, known);
    if (set === undefined) {
      unknown.push(`set ${each.name}`);
      continue;
    }
    const read = elementsIn(socket, each, set);
    if (read.kind === 'failed') unknown.push(`set ${each.name}: ${read.error}`);
    sets.push(set);
    elements.set(set.name, read.kind === 'ok' ? read.value : []);
  }
  const world = worldOf({ family, sets });
  const rules = Map.groupBy(nftRules(socket, reference), ({ chain }) => chain);
  const chains = nftChains(socket, reference).map((chain): KernelChain => {
    return chainOf(chain, { world, anonymous, rules: rules.get(chain.name) ?? [] });
  });
  return { family, table, sets, elements, chains, unknown };
}

/** Whether a set is a list of values and nothing else. */
function isPlain({ flags, data }: NftSet): boolean {
  return data.kind === 'none' && flags.every((flag) => flag === 'anonymous' || flag === 'constant');
}

/** The elements of a set, or what is in it that no ruleset has. */
function elementsIn(
  socket: NetlinkSocket,
  reference: NftSet,
  set: ElementSet,
): Result<readonly Element[], string> {
  if (set.dynamic !== undefined) return ok([]);
  const elements = nftElements(socket, reference);
  if (
    elements.some(
      ({ expressions = [], timeoutMs, object }) =>
        expressions.length > 0 || (timeoutMs ?? object) !== undefined,
    )
  ) {
    return failed('an element does something of its own, or stays for a time');
  }
  return decodeInAnyOrder(set, elements);
}

function chainOf(
  { name, base }: NftChain,
  of: {
    readonly world: RuleWorld;
    readonly anonymous: AnonymousSets;
    readonly rules: readonly NftRule[];
  },
): KernelChain {
  return {
    name,
    base: baseOf(base),
    rules: of.rules.map(
      (rule) =>
        decodeRule(of.world, rule, of.anonymous) ?? {
          kind: 'unknown',
          text: expressionsText(rule),
        },
    ),
  };
}

const HOOKS = ['prerouting', 'forward', 'input'] as const;

function baseOf(base: NftChain['base']): KernelChain['base'] {
  if (base === undefined) return undefined;
  const { priority, type, policy, devices } = base;
  const hook = HOOKS.find((each) => each === base.hook);
  if (hook !== undefined && type === 'filter' && policy === 'accept' && devices.length === 0) {
    return { hook, priority };
  }
  const on = devices.length === 0 ? '' : ` of ${devices.join(', ')}`;
  return {
    kind: 'unknown',
    text: `at hook ${base.hook} ${priority}${on}, of type ${type}, with policy ${policy}`,
  };
}

/** What a rule does that cannot be written as a rule: its expressions, as the kernel has them. */
function expressionsText({ expressions, comment }: NftRule): string {
  const texts = expressions.map((expression) =>
    JSON.stringify(expression, (_, value: unknown) =>
      typeof value === 'bigint'
        ? `${value}`
        : value instanceof Uint8Array
          ? Buffer.from(value).toString('hex')
          : value,
    ),
  );
  return `${texts.join(' ')}${comment === '' ? '' : ` comment "${comment}"`}`;
}
