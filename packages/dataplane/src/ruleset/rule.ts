import type { Action, Chain, ChainBase, Match, Rejection, Rule, RuleVerdict } from './ruleset.ts';

/** Writes a rule: what must hold, then what is done, then the verdict. */
export function rule(
  matches: readonly Match[],
  verdict: RuleVerdict,
  comment: string = '',
  actions: readonly Action[] = [],
): Rule {
  return { matches, actions, verdict, comment };
}

/** Writes a rule that only does something. */
export function does(...actions: readonly Action[]): Rule {
  return { matches: [], actions, verdict: NEXT, comment: '' };
}

/** Writes a chain that others send packets to. */
export function chain(name: string, rules: readonly Rule[]): Chain {
  return { name, base: undefined, rules };
}

/** Writes a chain that sees packets at a hook. */
export function baseChain(
  name: ChainBase['hook'],
  priority: number,
  rules: readonly Rule[],
): Chain {
  return { name, base: { hook: name, priority }, rules };
}

export const ACCEPT: RuleVerdict = { kind: 'accept' };
export const DROP: RuleVerdict = { kind: 'drop' };
export const NEXT: RuleVerdict = { kind: 'next' };
export const RETURN: RuleVerdict = { kind: 'return' };

/** Drops the packet and tells its sender. */
export function reject(by: Rejection): RuleVerdict {
  return { kind: 'reject', by };
}

/** Sends the packet to a chain, for good. */
export function goto(name: string): RuleVerdict {
  return { kind: 'goto', chain: name };
}

/** Sends the packet to a chain, and goes on here where that leaves it undecided. */
export function jump(name: string): RuleVerdict {
  return { kind: 'jump', chain: name };
}
