import { isDeepStrictEqual } from 'node:util';
import type { Action } from '@ringfence/dataplane';
import type { FoundPart, Reading } from './decode-rule-reading.ts';
import { LOAD_MARK } from './encode-match.ts';
import { hostNumberIn } from './value-bytes.ts';

/** Reads an action that asks for no key. */
export function actionAt({ steps }: Reading, at: number): FoundPart | undefined {
  const [first, second, third] = steps.slice(at, at + 3);
  const found = (action: Action, count: number): FoundPart => {
    return { action, needs: [], next: at + count };
  };
  if (first?.kind === 'counter') return found({ kind: 'count' }, 1);
  if (first?.kind === 'immediate' && second?.kind === 'setMeta' && first.data.length === 4) {
    return found({ kind: 'setIdentity', number: hostNumberIn(first.data) }, 2);
  }
  if (second?.kind !== 'bitwise' || third?.kind !== 'setCt' || second.mask.length !== 4) {
    return undefined;
  }
  if (!isDeepStrictEqual(first, LOAD_MARK)) return undefined;
  const mask = ~hostNumberIn(second.mask) >>> 0;
  return found({ kind: 'setMark', mask, value: hostNumberIn(second.xor) }, 3);
}
