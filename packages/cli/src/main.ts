import { isatty } from 'node:tty';
import packageJson from '../package.json' with { type: 'json' };
import { run } from './run.ts';
import { ClosedOutput, type Output } from './world.ts';

/** Nobody reads the rest: what is still on its way is dropped. */
function outputTo(stream: NodeJS.WriteStream): Output {
  let failure: Error | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure = error.code === 'EPIPE' ? new ClosedOutput('', { cause: error }) : error;
  });
  return {
    async write(text) {
      if (failure !== undefined) throw failure;
      if (text === '') return;
      await new Promise<void>((resolve, reject) => {
        stream.write(text, (error) => {
          if (error === null || error === undefined) resolve();
          else if ('code' in error && error.code === 'EPIPE')
            reject(new ClosedOutput('', { cause: error }));
          else reject(error);
        });
      });
    },
  };
}

process.exitCode = await run(
  {
    args: process.argv.slice(2),
    env: process.env,
    // Opened only when somebody reads: opening it takes time.
    get stdin() {
      return process.stdin;
    },
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    isTerminal: isatty(1),
    cwd: process.cwd(),
  },
  packageJson.version,
);
