// Names and labels as long as they may be, with every character that they may have.

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

/** What namespaces, names of objects, and labels may have; what may not stand at an end is inside. */
const LABEL_OF_NAME = `${LETTERS}-${DIGITS}--`;
const NAME = `${LETTERS}-${DIGITS}.`;
const LABEL = `${LETTERS.toUpperCase()}_${DIGITS}-.${LETTERS}._-`;

const LONGEST = { label: 63, name: 253 } as const;

/** Two that differ in their last character alone, and go through the characters from some one on. */
function twins(characters: string, length: number, first = 0): readonly [string, string] {
  const turned = characters.slice(first) + characters.slice(0, first);
  const all = turned.repeat(Math.ceil(length / turned.length)).slice(0, length - 1);
  return [`${all}1`, `${all}2`];
}

export const LONG_NAMESPACES: readonly [string, string] = twins(LABEL_OF_NAME, LONGEST.label);
export const LONG_PODS: readonly [string, string] = twins(NAME, LONGEST.name);

/** So many characters of two names are the same: what is written of them in comments is as well. */
const ALIKE = 101;
const [LONG_POLICY, OTHER_POLICY] = twins(NAME, LONGEST.name, LETTERS.length + 1);

/** Of one start: two differ in the last character, and all of them where no comment says so. */
export const LONG_POLICIES: readonly string[] = [
  LONG_POLICY,
  OTHER_POLICY,
  LONG_POLICY.slice(0, ALIKE),
  `${LONG_POLICY.slice(0, ALIKE)}.end`,
];

const [KEY, OTHER_KEY] = twins(LABEL, LONGEST.label);
const [PREFIX, OTHER_PREFIX] = twins(NAME, LONGEST.name);

/** They differ at the end of the name, or of the prefix. */
export const LONG_KEYS: readonly string[] = [
  `${PREFIX}/${KEY}`,
  `${PREFIX}/${OTHER_KEY}`,
  `${OTHER_PREFIX}/${KEY}`,
];

/** The empty one, too, and some that begin and end at other characters. */
export const LONG_VALUES: readonly string[] = [
  '',
  ...twins(LABEL, LONGEST.label),
  ...twins(LABEL, LONGEST.label, LABEL.indexOf('a')),
];
