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
      const { object, ...answer }: Printed = JSON.parse(line);
      const manifest = manifests[index];
      if (manifest === undefined) throw new Error('more answers than questions');
      // Of other kinds the stored spec has random parts, and nothing that policy looks at.
      const { kind } = manifest;
      const isPolicy = typeof kind === 'string' && kind.endsWith('NetworkPolicy');
      const isAsWritten = isDeepStrictEqual(object?.spec, manifest['spec']);
      const spec = isPolicy && !isAsWritten ? object?.spec : undefined;
      return { manifest, answer: spec === undefined ? answer : { ...answer, spec } };
    });
}
