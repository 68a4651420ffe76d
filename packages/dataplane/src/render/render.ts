import { formatAddress, type IpAddress, unreachable } from '@ringfence/core';
import { isRange } from '../ruleset/order.ts';
import type {
  Action,
  Chain,
  Element,
  ElementSet,
  Field,
  KeyPart,
  Rejection,
  Rule,
  Ruleset,
  RuleVerdict,
} from '../ruleset/ruleset.ts';
import { rangeText } from './range-text.ts';
import { matchText } from './match-text.ts';
import {
  fieldText,
  identityText,
  interfaceText,
  keyFieldsText,
  markText,
  quoted,
} from './words.ts';

/**
 * Writes a ruleset as text that `nft -f` loads, over whatever the table held before.
 *
 * The same ruleset gives the same bytes. Sets and elements come before chains, and each part is
 * fit for a transaction of its own.
 */
export function render(ruleset: Ruleset): string {
  const { family, sets, chains, elements, closed } = ruleset;
  const table = `${family} ${ruleset.table}`;
  const lines = [
    ...LEGEND,
    ...closed.map(
      ({ namespace, name, rows }) => `# closed: ${namespace}/${name} would need ${rows} rows`,
    ),
    `table ${table}`,
    `delete table ${table}`,
    '',
    `table ${table} {`,
    ...sets.flatMap(setLines),
    '}',
    '',
    ...sets.flatMap((set) => elementLines(table, set, elements.get(set.name) ?? [])),
    `table ${table} {`,
    ...chains.flatMap(chainLines),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

const LEGEND = [
  '# Who a peer is stands in the priority while rows are looked up, and then what the row says.',
  '# 0:1 allowed, 0:2 denied; 0:3 any pod, 0:4 any address outside, 0:5 the pod itself by a Service.',
];

function setLines(set: ElementSet): readonly string[] {
  const flags = [
    ...(set.interval ? ['interval'] : []),
    ...(set.dynamic === undefined ? [] : ['dynamic', 'timeout']),
  ];
  const isMap = set.kind === 'identityMap';
  return [
    ...(set.comment === '' ? [] : [`  # ${set.comment}`]),
    `  ${isMap ? 'map' : 'set'} ${set.name} {`,
    `    typeof ${keyFieldsText(set.key)}${isMap ? ' : meta priority' : ''}`,
    ...(flags.length === 0 ? [] : [`    flags ${flags.join(',')}`]),
    ...(set.dynamic === undefined
      ? []
      : [`    size ${set.dynamic.size}`, `    timeout ${set.dynamic.seconds}s`]),
    '  }',
  ];
}

/** Each element on its own line: for people, and for those who compare texts. */
function elementLines(
  table: string,
  set: ElementSet,
  elements: readonly Element[],
): readonly string[] {
  if (elements.length === 0) return [];
  return [
    `add element ${table} ${set.name} {`,
    ...elements.map((element) => `  ${elementText(set, element)},`),
    '}',
    '',
  ];
}

/** Writes an element as nft does. */
export function elementText({ key: fields, kind }: ElementSet, element: Element): string {
  const key = element.key.map((part, place) => partText(fields[place], part)).join(' . ');
  const comment = element.comment === '' ? '' : ` comment ${quoted(element.comment)}`;
  if (kind === 'set') return `${key}${comment}`;
  if (element.identity === undefined) throw new Error('an element of a map has an identity');
  return `${key}${comment} : ${identityText(element.identity)}`;
}

function partText(field: Field | undefined, part: KeyPart): string {
  if (field === undefined) throw new Error('a key has as many parts as its set has fields');
  if (!isRange(part)) return valueText(field, part);
  const [first, last] = [addressOf(field, part.first), addressOf(field, part.last)];
  if (first !== undefined && last !== undefined) return rangeText(first, last);
  return `${valueText(field, part.first)}-${valueText(field, part.last)}`;
}

function valueText(field: Field, value: string | number | bigint): string {
  if (typeof value === 'string') return interfaceText(value);
  // Bytes without a name are a number.
  if (field === 'target6') return `0x${value.toString(16)}`;
  const address = addressOf(field, value);
  if (address !== undefined) return formatAddress(address);
  return field === 'identity' ? identityText(Number(value)) : `${value}`;
}

function addressOf(field: Field, value: number | bigint): IpAddress | undefined {
  if (typeof value === 'bigint') return { family: 'IPv6', value };
  return field === 'source4' || field === 'destination4' ? { family: 'IPv4', value } : undefined;
}

function chainLines({ name, base, rules }: Chain): readonly string[] {
  return [
    `  chain ${name} {`,
    ...(base === undefined
      ? []
      : [`    type filter hook ${base.hook} priority ${base.priority}; policy accept;`]),
    ...rules.map((rule) => `    ${ruleText(rule)}`),
    '  }',
  ];
}

/** Writes a rule as nft does. */
export function ruleText({ matches, actions, verdict, comment }: Rule): string {
  return [
    ...matches.map(matchText),
    ...actions.map(actionText),
    ...(verdict.kind === 'next' ? [] : [verdictText(verdict)]),
    ...(comment === '' ? [] : [`comment ${quoted(comment)}`]),
  ].join(' ');
}

function verdictText(verdict: RuleVerdict): string {
  if (verdict.kind === 'reject') return `reject with ${REJECTIONS[verdict.by]}`;
  return 'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind;
}

const REJECTIONS: Readonly<Record<Rejection, string>> = {
  tcpReset: 'tcp reset',
  adminProhibited: 'icmpx admin-prohibited',
};

function actionText(action: Action): string {
  switch (action.kind) {
    case 'setIdentity':
      return `meta priority set ${identityText(action.number)}`;
    case 'mapIdentity':
      return `meta priority set ${keyFieldsText(action.key)} map @${action.map}`;
    case 'setMark':
      return `ct mark set ct mark and ${markText(~action.mask)} or ${markText(action.value)}`;
    case 'count':
      return 'counter';
    case 'log': {
      const key = action.key.map(fieldText).join(' . ');
      const limit = 'limit rate 6/minute burst 1 packets';
      const log = `log prefix ${quoted(action.prefix)} group ${action.group} snaplen 80`;
      return `add @${action.set} { ${key} ${limit} } ${log}`;
    }
    default:
      return unreachable(action);
  }
}
