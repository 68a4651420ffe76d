import type { Command } from '../command-line/command.ts';
import { flag, MANIFEST_FLAGS, OWN_NODE_EGRESS_FLAG } from '../command-line/flags.ts';

const DESCRIPTION = `Prints what a node's kernel must hold to enforce the policies, as text for nft -f.

Comments name the pods and the policies that each element is there for. Manifests do not say which
interface a pod has: in the text they are called pod1, pod2 and so on, by the pods' names.

Exit code: 0 for a whole ruleset, 1 where pods are closed because they need too many rows, 2 bad
input.`;

/** `ringfence compile`. */
export const COMPILE_COMMAND: Command = {
  name: 'compile',
  summary: 'the nftables ruleset that a node needs',
  description: DESCRIPTION,
  operands: [],
  flags: [
    flag({ long: '--node', value: 'NAME', about: 'the node; needed where there are several' }),
    OWN_NODE_EGRESS_FLAG,
    flag({
      long: '--max-rows',
      value: 'NUMBER',
      about: 'how many rows a node may have (default 500000)',
    }),
    ...MANIFEST_FLAGS,
  ],
  examples: [
    { about: 'what a node would hold', line: 'ringfence compile -f cluster.yaml --node node-1' },
    {
      about: 'whether a kernel takes it',
      line: 'ringfence compile -f cluster.yaml --node node-1 | sudo nft -c -f -',
    },
  ],
  hidden: false,
  async run(world, typed) {
    const { runCompile } = await import('./run-compile.ts');
    return await runCompile(world, typed);
  },
};
