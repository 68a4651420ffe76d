import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import type { Answer, Case } from './answer.ts';
import type { JsonMap } from './corpus/mutations.ts';

/** What the Go program prints. */
interface Printed extends Answer {
  readonly object?: { readonly spec?: JsonMap };
}

/**
 * Asks Kubernetes' own code about manifests.
 *
 * @param command the program in `go/`, built, and the files of the CRDs, separated by spaces.
 */
export function askKubernetes(command: string, manifests: readonly JsonMap[]): readonly Case[] {
  const [program = '', ...files] = command.split(' ');
  const input = manifests.map((manifest) => JSON.stringify(manifest)).join('\n');
  const output = execFileSync(program, files, { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  return output
    .trimEnd()
    .split('\n')
    .map((line, index) => {
      const manifest = manifests[index];
      if (manifest === undefined) throw new Error('more answers than questions');
      return { manifest, answer: relevant(manifest, JSON.parse(line)) };
    });
}

/** Errors about a map come in random order. */
function inOrder({ errors, ...rest }: Printed): Printed {
  if (errors === undefined) return rest;
  const texts = errors.map(({ field, message }) => ({ field, message, text: field + message }));
  const sorted = texts.toSorted((left, right) => (left.text < right.text ? -1 : 1));
  return { ...rest, errors: sorted.map(({ field, message }) => ({ field, message })) };
}

/** Of kinds that are no policies the stored spec has random parts, and nothing that policy looks at. */
function relevant({ kind, spec: written }: JsonMap, printed: Printed): Answer {
  const { object, warnings, ...answer } = inOrder(printed);
  if (typeof kind !== 'string' || !kind.endsWith('NetworkPolicy')) return answer;
  const spec = isDeepStrictEqual(object?.spec, written) ? undefined : object?.spec;
  return {
    ...answer,
    ...(warnings === undefined ? {} : { warnings }),
    ...(spec === undefined ? {} : { spec }),
  };
}
