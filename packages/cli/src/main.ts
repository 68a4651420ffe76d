// Runs the command line in the world of this process. Only here the process is touched.
import { ownTexts, quickLoader } from './load-quickly.ts';
import { quickResolver } from './resolve-quickly.ts';

if (import.meta.url.endsWith('.ts')) startQuickly();
const { run } = await import('./run.ts');
const { processWorld } = await import('./process-world.ts');

const world = processWorld(process);
// Everything is written by now; to let Node tidy up what ends anyway takes longer.
process.exit(await run(world).catch(failedOurselves));

/** Finds and loads the sources of a checkout in less time than Node would take. */
function startQuickly(): void {
  const texts = ownTexts(import.meta.url);
  const packages = import.meta.url.slice(0, import.meta.url.lastIndexOf('/cli/src/'));
  process.getBuiltinModule('node:module').registerHooks({
    resolve: quickResolver(packages),
    ...(texts && { load: quickLoader(texts) }),
  });
  process.once('exit', () => texts?.keep());
}

/** A mistake in the program itself: by no means the answer `no`, which is 1. */
async function failedOurselves(error: unknown): Promise<3> {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = `error: this is a fault of ringfence itself, please report it\n${trace}\n`;
  await world.stderr.write(message);
  return 3;
}
