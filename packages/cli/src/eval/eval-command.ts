import { type Command, isSet } from '../command-line/command.ts';
import {
  COLOR_FLAG,
  flag,
  MANIFEST_FLAGS,
  outputFlag,
  OWN_NODE_EGRESS_FLAG,
} from '../command-line/flags.ts';

const DESCRIPTION = `Decides whether a connection may be made, and explains why.

END is POD, NAMESPACE/POD, KIND/NAME, NAMESPACE/KIND/NAME or an IP address; KIND is what kubectl
takes (deploy, sts, svc, node, ...). A workload stands for its pods, a Service for its backends.
Without --port it answers for every port.

Exit code: 0 allowed (without --port: on some port), 1 denied, unknown or mixed, 2 bad input.
With --batch: 0 whatever the verdicts are, 2 when a line is no question.`;

/** `ringfence eval`. */
export const EVAL_COMMAND: Command = {
  name: 'eval',
  summary: 'may this connection happen, and why',
  description: DESCRIPTION,
  operands: [],
  flags: [
    flag({ long: '--from', value: 'END', about: 'who connects', completes: 'end' }),
    flag({ long: '--to', value: 'END', about: 'who is connected to', completes: 'end' }),
    flag({
      long: '--port',
      value: 'PORT',
      about: "the destination's port, by number or name; for a Service, the Service's own",
    }),
    flag({
      long: '--protocol',
      value: 'NAME',
      about: 'TCP, UDP, SCTP, or ICMP for all that has no ports (default TCP)',
      values: [],
    }),
    flag({
      long: '--family',
      value: 'FAMILY',
      about: 'IPv4 or IPv6 (default: each that both ends have)',
    }),
    OWN_NODE_EGRESS_FLAG,
    flag({
      long: '--batch',
      value: 'FILE',
      about: 'answer one JSON question per line of a file, or of standard input (-)',
      completes: 'file',
    }),
    ...MANIFEST_FLAGS,
    outputFlag(['text', 'json', 'yaml']),
    COLOR_FLAG,
  ],
  examples: [
    {
      about: 'may a pod open a connection to another, and why',
      line: 'ringfence eval -f examples/shop --from shop/web-1 --to shop/api-1 --port 8081',
    },
    {
      about: "every backend of a Service, on the Service's port",
      line: 'ringfence eval -f examples/shop -n shop --from deploy/web --to svc/api --port http',
    },
    {
      about: 'every port that the outside may use',
      line: 'ringfence eval -f examples/shop --from 203.0.113.7 --to shop/web-1',
    },
    {
      about: 'the cluster that kubectl points at',
      line: 'kubectl get ns,no,po,svc,netpol -A -o json | ringfence eval -f - --from shop/web-1 --to shop/db-0 --port 5432',
    },
  ],
  hidden: false,
  async run(world, typed) {
    if (isSet(typed, 'batch')) {
      const { runBatch } = await import('../batch/run-batch.ts');
      return await runBatch(world, typed);
    }
    const { runEval } = await import('./run-eval.ts');
    return await runEval(world, typed);
  },
};
