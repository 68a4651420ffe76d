import type { Command } from '../command-line/command.ts';
import { COLOR_FLAG, ENDS_FLAGS, flag, MANIFEST_FLAGS, outputFlag } from '../command-line/flags.ts';
import { MATRIX_FORMATS } from './options.ts';

const DESCRIPTION = `Shows who may reach whom, and on which ports: all answers at once.

An end is a workload (its pods, as long as policy treats them alike; else each pod) or a part of the
outside, addresses that policy treats alike. The table folds ends that are the same to everybody;
-o wide lists every pair.

-n and -l keep the pairs of which one end is in that namespace, or carries those labels; --from and
--to those with that source or destination. END is POD, NAMESPACE/POD, KIND/NAME,
NAMESPACE/KIND/NAME, an IP address, or outside.

Exit code: 0 whatever the answers are, 2 bad input.`;

/** `ringfence matrix`. */
export const MATRIX_COMMAND: Command = {
  name: 'matrix',
  summary: 'who can reach whom, on what',
  description: DESCRIPTION,
  operands: [],
  flags: [
    ...ENDS_FLAGS,
    flag({
      long: '--all-namespaces',
      short: '-A',
      about: 'every namespace, also with -n (the default without it)',
    }),
    flag({
      long: '--selector',
      short: '-l',
      value: 'SELECTOR',
      about: 'only connections from or to pods with such labels: a=b, a!=b, a in (b,c), a, !a',
    }),
    flag({
      long: '--port',
      value: 'PORT',
      about: 'only this port, as 80 or 53/UDP: the answers are yes and no',
    }),
    flag({ long: '--pods', about: 'every pod by itself, not by workload' }),
    ...MANIFEST_FLAGS,
    outputFlag(MATRIX_FORMATS),
    COLOR_FLAG,
  ],
  examples: [
    { about: 'everything, folded', line: 'ringfence matrix -f examples/shop' },
    {
      about: 'who reaches the database',
      line: 'ringfence matrix -f examples/shop --to shop/sts/db',
    },
    {
      about: 'what a namespace has to do with the rest, for a program',
      line: 'ringfence matrix -f examples/shop -n payments -o json',
    },
    {
      about: 'who may ask for names',
      line: 'ringfence matrix -f examples/shop --port 53/UDP --to kube-system/deploy/coredns',
    },
  ],
  hidden: false,
  async run(world, typed) {
    const { runMatrix } = await import('./run-matrix.ts');
    return await runMatrix(world, typed);
  },
};
