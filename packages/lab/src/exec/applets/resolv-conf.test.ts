import { expect, test } from 'vitest';
import { fullNames, parseResolvConf } from './resolv-conf.ts';

const DEFAULTS = { servers: [], search: [], ndots: 1, timeoutMs: 2_000, attempts: 2 };

test.each([
  ['nothing is said', '', {}],
  [
    'servers are in order',
    'nameserver 10.0.0.1\nnameserver fd00::1\n',
    { servers: ['10.0.0.1', 'fd00::1'] },
  ],
  ['the last search counts', 'search a b\nsearch  c\td\n', { search: ['c', 'd'] }],
  ['the last option counts', 'options ndots:2 rotate\noptions ndots:5', { ndots: 5 }],
  ['how often and how long', 'options timeout:3 attempts:1', { timeoutMs: 3_000, attempts: 1 }],
  ['never not at all', 'options timeout:0 attempts:0', { timeoutMs: 1_000, attempts: 1 }],
  [
    'comments and unknown lines',
    '# x\n; nameserver 1.1.1.1\nsortlist 1\nnameserver 10.0.0.1 # x',
    { servers: ['10.0.0.1'] },
  ],
  ['a line without a value', 'nameserver\nsearch\n', {}],
])('%s', (_, text, expected) => {
  expect(parseResolvConf(text)).toEqual({ ...DEFAULTS, ...expected });
});

test.each([
  ['few dots: what may be behind it comes first', 'web', 2, ['web.a', 'web.b', 'web']],
  [
    'as many dots: as it is comes first',
    'web.shop.svc',
    2,
    ['web.shop.svc', 'web.shop.svc.a', 'web.shop.svc.b'],
  ],
  ['a name that ends with a dot is whole', 'web.', 2, ['web']],
])('%s', (_, name, ndots, expected) => {
  expect(fullNames(name, { search: ['a', 'b'], ndots })).toEqual(expected);
});
