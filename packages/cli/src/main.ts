// Runs the command line in the world of this process. Only here the process is touched.
import { quickResolver } from './resolve-quickly.ts';

process.getBuiltinModule('node:module').registerHooks({ resolve: quickResolver() });
const { run } = await import('./run.ts');
const { processWorld } = await import('./process-world.ts');

// Everything is written by now; to let Node tidy up what ends anyway takes longer.
process.exit(await run(processWorld(process)));
