import { AGENT_COMMAND } from '../agent/agent-command.ts';
import type { Command, Flag } from '../command-line/command.ts';
import { COLOR_FLAG, flag, outputFlag } from '../command-line/flags.ts';
import { STATE_FLAG } from '../supervise/state-folder.ts';

/** How `verify` answers; the first is the default. */
const VERIFY_FORMATS = ['table', 'json'];

const DESCRIPTION = `Proves that the kernel holds exactly what the policies mean: reads the kernel's own dump back, and
compares every verdict that follows from it with what the policies say, for all pods of a node, all
addresses of both families, all ports and protocols. Nothing is sampled, and nothing that the agent
computed is believed.

Without -f every node of the cluster that is up is verified. With -f it is the network namespace
that the command runs in: what an agent was told beside the objects has to be said again.

Connections that are established already are not looked at.

Exit code 0: the kernels hold what the policies mean. 1: something is different. 2: bad input, or
the kernel cannot be read. 3: no cluster is up.`;

/** What an agent was told, and has to be told here as well. */
const AS_AGENT: ReadonlySet<string> = new Set([
  '--filename',
  '--namespace',
  '--strict',
  '--pod-interfaces',
  '--exclude-interfaces',
  '--unprogrammed',
  '--reject',
  '--own-node-egress',
  '--table',
  '--log-group',
  '--allow-pod-encapsulation',
]);

const AGENT_FLAGS: readonly Flag[] = AGENT_COMMAND.flags.filter(({ long }) => AS_AGENT.has(long));

/** `ringfence verify`. */
export const VERIFY_COMMAND: Command = {
  name: 'verify',
  summary: 'does the kernel hold exactly what the policies mean',
  description: DESCRIPTION,
  operands: [],
  flags: [
    flag({
      long: '--node',
      value: 'NAME',
      about: 'the node that this machine is, or one of the cluster',
    }),
    flag({
      long: '--most',
      value: 'N',
      about: 'tell so many differences whole, and count the others (default 20)',
    }),
    STATE_FLAG,
    outputFlag(VERIFY_FORMATS),
    COLOR_FLAG,
    ...AGENT_FLAGS,
  ],
  examples: [
    { about: 'every node of the cluster that is up', line: 'ringfence verify' },
    { about: 'this machine as node-1', line: 'ringfence verify -f cluster/ --node node-1' },
  ],
  hidden: false,
  async run(world, typed) {
    const { runVerify } = await import('./run-verify.ts');
    return await runVerify(world, typed);
  },
};
