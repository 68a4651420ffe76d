import { formatPath, type Issue } from '@ringfence/core';
import type { Answer } from './answer.ts';

/** A complaint that only one side has. */
export interface Difference {
  readonly by: 'us' | 'Kubernetes';
  readonly path: string;
  readonly message: string;
}

/** Both sides' complaints about one manifest. */
export interface Comparison {
  /** Whether the object is a custom resource, which a schema alone describes to a server. */
  readonly custom: boolean;
  readonly ours: readonly Issue[];
  readonly answer: Answer;
}

/** Why a difference is one that we want; undefined where it is none. */
export function reasonFor(difference: Difference, comparison: Comparison): string | undefined {
  return ON_PURPOSE.find(([, holds]) => holds(difference, comparison))?.[0];
}

type Rule = readonly [
  reason: string,
  holds: (difference: Difference, comparison: Comparison) => boolean,
];

/** Everything in which we differ from Kubernetes on purpose. There is no other list. */
export const ON_PURPOSE: readonly Rule[] = [
  [
    'Kubernetes stops at the first value of a wrong type, of which it knows the path without indexes; we name every one, and whatever else is wrong',
    ({ by, path }, { ours, answer }) =>
      answer.decode !== undefined &&
      (by === 'us' || ours.some((issue) => isTypeAt(issue, path))) &&
      ours.some(({ code }) => code === 'typeMismatch'),
  ],
  [
    'a document that does not say what it is gets the words of kubectl, before a server sees it',
    (_, { ours }) => ours.some(({ path }) => path[0] === 'apiVersion' || path[0] === 'kind'),
  ],
  [
    'what only follows from an unknown field or a wrong type is not said: that a peer, a name or a port is missing',
    ({ by, path, message }, { ours }) =>
      by === 'Kubernetes' &&
      FOLLOWS.test(message) &&
      ours.some((issue) => UNREADABLE.has(issue.code) && isNear(formatPath(issue.path), path)),
  ],
  [
    'of a value of a wrong type nothing else is said, nor of what is inside it, and a number out of range is one',
    ({ path }, { ours, answer }) =>
      answer.decode === undefined &&
      ours.some(
        ({ code, path: other }) =>
          code === 'typeMismatch' && `${path}.`.startsWith(`${formatPath(other)}.`),
      ),
  ],
  [
    'a prefix of a generated name is complained about once, not again for the name that was made of it',
    ({ by, path }, { ours }) =>
      by === 'Kubernetes' &&
      path === 'metadata.name' &&
      ours.some((issue) => formatPath(issue.path) === 'metadata.generateName'),
  ],
  [
    'rules of custom resources that span fields are checked although other errors exist',
    ({ by, path, message }, { answer }) =>
      by === 'Kubernetes'
        ? path === '<nil>' &&
          /^<nil>: Invalid value: (?:null: some validation rules were not|"": Checked value must be)/u.test(
            message,
          )
        : answer.errors?.some(({ field }) => field === '<nil>') === true && SPANNING.test(message),
  ],
  [
    'the rule about the name of a baseline policy is said at its name, not at the whole object',
    ({ message }) => message.toLowerCase().includes('only one baseline admin network policy'),
  ],
  [
    'blocks in the mapped form, which are refused anyway, are compared as the IPv4 blocks that they are',
    ({ message }, { answer }) =>
      message.endsWith('must be a strict subset of `cidr`') &&
      answer.errors?.some((error) => error.message.includes('IPv4-mapped')) === true,
  ],
  [
    'a protocol without ports is refused in every kind: no rule could match it',
    ({ by, message }, { custom }) =>
      custom && by === 'us' && message.endsWith('supported values: "TCP", "UDP", "SCTP"'),
  ],
  [
    'a range of ports of which one end is no port is not looked at any further',
    ({ by, path, message }, { ours }) =>
      by === 'Kubernetes' &&
      message.endsWith('less than End port') &&
      ours.some((issue) => formatPath(issue.path).startsWith(`${path}.`)),
  ],
  [
    'a name is complained about once, not again for the label that a server makes of it',
    ({ by, path }, { ours }) =>
      by === 'Kubernetes' &&
      path === 'metadata.labels' &&
      ours.some((issue) => formatPath(issue.path) === 'metadata.name'),
  ],
  [
    'a port of a service is complained about once, not again for the target port that it becomes',
    ({ by, path }, { ours }) =>
      by === 'Kubernetes' &&
      path.endsWith('.targetPort') &&
      ours.some((issue) => formatPath(issue.path) === path.replace(/targetPort$/u, 'port')),
  ],
  [
    'a missing pod template is said to be missing, not what would be inside it',
    ({ path }, { ours }) =>
      path.startsWith('spec.template') &&
      ours.some(({ code, path: other }) => code === 'required' && other.at(-1) === 'template'),
  ],
  [
    'the labels of a pod template are named by the place where they stand',
    ({ path }) => path === 'spec.template.labels' || path === 'spec.template.metadata.labels',
  ],
  [
    'a range of ports that ends before it starts is refused in every kind',
    ({ by, message }) => by === 'us' && message.endsWith('Start port must be less than End port'),
  ],
  [
    'a selector inside a custom resource passes a server unread, though no implementation could use it',
    ({ path }, { custom }) => custom && /\.match(?:Labels|Expressions)\b/u.test(path),
  ],
];

const UNREADABLE: ReadonlySet<string> = new Set(['unknownField', 'typeMismatch']);
const FOLLOWS =
  /: (?:Required value|Invalid value: (?:0: .* should have at least 1 properties|\d+: may not be specified when))/u;
const SPANNING = /Invalid CIDR format|less than End port|cannot be set with namedPorts/u;

function isTypeAt({ code, path }: Issue, dotted: string): boolean {
  const names = formatPath(path.filter((step) => typeof step === 'string'));
  return code === 'typeMismatch' && (names === dotted || names.startsWith(`${dotted}.`));
}

/** Whether the one stands beside the other, or inside it. */
function isNear(issue: string, path: string): boolean {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return issue.startsWith(`${path}.`) || issue.startsWith(`${parent}.`) || parent === '';
}
