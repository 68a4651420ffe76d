import type { NftEdit, Touch } from '@ringfence/netlink';
import { expect, test } from 'vitest';
import { editorText, editText } from './edit-text.ts';

const table = { family: 'inet', name: 'ringfence' } as const;
const touch = (how: Touch['how'], object: Touch['object'], name = '', count = 1): Touch => ({
  table,
  how,
  object,
  name,
  count,
});
const edit = (...touches: readonly Touch[]): NftEdit => ({
  touches,
  generation: { id: 7, pid: 12, name: 'nft' },
});

test('a program is told by its name and its number', () => {
  expect(editorText(edit())).toBe('`nft` (process 12)');
  expect(editorText({ touches: [], generation: { id: 7, pid: 0, name: '' } })).toBe('a program');
});

test.each<[text: string, touches: readonly Touch[]]>([
  ['wrote an element of set `ready4` of inet ringfence', [touch('new', 'element', 'ready4')]],
  ['deleted 3 elements of set `a` of inet ringfence', [touch('delete', 'element', 'a', 3)]],
  ['wrote a rule of chain `forward` of inet ringfence', [touch('new', 'rule', 'forward')]],
  ['deleted 2 rules of chain `forward` of inet ringfence', [touch('delete', 'rule', 'forward', 2)]],
  ['wrote chain `first` of inet ringfence', [touch('new', 'chain', 'first')]],
  ['deleted set `a` of inet ringfence', [touch('delete', 'set', 'a')]],
  ['wrote something called `seen` in inet ringfence', [touch('new', 'other', 'seen')]],
  ['wrote table inet ringfence', [touch('new', 'table')]],
  [
    'deleted table inet ringfence',
    [touch('delete', 'rule', 'a', 9), touch('delete', 'chain', 'a'), touch('delete', 'table')],
  ],
  [
    'wrote set `a` of inet ringfence, wrote set `b` of inet ringfence, ' +
      'wrote set `c` of inet ringfence, wrote set `d` of inet ringfence, 2 other things',
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => touch('new', 'set', name)),
  ],
])('%s', (text, touches) => {
  expect(editText(edit(...touches))).toBe(text);
});
