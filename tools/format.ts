/** Formats every file in place: `npm run format`. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const biome = path.join(root, 'node_modules/.bin/biome');
const { status } = spawnSync(biome, ['format', '--write', '.'], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
