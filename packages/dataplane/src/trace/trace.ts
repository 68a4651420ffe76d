import { unreachable } from '@ringfence/core';
import type { Action, Chain, Rejection, Rule, Ruleset } from '../ruleset/ruleset.ts';
import { type Lookup, lookupsOf } from './lookup.ts';
import { keyIn, matchHolds, type State } from './match.ts';
import type { Packet } from './packet.ts';

/** What becomes of a packet, and how. */
export interface Trace {
  readonly verdict: 'accept' | 'drop';
  /** What its sender is told when it is dropped. */
  readonly told: Rejection | 'nothing';
  /** The rules that held, in order. */
  readonly path: readonly Step[];
  /** The connection's mark afterwards. */
  readonly mark: number;
}

/** A rule that held. */
export interface Step {
  readonly chain: string;
  /** Its place in the chain. */
  readonly rule: number;
  readonly comment: string;
}

/** Says what the kernel does with a packet under a ruleset. */
export type Tracer = (packet: Packet) => Trace;

/** Traces one packet; for many, `tracerOf` prepares once. */
export function trace(ruleset: Ruleset, packet: Packet): Trace {
  return tracerOf(ruleset)(packet);
}

/**
 * Prepares a ruleset for packets.
 *
 * @throws for a ruleset that no kernel would take: a chain or set that is not there, a loop.
 */
export function tracerOf(ruleset: Ruleset): Tracer {
  const chains = new Map(ruleset.chains.map((chain) => [chain.name, chain]));
  const lookups = lookupsOf(ruleset);
  return (packet) => {
    const walk: Walk = {
      packet,
      chains,
      lookups,
      path: [],
      told: 'nothing',
      state: { identity: 0, mark: packet.connection.mark },
    };
    // Before connection tracking: its rules do not ask for it.
    const dropped = HOOKS[packet.way].some((hook) =>
      chainsAt(ruleset, hook).some((chain) => run(walk, chain, 0) === 'drop'),
    );
    const { told, path, state } = walk;
    return { verdict: dropped ? 'drop' : 'accept', told, path, mark: state.mark };
  };
}

const HOOKS = {
  forward: ['prerouting', 'forward'],
  input: ['prerouting', 'input'],
  output: [],
  bridge: ['prerouting'],
} as const;

/** The kernel takes no more jumps inside each other. */
const DEEPEST = 16;

interface Walk {
  readonly packet: Packet;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly lookups: ReadonlyMap<string, Lookup>;
  readonly path: Step[];
  told: Trace['told'];
  readonly state: { -readonly [K in keyof State]: State[K] };
}

function chainsAt({ chains }: Ruleset, hook: string): readonly Chain[] {
  return chains
    .filter(({ base }) => base?.hook === hook)
    .sort((left, right) => (left.base?.priority ?? 0) - (right.base?.priority ?? 0));
}

/** Goes through a chain; `undecided` where it ends without a verdict. */
function run(walk: Walk, chain: Chain, depth: number): 'accept' | 'drop' | 'undecided' {
  if (depth > DEEPEST) throw new Error(`chain ${chain.name} is too deep`);
  for (const [place, rule] of chain.rules.entries()) {
    if (!holds(walk, rule)) continue;
    walk.path.push({ chain: chain.name, rule: place, comment: rule.comment });
    const { verdict } = rule;
    switch (verdict.kind) {
      case 'accept':
      case 'drop':
        return verdict.kind;
      case 'reject':
        walk.told = verdict.by;
        return 'drop';
      case 'next':
        break;
      case 'return':
        return 'undecided';
      case 'goto':
        return run(walk, chainNamed(walk, verdict.chain), depth + 1);
      case 'jump': {
        const found = run(walk, chainNamed(walk, verdict.chain), depth + 1);
        if (found !== 'undecided') return found;
        break;
      }
      default:
        return unreachable(verdict);
    }
  }
  return 'undecided';
}

function chainNamed({ chains }: Walk, name: string): Chain {
  const chain = chains.get(name);
  if (chain === undefined) throw new Error(`no chain ${name}`);
  return chain;
}

/** Whether all matches hold and all actions let the rule go on. */
function holds(walk: Walk, { matches, actions }: Rule): boolean {
  const { packet, state, lookups } = walk;
  return (
    matches.every((match) => matchHolds(match, packet, state, lookups)) &&
    actions.every((action) => act(walk, action))
  );
}

/** Does what an action says; false where it stops the rule. */
function act({ packet, state, lookups }: Walk, action: Action): boolean {
  switch (action.kind) {
    case 'setIdentity':
      state.identity = action.number;
      return true;
    case 'mapIdentity': {
      const key = keyIn(action.key, packet, state);
      const found = key && lookupNamed(lookups, action.map)(key);
      if (found === undefined || found === 'member') return false;
      state.identity = found;
      return true;
    }
    case 'setMark':
      // What is not tracked has no mark.
      if (packet.connection.state !== 'untracked') {
        state.mark = ((state.mark & ~action.mask) | action.value) >>> 0;
      }
      return true;
    case 'count':
    case 'log':
      return true;
    default:
      return unreachable(action);
  }
}

function lookupNamed(lookups: ReadonlyMap<string, Lookup>, name: string): Lookup {
  const lookup = lookups.get(name);
  if (lookup === undefined) throw new Error(`no set ${name}`);
  return lookup;
}
