import type { Command } from '../command-line/command.ts';
import { COLOR_FLAG, ENDS_FLAGS, flag, outputFlag } from '../command-line/flags.ts';
import { STATE_FLAG } from '../supervise/state-folder.ts';
import { PROBE_FORMATS } from './options.ts';

const DESCRIPTION = `Makes real connections in the cluster of this machine (ringfence up), and compares what comes
of them with what its policies say.

Without --from and --to: every pod and the outside, to every pod and the outside. Without --port:
the ports on which the destination answers. END is POD, NAMESPACE/POD, KIND/NAME,
NAMESPACE/KIND/NAME or an IP address: one that is nobody's here is an address of the outside.

A connection that gets no answer is denied. One that is refused was let through: nobody listens on
that port.

Exit code 0: all are as the policies say. 1: some are not. 3: some could not be tried, or no cluster
is up.`;

/** `ringfence probe`. */
export const PROBE_COMMAND: Command = {
  name: 'probe',
  summary: 'real connections against what the policies say',
  description: DESCRIPTION,
  operands: [],
  flags: [
    ...ENDS_FLAGS,
    flag({
      long: '--port',
      value: 'PORT',
      about: 'this port, as 80 or 53/UDP or 9/SCTP; may be repeated',
      repeatable: true,
    }),
    flag({ long: '--family', value: 'FAMILY', about: 'IPv4 or IPv6 (default both)' }),
    flag({
      long: '--timeout',
      value: 'SECONDS',
      about: 'how long to wait for an answer (default 1)',
    }),
    flag({
      long: '--namespace',
      short: '-n',
      value: 'NAME',
      about: 'only connections of which one end is there; also of ends that name none',
      completes: 'namespace',
    }),
    STATE_FLAG,
    outputFlag(PROBE_FORMATS),
    COLOR_FLAG,
  ],
  examples: [
    { about: 'everybody to everybody', line: 'ringfence probe' },
    {
      about: 'the outside to the shop, by its Service',
      line: 'ringfence probe --from 203.0.113.7 --to shop/svc/web -o wide',
    },
    {
      about: 'a pod to a name server of the internet',
      line: 'ringfence probe --from shop/web-1 --to 192.0.2.53 --port 53/UDP',
    },
  ],
  hidden: false,
  async run(world, typed) {
    const { runProbe } = await import('./run-probe.ts');
    return await runProbe(world, typed);
  },
};
