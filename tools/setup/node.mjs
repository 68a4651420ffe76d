import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether this version of Node runs TypeScript sources without a flag.
 *
 * @param {string} version such as `22.18.0`
 */
export function newEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

/**
 * Finds the Node that the repository brought along.
 *
 * @param {string} root
 * @returns {string | undefined} the program, `undefined` when it is not installed
 */
export function ownNode(root) {
  const packages = path.join(root, 'tools/node/node_modules');
  if (!existsSync(packages)) return undefined;
  return readdirSync(packages)
    .filter((name) => name.startsWith('node-'))
    .map((name) => path.join(packages, name, 'bin/node'))
    .find((program) => existsSync(program));
}
