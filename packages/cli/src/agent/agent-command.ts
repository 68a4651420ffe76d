import type { Command } from '../command-line/command.ts';
import { flag, MANIFEST_FLAGS, OWN_NODE_EGRESS_FLAG } from '../command-line/flags.ts';

const DESCRIPTION = `Enforces the policies on this machine, as one node of a cluster: keeps the kernel's rules equal to
what its objects mean. Objects come from manifests that are watched; they have to say which node
each pod is on, and its addresses.

Traffic of this node's pods that nothing is known of yet is dropped from the first moment. Where
rules of an earlier run are there, they stay in force until better ones are. They also stay when the
agent ends, however it ends: ringfence agent uninstall removes them. While the manifests are wrong,
what was in force stays so.

It answers over HTTP: /healthz, /readyz (503 with the reasons while it is not ready), /metrics for
Prometheus, /status as JSON. What it has to say goes to standard error, a JSON object on each line.

It needs CAP_NET_ADMIN. Exit code 0: it was interrupted, or the rules are removed. 2: bad input. 3:
the kernel refuses, or the address to listen at is taken.`;

/** `ringfence agent`. */
export const AGENT_COMMAND: Command = {
  name: 'agent',
  summary: 'enforce the policies on this machine, as a node',
  description: DESCRIPTION,
  operands: [
    {
      name: 'ACTION',
      about: 'what to do in the place of enforcing',
      presence: 'optional',
      values: ['uninstall'],
    },
  ],
  flags: [
    flag({ long: '--node', value: 'NAME', about: 'the node that this machine is' }),
    flag({
      long: '--listen',
      value: 'ADDRESS:PORT',
      about: 'where to answer over HTTP, or none (default 127.0.0.1:9095)',
    }),
    flag({
      long: '--pod-interfaces',
      value: 'PATTERN',
      about:
        'interfaces that are pods’, as eth1 or cali*; may be repeated (default: found by themselves)',
      repeatable: true,
    }),
    flag({
      long: '--exclude-interfaces',
      value: 'PATTERN',
      about: 'interfaces that are never pods’, and bridges whose ports are not, as docker0',
      repeatable: true,
    }),
    flag({
      long: '--unprogrammed',
      value: 'WHAT',
      about:
        'what becomes of traffic of pods that nothing is known of yet: drop (default) or allow',
      values: ['drop', 'allow'],
      completes: 'values',
    }),
    flag({ long: '--reject', about: 'tell the sender of what policies deny; else it is dropped' }),
    OWN_NODE_EGRESS_FLAG,
    flag({
      long: '--table',
      value: 'NAME',
      about: 'the name of the nftables tables (default ringfence)',
    }),
    flag({
      long: '--state',
      value: 'DIR',
      about: 'where deleted policies are kept that still protect pods (default /var/lib/ringfence)',
      completes: 'file',
    }),
    flag({
      long: '--log-group',
      value: 'N',
      about: 'the NFLOG group that denied flows are told to (default 5)',
    }),
    flag({
      long: '--allow-pod-encapsulation',
      about: 'pods may speak VXLAN, Geneve, GRE and IP in IP to nodes',
    }),
    ...MANIFEST_FLAGS,
  ],
  examples: [
    { about: 'this machine as node-1', line: 'ringfence agent -f cluster/ --node node-1' },
    { about: 'whether it is ready', line: 'curl http://127.0.0.1:9095/readyz' },
    { about: 'take the rules away', line: 'ringfence agent uninstall' },
  ],
  hidden: false,
  async run(world, typed) {
    const { runAgent } = await import('./run-agent.ts');
    return await runAgent(world, typed);
  },
};
