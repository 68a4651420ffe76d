/**
 * A lab in a process of its own, for tests that kill it or ask what it can reach: says `ready`, then
 * answers each attempt that it is sent with what came of it, until nobody is there to ask.
 */
import type { Attempt } from '../traffic/attempt.ts';
import { respond } from '../traffic/responder.ts';
import { makeLabNetwork } from './lab-network.ts';
import { askFrom, both, FAMILIES, NODES } from './testing.ts';

const [folder = '', prefix = '', name = '', host = ''] = process.argv.slice(2);
const network = makeLabNetwork(NODES, { topology: 'bridge', names: { folder, prefix } });
const pod = network.connect({
  key: 'web',
  node: 'node-1',
  addresses: both(Number(host)),
  called: { namespace: 'shop', name: 'web' },
});
for (const family of FAMILIES) {
  respond(pod.station.namespace, { protocol: 'TCP', port: 8080, family, name }, (error) => {
    throw error;
  });
}
process.on('message', (how: Omit<Attempt, 'protocol'>) => {
  void askFrom(pod.station, how, { timeoutMs: 500 }).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => {
  network.close();
  process.exit();
});
process.send?.('ready');
