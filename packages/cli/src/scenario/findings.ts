import type { Direction } from '@ringfence/core';
import { PLAIN } from '../command-line/paint.ts';
import { findingText, placeText } from '../eval/finding-text.ts';
import { placesIn } from '../eval/place.ts';
import type { Mismatch } from './result.ts';

/** Says why each direction of a connection is decided as it is, with the places to look at. */
export function explain({ question, evaluation, locate }: Mismatch): readonly string[] {
  const places = placesIn({ locate });
  const line = (direction: Direction, end: string): string => {
    const subject = { each: end, any: end };
    const context = { direction, subject, missing: UNKNOWN, places, paint: PLAIN };
    const { sentence, pointers } = findingText(evaluation[direction], context);
    const where = pointers.map(({ place, what }) => [what, placeText(place)].join(' ').trimEnd());
    return `${direction}: ${[sentence, ...where].join('; ')}`;
  };
  return [line('egress', question.from), line('ingress', question.to)];
}

const UNKNOWN = 'an end has no address in this family, or has finished';
