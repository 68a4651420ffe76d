import { FAMILIES, type Family } from '@ringfence/core';
import {
  type Change,
  type ChainBase,
  CT_STATE,
  type Expression,
  type Hook,
  ICMPX_CODES,
} from '@ringfence/netlink';
import {
  decide,
  isIn,
  isNew,
  isNotLedElsewhere,
  isTcp,
  isType,
  loadAddress,
  loadAskedAddress,
  loadAskedPort,
  loadBothAddresses,
  loadPort,
  loadPortal,
  masquerade,
  ofFamily,
} from './expressions.ts';
import { LEADING_ROLES, leadingRules } from './leading.ts';
import { allSets, setName, TABLE } from './service-sets.ts';

/** Where connections are refused: by a reset, or by saying that the port is unreachable. */
const REFUSE = 'refuse';

/** The places of kube-proxy's nftables mode. */
const DSTNAT = -100;
const FILTER = 0;
const SRCNAT = 100;

/** What is the same for every Service. */
export interface TableOptions {
  /** The interfaces by which other nodes and the outside are reached. */
  readonly uplinks: readonly string[];
  /** The node's address in a family: as that its masqueraded flows are seen. */
  readonly address: (family: Family) => string | undefined;
  /** Whether what pods send to the outside leaves with their node's address. */
  readonly masqueradeEgress: boolean;
}

/**
 * The table before there are Services: its sets, and the rules that never change.
 *
 * No packet mark is used. Whether a flow is masqueraded follows from what its client asked for, which
 * connection tracking remembers, so that the marks are free for whoever else runs on the node.
 */
export function serviceTable({
  uplinks,
  address,
  masqueradeEgress,
}: TableOptions): readonly Change[] {
  const asNode = (family: Family): readonly Expression[] => masquerade(family, address(family));
  const flags = { dormant: false, owner: false, persist: false };
  return [
    // One that is there already is of a lab that was killed.
    { kind: 'addTable', table: { ...TABLE, flags } },
    { kind: 'deleteTable', table: TABLE },
    { kind: 'addTable', table: { ...TABLE, flags } },
    ...allSets().map((set): Change => ({ kind: 'addSet', set })),
    ...chain(REFUSE, refuseRules()),
    ...FAMILIES.flatMap((family) =>
      LEADING_ROLES.flatMap((role) => chain(setName(role, family), [])),
    ),
    ...chain('services', leadingRules(uplinks)),
    ...chain('unserved', eachFamily(unservedRules)),
    ...chain('from-outside', [
      ...eachFamily(insideRules('source')),
      [...isType('source', 'local'), decide({ kind: 'return' })],
      ...eachFamily((family) => [[...ofFamily(family), ...asNode(family)]]),
    ]),
    ...chain('egress', [
      ...eachFamily(insideRules('destination')),
      [...isType('destination', 'unicast', 'neq'), decide({ kind: 'return' })],
      ...eachFamily((family) => fromPodsRules(family, asNode(family))),
    ]),
    ...base('nat', 'prerouting', DSTNAT, [[jump('services')]]),
    ...base('nat', 'output', DSTNAT, [[jump('services')]]),
    ...base('nat', 'postrouting', SRCNAT, [
      [...isNotLedElsewhere(), masqueradeEgress ? goto('egress') : decide({ kind: 'accept' })],
      ...eachFamily((family) => ledRules(family, asNode(family))),
    ]),
    ...base('filter', 'forward', FILTER, [[jump('unserved')]]),
    ...base('filter', 'output', FILTER, [[jump('unserved')]]),
    ...base('filter', 'input', FILTER, eachFamily(unservedNodePortRules)),
  ];
}

type Rules = readonly (readonly Expression[])[];

const DROP = decide({ kind: 'drop' });

function refuseRules(): Rules {
  return [
    [...isTcp(), { kind: 'reject', type: 'tcp_rst', code: 0 }],
    [{ kind: 'reject', type: 'icmpx_unreach', code: ICMPX_CODES.port_unreach }],
  ];
}

/** What comes to a cluster address and was not led anywhere: nothing is there. */
function unservedRules(family: Family): Rules {
  const own = ofFamily(family);
  const load = loadAddress('destination', family);
  return [
    [...own, ...loadPortal(family), isIn(setName('closed-portals', family)), DROP],
    [...own, load, isIn(setName('cluster-addresses', family)), goto(REFUSE)],
    // Whatever is not known here would be answered by the outside.
    [...own, load, isIn(setName('service-ranges', family)), goto(REFUSE)],
  ];
}

/** Answers to what the node itself has asked come to its ports, too. */
function unservedNodePortRules(family: Family): Rules {
  const asked = [...ofFamily(family), ...isNew(CT_STATE.new), ...loadPort()];
  return [
    [...asked, isIn(setName('closed-node-ports', family)), DROP],
    [...asked, isIn(setName('refused-node-ports', family)), goto(REFUSE)],
  ];
}

/** Masquerades what was led elsewhere where the answers would not come back by this node. */
function ledRules(family: Family, asNode: readonly Expression[]): Rules {
  return [
    [
      ...ofFamily(family),
      ...loadBothAddresses(family),
      isIn(setName('hairpins', family)),
      ...asNode,
    ],
    [
      ...ofFamily(family),
      loadAskedAddress(family),
      isIn(setName('cluster-addresses', family)),
      goto('from-outside'),
    ],
    [
      ...ofFamily(family),
      ...loadAskedPort(),
      isIn(setName('masqueraded-node-ports', family)),
      ...asNode,
    ],
  ];
}

/** Returns with what comes from, or goes to, pods and nodes. */
function insideRules(end: 'source' | 'destination'): (family: Family) => Rules {
  return (family) =>
    (['pod-ranges', 'pods', 'nodes'] as const).map((role) => [
      ...ofFamily(family),
      loadAddress(end, family),
      isIn(setName(role, family)),
      decide({ kind: 'return' }),
    ]);
}

function fromPodsRules(family: Family, asNode: readonly Expression[]): Rules {
  return (['pod-ranges', 'pods'] as const).map((role) => [
    ...ofFamily(family),
    loadAddress('source', family),
    isIn(setName(role, family)),
    ...asNode,
  ]);
}

function eachFamily(rules: (family: Family) => Rules): Rules {
  return FAMILIES.flatMap(rules);
}

function chain(name: string, rules: Rules): readonly Change[] {
  return [
    { kind: 'addChain', chain: { family: TABLE.family, table: TABLE.name, name } },
    ...rulesOf(name, rules),
  ];
}

function base(
  type: ChainBase['type'],
  hook: Hook,
  priority: number,
  rules: Rules,
): readonly Change[] {
  const name = `${type}-${hook}`;
  const reference = { family: TABLE.family, table: TABLE.name, name };
  const point: ChainBase = { type, hook, priority, policy: 'accept', devices: [] };
  return [{ kind: 'addChain', chain: { ...reference, base: point } }, ...rulesOf(name, rules)];
}

function rulesOf(name: string, rules: Rules): readonly Change[] {
  return rules.map((expressions) => ({
    kind: 'addRule',
    at: { kind: 'last' },
    rule: { family: TABLE.family, table: TABLE.name, chain: name, comment: '', expressions },
  }));
}

function jump(to: string): Expression {
  return decide({ kind: 'jump', chain: to });
}

function goto(to: string): Expression {
  return decide({ kind: 'goto', chain: to });
}
