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

test('the next pod with the address of one that is gone may be told of before it is plugged', () => {
  places.release(X);
  expect(places.keep(X, linkAt(7)), 'the link of the one before').toEqual({ index: 7 });
  expect(places.keep(X, linkAt(8)), 'its own').toEqual({ index: 8 });
  expect(places.keep(X, linkAt(9)), 'somebody else').toBeUndefined();
  expect(places.keep(X, linkAt(7))).toBeUndefined();
});

test('the link of the pod before may go first', () => {
  places.release(X);
  expect(places.keep(X, linkAt(7))).toEqual({ index: 7 });
  places.linkGone(7);
  expect(places.keep(X, linkAt(8))).toEqual({ index: 8 });
  places.linkGone(8);
  expect(places.keep(X, linkAt(9)), 'of whom nobody has told').toBeUndefined();
});

test('an object that is made again keeps its place', () => {
  places.release(X);
  expect(places.keep(X, linkAt(7))).toEqual({ index: 7 });
  expect(places.keep(X, linkAt(7))).toEqual({ index: 7 });
});
