import type { Link } from '@ringfence/netlink';
import { beforeEach, expect, test } from 'vitest';
import { createPlaces, type Places } from './places.ts';
import { ip } from './testing.ts';

const X = ip('10.244.1.7');
const linkAt = (index: number): Link => ({ index }) as Link;

let places: Places;
beforeEach(() => {
  places = createPlaces();
  expect(places.keep(X, undefined)).toBeUndefined();
  expect(places.keep(X, linkAt(7))).toEqual({ index: 7 });
});

test('an address stays where it was first found', () => {
  expect(places.keep(X, linkAt(8))).toBeUndefined();
  expect(places.keep(X, undefined)).toBeUndefined();
  expect(places.keep(X, linkAt(7))).toEqual({ index: 7 });
  expect(places.keep(ip('fd00::7'), linkAt(8))).toEqual({ index: 8 });
});

test('another link under the index of one that went is another place', () => {
  places.linkGone(7);
  expect(places.keep(X, linkAt(7))).toBeUndefined();
});

test('an address that is forgotten has its place where it is found next', () => {
  places.forget(X);
  expect(places.keep(X, linkAt(8))).toEqual({ index: 8 });
  expect(places.keep(X, linkAt(7))).toBeUndefined();
});
