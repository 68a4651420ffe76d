import { feedSource } from '@ringfence/kube';
import type { Typed } from '../command-line/command.ts';
import { badInput, EXIT } from '../failure.ts';
import type { World } from '../world.ts';
import type { Agent } from '@ringfence/agent';
import { type FedAgentMessage, isFedAgentOptions } from './fed-agent.ts';
import { keepRunning } from './keep-running.ts';
import { createLog, type Log } from './log.ts';
import { labSettings } from './settings.ts';

/** Its node's own loopback interface: it is in nobody's way. */
const LISTEN = { host: '127.0.0.1', port: 9095 };

/** Enforces the policies on a lab's node, until it is told to end or the lab has gone. */
export async function runFedAgent(world: World, typed: Typed): Promise<number> {
  const options: unknown = JSON.parse(typed.operands[0] ?? 'null');
  if (!isFedAgentOptions(options)) throw badInput('this is for the lab to start');
  const { parent } = world;
  const log = createLog(world);
  const interruption = world.interruption();
  const signal = parent === undefined ? interruption : AbortSignal.any([interruption, parent.gone]);
  const { node, feed, ownNodeEgress } = options;
  const source = await feedSource(feed, { node });
  const servers: { close(): void }[] = [];
  const running = keepRunning({
    settings: { ...labSettings(node), ownNodeEgress },
    source,
    log,
    signal,
    onInstalled() {
      const message: FedAgentMessage = { kind: 'installed' };
      parent?.send(message);
      // Pods wait for what is above, nobody for this.
      serve(running.agent, log).then(
        (server) => void (server && servers.push(server)),
        (error: unknown) => log('error', String(error)),
      );
    },
    onStatus: oncePerTurn((agent: Agent) => source.report(agent.status())),
  });
  await running.run();
  for (const server of servers) server.close();
  return EXIT.yes;
}

/** Without it the node is enforced all the same. */
async function serve(
  agent: () => Agent | undefined,
  log: Log,
): Promise<{ close(): void } | undefined> {
  const { serveAgent } = await import('./http.ts');
  try {
    return await serveAgent(LISTEN, agent);
  } catch (error) {
    log(
      'warn',
      `nobody can ask over HTTP: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}

/** Of many calls in one turn of the event loop, makes one at its end. */
function oncePerTurn<Argument>(call: (argument: Argument) => void): (argument: Argument) => void {
  let due = false;
  return (argument) => {
    if (due) return;
    due = true;
    setImmediate(() => {
      due = false;
      call(argument);
    });
  };
}
