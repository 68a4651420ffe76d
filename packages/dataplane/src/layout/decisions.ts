import type { Direction, Family } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import { destinationField, digit, directionSet, familySet, sourceField } from '../ruleset/names.ts';
import { ALLOWED, ANY_OUTSIDE, ANY_POD, DENIED, ITSELF, TCP } from '../ruleset/numbers.ts';
import { chain, does, DROP, goto, jump, NEXT, reject, RETURN, rule } from '../ruleset/rule.ts';
import type { Chain, Field, Match, Rule, RuleVerdict } from '../ruleset/ruleset.ts';

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
    const sides = (['egress', 'ingress'] as const).map((each) => sideOf(each, family, way));
    chains.push(
      // INVARIANT: what no side has dropped goes back to the hook's chain, which stamps it.
      chain(
        `${way}${of}`,
        sides.map((side) => rule([isSubject(side)], jump(side.name))),
      ),
      ...sides.flatMap(sideChains),
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
 * Finds who the peer is, and looks at the subject's rows about it; where they are silent, at its
 * rows about any pod, or any address outside. Who is allowed goes back; what no row allows is denied.
 *
 * Whenever a rule is replaced, the kernel checks the table, and older ones along every way that leads
 * through it: going back keeps the ways of one side from being as many for each way of the other.
 */
function sideChains(side: Side): readonly Chain[] {
  const { name, family, peer, denied } = side;
  const [asPod, asSegment, asAny] = [`${name}_pod`, `${name}_segment`, `${name}_any`];
  const whereIn = (set: 'identities' | 'segments', then: RuleVerdict): Rule =>
    rule([], then, '', [{ kind: 'mapIdentity', key: [peer], map: familySet(set, family) }]);
  const says = (number: number, then: RuleVerdict): Rule =>
    rule([{ kind: 'identity', is: 'equal', number }], then);
  const rows = rule([], jump(`${name}_rows`));
  const ownRows = [rows, says(ALLOWED, RETURN), says(DENIED, denied)];
  const rowsOfAny = (number: number): readonly Rule[] => [
    does({ kind: 'setIdentity', number }),
    rule([], goto(asAny)),
  ];
  return [
    chain(name, [
      whereIn('identities', goto(asPod)),
      whereIn('segments', goto(asSegment)),
      ...rowsOfAny(ANY_OUTSIDE),
    ]),
    chain(asPod, [
      rule([isItself(family)], NEXT, 'met through a Service', [
        { kind: 'setIdentity', number: ITSELF },
      ]),
      ...ownRows,
      says(ANY_POD, denied),
      ...rowsOfAny(ANY_POD),
    ]),
    chain(asSegment, [...ownRows, ...rowsOfAny(ANY_OUTSIDE)]),
    chain(asAny, [rows, says(ALLOWED, RETURN), rule([], denied)]),
    chain(`${name}_rows`, rowRules(side)),
  ];
}

function isItself(family: Family): Match {
  const key = [sourceField(family), destinationField(family)];
  return { kind: 'inSet', key, set: familySet('itself', family) };
}

/** The most exact row says it: a port's, then a range's, then one for all that can be sent. */
function rowRules({ direction, family, subject, port }: Side): readonly Rule[] {
  const lookup = (set: 'ports' | 'ranges' | 'any_port', key: readonly Field[]): Rule =>
    rule([], RETURN, '', [{ kind: 'mapIdentity', key, map: directionSet(set, direction, family) }]);
  return [
    lookup('ports', [subject, 'identity', 'protocol', port]),
    lookup('ranges', [port, 'identity', subject, 'protocol']),
    lookup('any_port', [subject, 'identity']),
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
