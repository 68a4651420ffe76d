import { readFileSync } from 'node:fs';
import { EXIT, Failure } from '../failure.ts';
import { privilege } from '../supervise/privilege.ts';
import type { StateFolder } from '../supervise/state-folder.ts';
import { supervise } from '../supervise/supervise.ts';
import type { World } from '../world.ts';
import { isLabMessage, type LabMessage } from './message.ts';
import type { LabOptions } from './options.ts';
import { removeLab, removeRemains } from './remains.ts';

/** Keeps the parts of a cluster running until somebody interrupts. */
export async function keepUp(
  world: World,
  state: StateFolder,
  options: LabOptions,
): Promise<number> {
  const interruption = world.interruption();
  const { rootless, before } = privilege();
  const log = state.log('lab');
  let isUp = false;
  const first = Promise.withResolvers<LabMessage>();
  const [program, ...args] = [...before, ...world.self];
  if (program === undefined) throw new Error('there is no program to start');
  const lab = supervise(
    {
      name: 'lab',
      command: [program, ...args, '__lab', JSON.stringify({ ...options, rootless })],
      log,
    },
    {
      // A lab that was killed leaves names, and the next one wants them.
      prepare: () => removeLab(state),
      restarts: () => isUp,
      onMessage(message) {
        if (!isLabMessage(message)) return;
        if (message.kind === 'round') void world.stderr.write(`${message.message}\n`);
        else first.resolve(message);
      },
      onEnd(how, retryMs) {
        const again = retryMs === undefined ? '' : `, and is started again in ${retryMs} ms`;
        const message = `the lab has ended (${how})${again}: see ${log}`;
        if (isUp) void world.stderr.write(`${message}\n`);
        else
          first.resolve({
            kind: 'refused',
            message: notUp(how, log, rootless),
            exitCode: EXIT.worldFailed,
          });
      },
    },
  );
  interruption.addEventListener('abort', () =>
    first.resolve({ kind: 'refused', message: 'interrupted', exitCode: EXIT.worldFailed }),
  );
  try {
    const message = await first.promise;
    if (message.kind === 'refused') throw new Failure(message.exitCode, message.message);
    isUp = true;
    if (message.kind === 'up') {
      await world.stderr.write(message.warnings);
      await world.stdout.write(message.summary);
      world.parent?.send(message);
    }
    if (world.parent === undefined) await world.stderr.write('Ctrl-C takes it down\n');
    await aborted(interruption);
  } finally {
    await lab.stop();
    removeRemains(state);
  }
  return EXIT.yes;
}

/** The lab's last words, which are those of the program that should have started it. */
function notUp(how: string, log: string, rootless: boolean): string {
  const words = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .slice(-3);
  const needs = rootless
    ? '\nit needs root, or util-linux and the right to make user namespaces, which some systems deny (sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)'
    : '';
  return [`the lab does not start (${how})`, ...words].join('\n') + needs;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
}
