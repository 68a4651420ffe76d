import type { Direction, Family } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import { destinationField, digit, directionSet, familySet, sourceField } from '../ruleset/names.ts';
import {
  ALLOWED,
  ANY_OUTSIDE,
  ANY_POD,
  DENIED,
  ITSELF,
  NO_IDENTITY,
  TCP,
} from '../ruleset/numbers.ts';
import { chain, does, DROP, goto, jump, NEXT, reject, rule } from '../ruleset/rule.ts';
import type { Action, Chain, Field, Match, Rule, RuleVerdict } from '../ruleset/ruleset.ts';

/**
 * Decides what concerns this node's pods: the sender's egress, then the receiver's ingress. Packets
 * that answer are judged by what they answer: their sender is the one that was called.
 */
export function decisionChains(family: Family, options: CompileOptions): readonly Chain[] {
  const of = digit(family);
  const chains: Chain[] = [
    chain(`pods${of}`, [
      rule([], jump(`checks${of}`)),
      rule([{ kind: 'reply' }], goto(`answer${of}`)),
      rule([], goto(`original${of}`)),
    ]),
  ];
  for (const way of ['original', 'answer'] as const) {
    const egress = sideOf('egress', family, way);
    const ingress = sideOf('ingress', family, way);
    const onward = `${way}${of}_ingress`;
    chains.push(
      chain(`${way}${of}`, [rule([isSubject(egress)], goto(egress.name)), rule([], goto(onward))]),
      chain(onward, [
        does({ kind: 'setIdentity', number: NO_IDENTITY }),
        rule([isSubject(ingress)], goto(ingress.name)),
        rule([], goto('decided')),
      ]),
      ...sideChains(egress, goto(onward)),
      ...sideChains(ingress, goto('decided')),
    );
  }
  return [
    ...chains,
    ...(['egress', 'ingress'] as const).map((direction) => deniedChain(direction, family, options)),
  ];
}

/** One direction of policy, seen from packets that go one way. */
interface Side {
  readonly name: string;
  readonly direction: Direction;
  readonly family: Family;
  readonly subject: Field;
  readonly peer: Field;
  /** Where the port is that rules speak of. */
  readonly port: Field;
  readonly denied: RuleVerdict;
}

function sideOf(direction: Direction, family: Family, way: 'original' | 'answer'): Side {
  const original = way === 'original';
  const client = original ? sourceField(family) : destinationField(family);
  const server = original ? destinationField(family) : sourceField(family);
  return {
    name: `${direction}${digit(family)}${original ? '' : '_answer'}`,
    direction,
    family,
    subject: direction === 'egress' ? client : server,
    peer: direction === 'egress' ? server : client,
    port: original ? 'destinationPort' : 'sourcePort',
    denied: goto(deniedName(direction, family)),
  };
}

function isSubject({ direction, family, subject }: Side): Match {
  return { kind: 'inSet', key: [subject], set: directionSet('subjects', direction, family) };
}

/**
 * Gives the peer its identity, and looks at the subject's rows about it; where they are silent, at
 * its rows about any pod, or any address outside. What no row allows is denied.
 */
function sideChains(side: Side, allowed: RuleVerdict): readonly Chain[] {
  const { name, family, peer, denied } = side;
  const rows = jump(`${name}_rows`);
  const asPod = `${name}_pod`;
  const map = (set: 'identities' | 'segments'): Action => ({
    kind: 'mapIdentity',
    key: [peer],
    map: familySet(set, family),
  });
  const named: Match = { kind: 'identity', is: 'different', number: NO_IDENTITY };
  return [
    chain(name, [
      does({ kind: 'setIdentity', number: NO_IDENTITY }),
      does(map('identities')),
      rule([named], goto(asPod)),
      does(map('segments')),
      rule([named], rows),
      does({ kind: 'setIdentity', number: ANY_OUTSIDE }),
      rule([], rows),
      rule([], denied),
    ]),
    chain(asPod, [
      rule([isItself(family)], NEXT, 'met through a Service', [
        { kind: 'setIdentity', number: ITSELF },
      ]),
      rule([], rows),
      rule([{ kind: 'identity', is: 'equal', number: ANY_POD }], denied),
      does({ kind: 'setIdentity', number: ANY_POD }),
      rule([], rows),
      rule([], denied),
    ]),
    chain(`${name}_rows`, rowRules(side, allowed)),
  ];
}

function isItself(family: Family): Match {
  const key = [sourceField(family), destinationField(family)];
  return { kind: 'inSet', key, set: familySet('itself', family) };
}

/** The most exact row decides: a port's, then a range's, then one for all that can be sent. */
function rowRules(side: Side, allowed: RuleVerdict): readonly Rule[] {
  const { direction, family, subject, port, denied } = side;
  const lookup = (set: 'ports' | 'ranges' | 'any_port', key: readonly Field[]): readonly Rule[] => [
    does({ kind: 'mapIdentity', key, map: directionSet(set, direction, family) }),
    rule([{ kind: 'identity', is: 'equal', number: ALLOWED }], allowed),
    rule([{ kind: 'identity', is: 'equal', number: DENIED }], denied),
  ];
  return [
    ...lookup('ports', [subject, 'identity', 'protocol', port]),
    ...lookup('ranges', [port, 'identity', subject, 'protocol']),
    ...lookup('any_port', [subject, 'identity']),
  ];
}

function deniedName(direction: Direction, family: Family): string {
  return `denied_${direction}${digit(family)}`;
}

function deniedChain(direction: Direction, family: Family, options: CompileOptions): Chain {
  const key: readonly Field[] = [
    sourceField(family),
    destinationField(family),
    'protocol',
    'destinationPort',
  ];
  return chain(deniedName(direction, family), [
    does({
      kind: 'log',
      key,
      set: familySet('denied', family),
      prefix: `${options.table}:${direction}`,
      group: options.logGroup,
    }),
    ...END_OF_DENIED[options.denied],
  ]);
}

/** No hook before `forward` and `input` leads here: whom a packet came from is certain. */
const END_OF_DENIED: Readonly<Record<CompileOptions['denied'], readonly Rule[]>> = {
  drop: [rule([], DROP, '', [{ kind: 'count' }])],
  reject: [
    rule([{ kind: 'protocol', protocols: [TCP] }], reject('tcpReset'), '', [{ kind: 'count' }]),
    rule([], reject('adminProhibited'), '', [{ kind: 'count' }]),
  ],
};
