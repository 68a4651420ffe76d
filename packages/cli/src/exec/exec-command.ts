import type { Command } from '../command-line/command.ts';
import { flag } from '../command-line/flags.ts';
import { STATE_FLAG } from '../supervise/state-folder.ts';

/** `ringfence exec`. */
export const EXEC_COMMAND: Command = {
  name: 'exec',
  summary: 'run a program of this machine in a pod',
  description: `Runs a program of this machine in a pod of the cluster that is up: it has the pod's network, name,
resolv.conf and an empty /tmp of its own; all other files are this machine's, and read-only. A
terminal is passed on: \`ringfence exec shop/web-1 -- sh\` is a shell in the pod.

POD is POD or NAMESPACE/POD. Exit code: the program's; 126 and 127 where it cannot be run or is not
there; 2 where there is no such pod; 3 where no cluster is up.`,
  operands: [
    { name: 'POD', about: 'where to run it', presence: 'required', values: [] },
    {
      name: 'COMMAND',
      about: 'the program and its arguments, behind --',
      presence: 'any number',
      values: [],
    },
  ],
  flags: [
    flag({
      long: '--namespace',
      short: '-n',
      value: 'NAME',
      about: 'the namespace of the pod (default `default`)',
      completes: 'namespace',
    }),
    flag({ long: '--stdin', short: '-i', about: 'taken from habit: standard input is passed on' }),
    flag({ long: '--tty', short: '-t', about: 'taken from habit: so is a terminal' }),
    STATE_FLAG,
  ],
  examples: [
    { about: 'a page of a Service', line: 'ringfence exec shop/web-1 -- wget -qO- http://api' },
    { about: 'a shell', line: 'ringfence exec -it -n shop web-1 -- sh' },
  ],
  hidden: false,
  async run(world, typed) {
    const { runExec } = await import('./run-exec.ts');
    return await runExec(world, typed);
  },
};
