import {
  failed,
  type LabelRequirement,
  type LabelSelector,
  ok,
  type Result,
} from '@ringfence/core';

/** `[prefix/]name`, as labels are called. */
const KEY = String.raw`(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?`;
const VALUE = String.raw`(?:[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)?`;

const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const EQUALS = new RegExp(`^(${KEY})\\s*(==?|!=)\\s*(${VALUE})$`);
const AMONG = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const WHOLE_VALUE = new RegExp(`^${VALUE}$`);

/**
 * Reads a label selector as kubectl's `-l` takes it: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`,
 * `a`, `!a`, separated by commas. As there, `a!=b` selects what has no label `a`, too.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#list-and-watch-filtering
 */
export function parseSelector(text: string): Result<LabelSelector, string> {
  const selector: LabelRequirement[] = [];
  for (const part of text.split(/,(?![^(]*\))/)) {
    const requirement = requirementIn(part.trim());
    if (requirement === undefined) {
      return failed(
        `must be \`a=b\`, \`a!=b\`, \`a in (b,c)\`, \`a notin (b,c)\`, \`a\` or \`!a\`, or several of them with commas between, got \`${part.trim()}\``,
      );
    }
    selector.push(requirement);
  }
  return ok(selector);
}

function requirementIn(text: string): LabelRequirement | undefined {
  const [, not, name] = EXISTS.exec(text) ?? [];
  if (name !== undefined) return { kind: not === '!' ? 'doesNotExist' : 'exists', key: name };
  const [, left, sign, value] = EQUALS.exec(text) ?? [];
  if (left !== undefined && value !== undefined) {
    return { kind: sign === '!=' ? 'notIn' : 'in', key: left, values: new Set([value]) };
  }
  const [, key, word, list] = AMONG.exec(text) ?? [];
  if (key === undefined || list === undefined) return undefined;
  const values = list.split(',').map((each) => each.trim());
  if (!values.every((each) => WHOLE_VALUE.test(each))) return undefined;
  return { kind: word === 'in' ? 'in' : 'notIn', key, values: new Set(values) };
}
