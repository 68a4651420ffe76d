import type { ObjectSource } from '@ringfence/kube';
import { EXIT, Failure } from '../failure.ts';
import { type Agent, startAgent } from '@ringfence/agent';
import type { Log } from './log.ts';
import type { AgentSettings } from './settings.ts';
import { aborted } from '../aborted.ts';

export interface Running {
  readonly settings: AgentSettings;
  readonly source: ObjectSource;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Is called once nothing unknown gets through any more. */
  readonly onInstalled?: () => void;
  /** Is called whenever the agent may say something else of itself. */
  readonly onStatus?: (agent: Agent) => void;
}

/** An agent that is started when it is told so. */
export interface RunningAgent {
  /** Undefined before it is started. */
  agent(): Agent | undefined;
  /** Runs it until the signal aborts. @throws {Failure} with what the kernel refuses. */
  run(): Promise<void>;
}

/** Makes an agent that runs until a signal aborts; its rules stay. */
export function keepRunning(running: Running): RunningAgent {
  const { settings, source, log, signal } = running;
  let agent: Agent | undefined;
  return {
    agent: () => agent,
    async run() {
      try {
        const started = startAgent({ ...settings, source, log: (message) => log('info', message) });
        agent = started;
        started.onStatus(() => running.onStatus?.(started));
      } catch (error) {
        await agent?.stop();
        throw refused(error);
      }
      running.onInstalled?.();
      running.onStatus?.(agent);
      const failure = await Promise.race([aborted(signal), agent.failed]);
      await agent.stop();
      if (failure !== undefined) throw failure;
    },
  };
}

function refused(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  const needs = error.code === 'EPERM' ? ' (it needs CAP_NET_ADMIN: run it as root)' : '';
  const message = `nothing can be enforced here: ${error.message}${needs}`;
  return new Failure(EXIT.worldFailed, message, { cause: error });
}
