// Installs what a command needs and is missing, then runs the command.
//
// Plain JavaScript that any Node from 20 on can run: it is the first thing to run on a fresh clone.
// Without a command it only installs. With everything in place it neither writes nor connects.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, SetupError } from './setup/install.mjs';
import { newEnough, ownNode } from './setup/node.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Which program answers to which name, and whether it needs more than the runtime packages.
 *
 * @type {ReadonlyMap<string, { program: readonly string[], packages: 'runtime' | 'all' }>}
 */
const COMMANDS = new Map([
  ['start', { program: ['packages/cli/src/main.ts', 'start'], packages: 'runtime' }],
  ['test', { program: ['tools/check.ts'], packages: 'all' }],
  ['bench', { program: ['tools/bench.ts'], packages: 'all' }],
  ['soak', { program: ['tests/soak/soak.ts'], packages: 'all' }],
  ['format', { program: ['tools/format.ts'], packages: 'all' }],
]);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`ringfence: ${error.message}\n`);
  process.exitCode = 3;
}

/** @param {readonly string[]} argv */
async function main([name, ...args]) {
  if (Number.parseInt(process.versions.node, 10) < 20) {
    throw new SetupError(
      `Node ${process.versions.node} is too old to set anything up: install Node 20 or newer`,
    );
  }
  const command = name === undefined ? undefined : COMMANDS.get(name);
  if (name !== undefined && command === undefined) {
    throw new SetupError(
      `there is no command \`${name}\`: use one of ${[...COMMANDS.keys()].join(', ')}`,
    );
  }
  await install(ROOT, command?.packages ?? 'all');
  return command === undefined ? 0 : run([...command.program, ...args]);
}

/**
 * Runs a program of this repository with a Node that reads TypeScript; that Node is also the one
 * that the program's own children find on their path.
 *
 * @param {readonly string[]} program its file and its arguments
 * @returns {Promise<number>} the exit code
 */
function run(program) {
  const node = newEnough(process.versions.node) ? process.execPath : (ownNode(ROOT) ?? '');
  const child = spawn(
    node,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', ...program],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: {
        ...(process.stdout.isTTY ? process.env : withoutColour(process.env)),
        PATH: `${path.dirname(node)}${path.delimiter}${process.env['PATH']}`,
      },
    },
  );
  // A terminal sends its interrupt to the whole group; the child decides when to end.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * The environment in which no program colours its output, whatever it thinks of it.
 *
 * @param {NodeJS.ProcessEnv} environment
 */
function withoutColour(environment) {
  return { ...environment, NO_COLOR: '1', FORCE_COLOR: undefined };
}
