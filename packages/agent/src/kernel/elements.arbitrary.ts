import type { Element, ElementSet, Field, KeyPart, KeyRange } from '@ringfence/dataplane';
import fc from 'fast-check';
import { inKeyOrder } from './element-order.ts';
import type { KeyValue } from './key-bytes.ts';

const LAST4 = 0xffff_ffff;
const LAST6 = (1n << 128n) - 1n;

/** Elements that a set can have, in the order of their keys; small and large values are common. */
export function elementsOf(set: ElementSet): fc.Arbitrary<readonly Element[]> {
  if (set.dynamic !== undefined) return fc.constant([]);
  const keys = set.interval ? intervalKeys(set) : plainKeys(set);
  return keys
    .chain((all) =>
      fc.tuple(
        ...all.map((key) =>
          fc.record({
            key: fc.constant(key),
            identity:
              set.kind === 'set' ? fc.constant(undefined) : fc.integer({ min: 0, max: LAST4 }),
            comment: COMMENT,
          }),
        ),
      ),
    )
    .map((elements) => inKeyOrder(elements));
}

/** The elements of every set, by its name. */
export function allElementsOf(
  sets: readonly ElementSet[],
): fc.Arbitrary<ReadonlyMap<string, readonly Element[]>> {
  return fc
    .tuple(...sets.map((set) => elementsOf(set).map((elements) => [set.name, elements] as const)))
    .map((entries) => new Map(entries.filter((_, index) => sets[index]?.dynamic === undefined)));
}

const COMMENT: fc.Arbitrary<string> = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'grapheme-ascii', maxLength: 128 }),
);

function plainKeys({ key }: ElementSet): fc.Arbitrary<readonly (readonly KeyPart[])[]> {
  return differing(key, 8);
}

function differing(
  fields: readonly Field[],
  maxLength: number,
): fc.Arbitrary<readonly (readonly KeyValue[])[]> {
  return fc.uniqueArray(fc.tuple(...fields.map((field) => VALUES[field])), {
    maxLength,
    selector: (values) => values.map(String).join('|'),
  });
}

const NAME = fc.string({ unit: fc.constantFrom('a', 'é', '-', '0'), minLength: 1, maxLength: 7 });
const PORT = fc.integer({ min: 0, max: 65_535 });
const NUMBER = fc.oneof(fc.constantFrom(0, 1, LAST4), fc.integer({ min: 0, max: LAST4 }));
const WIDE = fc.oneof(fc.constantFrom(0n, 1n, LAST6), fc.bigInt({ min: 0n, max: LAST6 }));

const VALUES: Readonly<Record<Field, fc.Arbitrary<KeyValue>>> = {
  inputInterface: NAME,
  outputInterface: NAME,
  source4: NUMBER,
  source6: WIDE,
  destination4: NUMBER,
  destination6: WIDE,
  caller4: NUMBER,
  caller6: WIDE,
  called4: NUMBER,
  called6: WIDE,
  arpSource4: NUMBER,
  target6: WIDE,
  protocol: fc.integer({ min: 0, max: 255 }),
  sourcePort: PORT,
  destinationPort: PORT,
  identity: NUMBER,
};

/** Of one field: segments. Of several: ranges of the first one beside exact values. */
function intervalKeys({ key }: ElementSet): fc.Arbitrary<readonly (readonly KeyPart[])[]> {
  const [field, ...others] = key;
  if (field === undefined) throw new Error('a key has a field');
  if (others.length === 0) return disjoint(field).map((ranges) => ranges.map((range) => [range]));
  return differing(others, 4).chain((all) =>
    fc
      .tuple(
        ...all.map((row) =>
          disjoint(field).map((ranges) => ranges.map((range) => [whole(range), ...row])),
        ),
      )
      .map((keys) => keys.flat()),
  );
}

/** A range of one value is that value, beside other fields. */
function whole(range: KeyRange): KeyPart {
  return range.first === range.last ? range.first : range;
}

/** Ranges that do not overlap; some touch. */
function disjoint(field: Field): fc.Arbitrary<readonly KeyRange[]> {
  return fc.uniqueArray(VALUES[field], { maxLength: 8 }).chain((points) =>
    fc.array(fc.boolean(), { minLength: points.length, maxLength: points.length }).map((touch) => {
      const sorted = points
        .filter((part) => typeof part !== 'string' && typeof part !== 'object')
        .sort((left, right) => (left < right ? -1 : 1));
      return sorted.flatMap((first, index) => {
        const next = sorted[index + 1];
        return next === undefined
          ? toEnd(field, first, touch[index])
          : between(first, next, touch[index]);
      });
    }),
  );
}

function toEnd(
  field: Field,
  first: number | bigint,
  touch: boolean | undefined,
): readonly KeyRange[] {
  if (typeof first === 'bigint') return [{ first, last: touch === true ? LAST6 : first }];
  const last = field.endsWith('Port') ? 65_535 : LAST4;
  return [{ first, last: touch === true ? last : first }];
}

function between(
  first: number | bigint,
  next: number | bigint,
  touch: boolean | undefined,
): readonly KeyRange[] {
  if (typeof first === 'number' && typeof next === 'number') {
    return [{ first, last: touch === true ? next - 1 : first }];
  }
  if (typeof first === 'bigint' && typeof next === 'bigint') {
    return [{ first, last: touch === true ? next - 1n : first }];
  }
  throw new Error('values of a field are of one type');
}
