// Runs the command line in the world of this process. Only here the process is touched.
import { registerHooks } from 'node:module';
import packageJson from '../package.json' with { type: 'json' };
import { resolveRelative } from './resolve-relative.ts';

registerHooks({ resolve: resolveRelative });
const { run } = await import('./run.ts');
const { processWorld } = await import('./process-world.ts');

process.exitCode = await run(processWorld(process), packageJson.version);
