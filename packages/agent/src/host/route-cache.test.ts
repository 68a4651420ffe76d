import type { Route } from '@ringfence/netlink';
import { expect, test } from 'vitest';
import { createRouteCache } from './route-cache.ts';
import { ip } from './testing.ts';

function route(destination: string, over: Partial<Route> = {}): Route {
  const [address = '', prefix = ''] = destination.split('/');
  return {
    family: address.includes(':') ? 'IPv6' : 'IPv4',
    kind: 'unicast',
    table: 254,
    destination: { address, prefix: Number(prefix) },
    link: 2,
    gateway: '',
    source: '',
    metric: 0,
    scope: 'link',
    protocol: 4,
    ...over,
  };
}

test('an address is asked for once', () => {
  let questions = 0;
  const cache = createRouteCache(() => {
    questions += 1;
    return undefined;
  });
  cache.to(ip('10.0.0.1'));
  cache.to(ip('10.0.0.1'));
  expect(questions).toBe(1);
});

test.each([
  ['its own route', '10.0.0.1', '10.0.0.1/32', true],
  ['the route of its neighbour', '10.0.0.1', '10.0.0.2/32', false],
  ['a range around it', '10.0.0.1', '10.0.0.0/24', true],
  ['a range beside it', '10.0.0.1', '10.0.1.0/24', false],
  ['the default route', '10.0.0.1', '0.0.0.0/0', true],
  ['the default route of the other family', '10.0.0.1', '::/0', false],
  ['its own route, IPv6', '2001:db8::1', '2001:db8::1/128', true],
  ['a range around it, IPv6', '2001:db8::1', '2001:db8::/64', true],
  ['a range beside it, IPv6', '2001:db8::1', '2001:db8:0:1::/64', false],
])('%s may change an answer', (_reason, address, changed, expected) => {
  let questions = 0;
  const cache = createRouteCache(() => {
    questions += 1;
    return undefined;
  });
  cache.to(ip(address));
  expect(cache.routeChanged(route(changed))).toBe(expected);
  cache.to(ip(address));
  expect(questions).toBe(expected ? 2 : 1);
});

test('what a link takes with it is asked for again, and nothing else', () => {
  const asked: unknown[] = [];
  const cache = createRouteCache((address) => {
    asked.push(address.value);
    return route('10.0.0.1/32', { link: address.value === 1 ? 2 : 3 });
  });
  const [left, right] = [ip('0.0.0.1'), ip('0.0.0.2')];
  cache.to(left);
  cache.to(right);
  expect(cache.linkLost(2)).toBe(true);
  expect(cache.linkLost(2)).toBe(false);
  cache.to(left);
  cache.to(right);
  expect(asked).toEqual([1, 2, 1]);
});

test.each([
  ['one made by an administrator', route('10.0.0.1/32'), { link: 2, host: true }],
  ['a range', route('10.0.0.0/24'), { link: 2, host: false }],
  ['several links at once', route('10.0.0.1/32', { link: 0 }), undefined],
  ['a gateway', route('10.0.0.1/32', { gateway: '10.0.0.9' }), undefined],
  ['a redirect', route('10.0.0.1/32', { protocol: 1 }), undefined],
  ['an advertisement', route('2001:db8::1/128', { protocol: 9 }), undefined],
  ['an advertised prefix', route('2001:db8::1/128', { protocol: 2 }), undefined],
  ['the other end of a wire', route('10.0.0.1/32', { protocol: 2 }), { link: 2, host: true }],
])('a way by %s', (_reason, found, expected) => {
  expect(createRouteCache(() => found).to(ip('10.0.0.1'))).toEqual(expected);
});
