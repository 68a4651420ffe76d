import { atMost, example, isLonger, subdomainProblems } from './names.ts';

const NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE = `(${NAME})?`;
const NAME_PATTERN = new RegExp(`^${NAME}$`, 'u');
const CHARACTERS =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/**
 * What is wrong with the key of a label.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function labelKeyProblems(key: string): readonly string[] {
  const [first = '', second, ...rest] = key.split('/');
  if (rest.length > 0) {
    const examples = example(NAME, 'MyName', 'my.name', '123-abc');
    return [
      `a valid label key ${CHARACTERS} ${examples} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  if (second === undefined) return nameProblems(first);
  const prefix = first === '' ? ['must be non-empty'] : subdomainProblems(first, 'bytes');
  return [...prefix.map((problem) => `prefix part ${problem}`), ...nameProblems(second)];
}

/** What is wrong with the value of a label; the empty value is fine. */
export function labelValueProblems(value: string): readonly string[] {
  const problems: string[] = [];
  if (isLonger(value, 63)) problems.push(atMost(63, 'bytes'));
  if (value !== '' && !NAME_PATTERN.test(value)) {
    problems.push(
      `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character ${example(VALUE, 'MyValue', 'my_value', '12345')}`,
    );
  }
  return problems;
}

function nameProblems(name: string): readonly string[] {
  const problems: string[] = [];
  if (name === '') problems.push('name part must be non-empty');
  else if (isLonger(name, 63)) problems.push(`name part ${atMost(63, 'bytes')}`);
  if (!NAME_PATTERN.test(name)) {
    problems.push(`name part ${CHARACTERS} ${example(NAME, 'MyName', 'my.name', '123-abc')}`);
  }
  return problems;
}
