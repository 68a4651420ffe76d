import { readFileSync } from 'node:fs';
import { EXIT } from '../failure.ts';
import { privilege } from '../supervise/privilege.ts';
import type { StateFolder } from '../supervise/state-folder.ts';
import { supervise } from '../supervise/supervise.ts';
import type { World } from '../world.ts';
import { isLabMessage, type LabMessage } from './message.ts';
import type { LabOptions } from './options.ts';
import { removeLab } from './remains.ts';

/** The lab as a process of its own. */
export interface LabPart {
  /** What it says first: that it is up, or why not. */
  readonly first: Promise<Exclude<LabMessage, { kind: 'round' }>>;
  stop(): Promise<void>;
}

/**
 * Starts the lab, and starts it again when it ends, once it was up. What it says of edits, and how it
 * ends, goes to standard error.
 */
export function startLab(world: World, state: StateFolder, options: LabOptions): LabPart {
  const { rootless, before } = privilege();
  const log = state.log('lab');
  const tell = (text: string): void => void world.stderr.write(`${text}\n`);
  const first = Promise.withResolvers<Exclude<LabMessage, { kind: 'round' }>>();
  let wasUp = false;
  const [program, ...args] = [...before, ...world.self];
  if (program === undefined) throw new Error('there is no program to start');
  const part = supervise(
    {
      command: () => {
        const told = { ...options, rootless, resumes: wasUp };
        return [program, ...args, '__lab', JSON.stringify(told)];
      },
      log,
    },
    {
      // A lab that was killed leaves names, and the next one wants them.
      prepare: () => removeLab(state),
      restarts: () => wasUp,
      onMessage(message) {
        if (!isLabMessage(message)) return;
        if (message.kind === 'up') wasUp = true;
        if (message.kind === 'round') tell(message.message);
        else first.resolve(message);
      },
      onEnd(how, retryMs) {
        if (retryMs !== undefined) {
          tell(`the lab has ended (${how}), and is started again in ${retryMs} ms: see ${log}`);
          return;
        }
        const message = notUp(how, log, rootless);
        first.resolve({ kind: 'refused', message, details: '', exitCode: EXIT.worldFailed });
      },
    },
  );
  return { first: first.promise, stop: part.stop };
}

/** The lab's last words, which are those of the program that should have started it. */
function notUp(how: string, log: string, rootless: boolean): string {
  const words = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .slice(-3);
  const needs = rootless ? [NEEDS_NAMESPACES] : [];
  return [`the lab does not start (${how})`, ...words, ...needs].join('\n');
}

const NEEDS_NAMESPACES = `it needs root, or util-linux and the right to make user namespaces, which some systems deny
(sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)`;
