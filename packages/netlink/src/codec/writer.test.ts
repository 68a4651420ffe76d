import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { attributeMap, longBEIn, numberBEIn, numberIn, stringIn } from './attributes.ts';
import { Writer } from './writer.ts';

test('numbers are little-endian, unless they say otherwise', () => {
  const bytes = new Writer().u8(1).u8(2).u16(0x0304).u32(0x05060708).i32(-2).u16BE(0x0304).bytes();
  expect([...bytes]).toEqual([1, 2, 4, 3, 8, 7, 6, 5, 0xfe, 0xff, 0xff, 0xff, 3, 4]);
});

test('attributes have their length, their type and padding', () => {
  const bytes = new Writer().u8Attribute(3, 0xff).stringAttribute(4, 'lo').flag(5).bytes();
  const byte = [5, 0, 3, 0, 0xff, 0, 0, 0];
  const text = [7, 0, 4, 0, 0x6c, 0x6f, 0, 0];
  const flag = [4, 0, 5, 0];
  expect([...bytes]).toEqual([byte, text, flag].flat());
});

test('an attribute that holds others says so', () => {
  const bytes = new Writer().nest(3, (inside) => inside.u16Attribute(1, 2)).bytes();
  expect([...bytes]).toEqual([12, 0, 3, 0x80, 6, 0, 1, 0, 2, 0, 0, 0]);
});

test('every kind of attribute is read as it was written', () => {
  const bytes = new Writer()
    .u8Attribute(1, 0xfe)
    .u16Attribute(2, 0xfedc)
    .u32Attribute(3, 0xfedcba98)
    .u16BEAttribute(4, 0xfedc)
    .u32BEAttribute(5, 0xfedcba98)
    .u64BEAttribute(6, 0xfedcba9876543210n)
    .stringAttribute(7, 'grün')
    .bytes();
  const read = attributeMap(bytes);
  const value = (type: number): Buffer => read.get(type) ?? Buffer.alloc(0);
  expect([1, 2, 3].map((type) => numberIn(value(type)))).toEqual([0xfe, 0xfedc, 0xfedcba98]);
  expect([4, 5].map((type) => numberBEIn(value(type)))).toEqual([0xfedc, 0xfedcba98]);
  expect(longBEIn(value(6))).toBe(0xfedcba9876543210n);
  expect(stringIn(value(7))).toBe('grün');
});

test('what was given away does not change', () => {
  const writer = new Writer().u32(1);
  const before = writer.bytes();
  writer.u32(2);
  expect([...before]).toEqual([1, 0, 0, 0]);
  expect(writer.bytes()).toHaveLength(8);
});

test('it grows, also while an attribute is open', () => {
  const value = Buffer.alloc(1_000, 7);
  const bytes = new Writer().nest(1, (inside) => inside.attribute(2, value)).bytes();
  const inside = attributeMap(bytes).get(1) ?? Buffer.alloc(0);
  expect(attributeMap(inside).get(2)).toEqual(value);
});

test('an attribute is at most 65,535 bytes long', () => {
  expect(new Writer().attribute(1, Buffer.alloc(65_531)).bytes()).toHaveLength(65_536);
  expect(() => new Writer().attribute(1, Buffer.alloc(65_532))).toThrow(RangeError);
  const half = Buffer.alloc(40_000);
  const nest = (): Writer =>
    new Writer().nest(1, (inside) => inside.attribute(2, half).attribute(3, half));
  expect(nest).toThrow('attribute 1 has 80012 bytes');
});
