import { expect, test } from 'vitest';
import { readManifests } from '../manifests/read-manifests.ts';
import { SourceError } from '../sources/source.ts';
import type { Watching } from './folder-watches.ts';
import { createRounds } from './manifest-round.ts';

const EVENTS: Watching = { kind: 'events' };
const POLLING: Watching = { kind: 'polling', reason: 'no more watches' };
const UNREAD = new SourceError('notFound', 'no such file or folder: `a`');
const namespace = (name: string): string =>
  `---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;
const FOREIGN = '---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a}\n';

interface State {
  readonly text: string;
  readonly unread?: readonly SourceError[];
  readonly watching?: Watching;
}

const told = (states: readonly State[]): readonly (string | undefined)[] => {
  const roundOf = createRounds();
  return states.map(({ text, unread = [], watching = EVENTS }) => {
    const options = { namespace: 'shop', strict: false };
    const loaded = readManifests([{ name: 'a.yaml', text }], options);
    const round = roundOf(loaded, unread, watching);
    if (round === undefined) return undefined;
    return round.kind === 'rejected' ? 'rejected' : `${round.changes.length} changes`;
  });
};

test.each<[reason: string, states: readonly State[], expected: readonly (string | undefined)[]]>([
  ['the first one always', [{ text: '' }], ['0 changes']],
  [
    'the same',
    [{ text: namespace('a') }, { text: `#\n${namespace('a')}` }],
    ['1 changes', undefined],
  ],
  ['a warning more', [{ text: '' }, { text: FOREIGN }], ['0 changes', '0 changes']],
  ['the same error', [{ text: 'a: [' }, { text: 'a: [' }], ['rejected', undefined]],
  ['another error', [{ text: 'a: [' }, { text: '\na: [' }], ['rejected', 'rejected']],
  [
    'the same file that is not there',
    [
      { text: '', unread: [UNREAD] },
      { text: '', unread: [new SourceError(UNREAD.code, UNREAD.message)] },
    ],
    ['rejected', undefined],
  ],
  [
    'an error taken back',
    [{ text: namespace('a') }, { text: 'a: [' }, { text: namespace('a') }],
    ['1 changes', 'rejected', '0 changes'],
  ],
  [
    'what changed while there was an error',
    [{ text: namespace('a') }, { text: 'a: [' }, { text: namespace('b') }],
    ['1 changes', 'rejected', '2 changes'],
  ],
  [
    'another way of watching',
    [{ text: '' }, { text: '', watching: POLLING }],
    ['0 changes', '0 changes'],
  ],
])('a round is what is new: %s', (_reason, states, expected) => {
  expect(told(states)).toEqual(expected);
});
