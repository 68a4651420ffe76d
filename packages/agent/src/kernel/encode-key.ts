import type { Field } from '@ringfence/dataplane';
import { type FieldShape, fieldShape, registersOf } from './field.ts';
import { type Need, ofProtocol, type Part, type RuleWorld } from './part.ts';
import { FIRST, type Step } from './step.ts';

/** Loads the key by which a set or a map is looked up, from the first register on. */
export function loadKey(
  world: RuleWorld,
  key: readonly Field[],
  name: string,
): Part & { readonly set: string } {
  const set = world.sets.get(name);
  if (set === undefined) throw new Error(`there is no set \`${name}\``);
  const shapes = key.map(fieldShape);
  const needs = shapes.flatMap(({ needs: protocol }): readonly Need[] =>
    protocol === 'none' ? [] : [ofProtocol(world.family, protocol)],
  );
  let register = FIRST;
  const steps: Step[] = [];
  for (const shape of shapes) {
    steps.push(shape.load(register), ...turned(shape, set.interval, register));
    register += registersOf(shape);
  }
  return { needs, steps, set: name };
}

/** Intervals are compared byte by byte. */
function turned(
  { form, length }: FieldShape,
  interval: boolean,
  register: number,
): readonly Step[] {
  if (!interval || form !== 'host') return [];
  return [
    {
      kind: 'byteorder',
      op: 'hton',
      source: register,
      destination: register,
      length,
      size: length,
    },
  ];
}
