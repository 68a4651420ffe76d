import { spawn } from 'node:child_process';
import path from 'node:path';
import { hasDevelopmentPackages, hasNodePackage, isInstalled } from './installed.mjs';
import { whileLocked } from './lock.mjs';
import { newEnough, ownNode } from './node.mjs';

const UNREACHABLE =
  'packages are missing and the package registry cannot be reached: connect to the network and run the command again';

/** A failure that the user can act on; its message is one sentence. */
export class SetupError extends Error {}

/**
 * Installs the packages that are missing, and Node itself where the running one is too old.
 *
 * @param {string} root
 * @param {'runtime' | 'all'} packages
 */
export async function install(root, packages) {
  if (missing(root, packages).length === 0) return;
  if (!newEnough(process.versions.node) && !hasNodePackage(root)) {
    throw new SetupError(
      `Node ${process.versions.node} is too old to run TypeScript, and none can be brought along for ${process.platform} ${process.arch}: install Node 22.18 or newer`,
    );
  }
  await whileLocked(path.join(root, '.setup.lock'), report, async () => {
    // Asked again: another process may have installed everything while this one waited.
    for (const step of missing(root, packages)) {
      report(`installing ${step.what}`);
      const started = Date.now();
      await npmCi(step.folder, step.args);
      // npm is content without an optional package, and Node is one: there is one per system.
      if (!step.isDone()) throw new SetupError(UNREACHABLE);
      report(`done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    }
  });
}

/**
 * @param {string} root
 * @param {'runtime' | 'all'} packages
 */
function missing(root, packages) {
  const steps = [];
  const nodeFolder = path.join(root, 'tools/node');
  const nodeInstalled = isInstalled(nodeFolder, 'all') && ownNode(root) !== undefined;
  if (!newEnough(process.versions.node) && !nodeInstalled) {
    steps.push({
      what: `Node 24 into tools/node (190 MB; yours is ${process.versions.node})`,
      folder: nodeFolder,
      args: [],
      isDone: () => ownNode(root) !== undefined,
    });
  }
  if (!isInstalled(root, packages)) {
    const all = packages === 'all' || hasDevelopmentPackages(root);
    steps.push({
      what: all ? 'the runtime and development packages' : 'the runtime packages',
      folder: root,
      args: all ? [] : ['--omit=dev'],
      isDone: () => isInstalled(root, packages),
    });
  }
  return steps;
}

/**
 * @param {string} folder
 * @param {readonly string[]} args
 */
async function npmCi(folder, args) {
  // `error` also silences the complaint that npm's own Node is older than what packages ask for:
  // they run on the Node that is being installed.
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund', '--no-progress'];
  const cache = [
    '--prefer-offline',
    '--fetch-retries=2',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-factor=2',
  ];
  const { code, output } = await npm(['ci', ...args, ...quiet, ...cache], folder);
  if (code === 0) return;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ENOTCACHED/.test(output)) {
    throw new SetupError(UNREACHABLE);
  }
  process.stderr.write(output);
  throw new SetupError(`\`npm ci\` failed in ${folder} with exit code ${code}`);
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function npm(args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: npmSettings(),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    child.on('error', (error) => {
      reject(new SetupError(`npm cannot be started (${error.message}): install npm`));
    });
    child.on('close', (code) => resolve({ code, output }));
  });
}

/**
 * The environment without what the npm that runs us says about its own command.
 *
 * `npm test --workspace x`, for one, would reach the `npm ci` inside as a setting.
 */
function npmSettings() {
  const own =
    /^npm_(?:config_(?:workspace|workspaces|omit|include|production|dry_run|offline)|command|lifecycle_.*|package_.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/** @param {string} text */
function report(text) {
  process.stderr.write(`ringfence: ${text}\n`);
}
