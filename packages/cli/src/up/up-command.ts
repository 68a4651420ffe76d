import type { Command } from '../command-line/command.ts';
import { COLOR_FLAG, flag, MANIFEST_FLAGS } from '../command-line/flags.ts';
import { STATE_FLAG } from '../supervise/state-folder.ts';
import { ENCAPSULATIONS, TOPOLOGIES } from './options.ts';

const DESCRIPTION = `Builds the network of a cluster on this machine, out of its manifests: nodes and pods are network
namespaces, Services have their addresses, names are resolved, and an outside owns every other
address. No images are run: a pod answers on the ports that its containers declare, and that
Services send to, with its name (over HTTP, too). An agent on each node enforces the policies.

What the manifests leave open is filled in: nodes, pods of workloads, addresses, cluster DNS. They
are watched: what is written into them is in force at once, unless it is wrong; then nothing changes
and ringfence status says why.

It stays until Ctrl-C and takes everything down; with --detach it stays until ringfence down. This
machine's own interfaces, routes and rules are not touched. It needs root, or util-linux and the
right to make user namespaces.

Exit code 0: it was up, or is already (then its status is printed). 2: the manifests cannot be used.
3: the network cannot be made here.`;

/** `ringfence up`. */
export const UP_COMMAND: Command = {
  name: 'up',
  summary: 'a cluster on this machine, out of manifests',
  description: DESCRIPTION,
  operands: [],
  flags: [
    ...MANIFEST_FLAGS,
    flag({
      long: '--nodes',
      value: 'N',
      about: 'at least so many nodes (default: those of the manifests, else 2)',
    }),
    flag({
      long: '--topology',
      value: 'NAME',
      about:
        'how pods are connected: routed, as Calico does, or bridge, as Flannel does (default routed)',
      values: TOPOLOGIES,
      completes: 'values',
    }),
    flag({
      long: '--encapsulation',
      value: 'NAME',
      about: 'how nodes reach the pods of others: none, by routes, or vxlan (default none)',
      values: ENCAPSULATIONS,
      completes: 'values',
    }),
    flag({ long: '--detach', about: 'leave it up, and give the terminal back' }),
    STATE_FLAG,
    COLOR_FLAG,
  ],
  examples: [
    { about: 'the shop, until Ctrl-C', line: 'ringfence up -f examples/shop' },
    {
      about: 'three nodes with bridges, until ringfence down',
      line: 'ringfence up -f examples/shop --nodes 3 --topology bridge --detach',
    },
  ],
  hidden: false,
  async run(world, typed) {
    const { runUp } = await import('./run-up.ts');
    return await runUp(world, typed);
  },
};
