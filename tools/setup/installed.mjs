import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {{ version?: string, resolved?: string, integrity?: string, link?: boolean,
 *   dev?: boolean, optional?: boolean, devOptional?: boolean }} LockedPackage
 */

/**
 * Whether a folder's `node_modules` holds what its lockfile asks for.
 *
 * npm writes down what it installed in `node_modules/.package-lock.json`, as its last step: an
 * installation that was interrupted has no such file, one of another lockfile differs in it.
 * Packages for other systems are optional and may be absent.
 *
 * @param {string} folder
 * @param {'runtime' | 'all'} packages
 */
export function isInstalled(folder, packages) {
  const installed = lockedPackages(path.join(folder, 'node_modules/.package-lock.json'));
  const wanted = lockedPackages(path.join(folder, 'package-lock.json'));
  if (installed === undefined || wanted === undefined) return false;
  for (const [place, wantedPackage] of wanted) {
    if (place === '') continue;
    if (packages === 'runtime' && isForDevelopment(wantedPackage)) continue;
    const found = installed.get(place);
    if (
      found === undefined ? wantedPackage.optional !== true : !samePackage(found, wantedPackage)
    ) {
      return false;
    }
  }
  return true;
}

/**
 * Whether development packages were installed here once, so that a repair keeps them.
 *
 * @param {string} folder
 */
export function hasDevelopmentPackages(folder) {
  const installed = lockedPackages(path.join(folder, 'node_modules/.package-lock.json'));
  return [...(installed?.values() ?? [])].some(isForDevelopment);
}

/**
 * Whether there is a Node to bring along for this system.
 *
 * @param {string} root
 */
export function hasNodePackage(root) {
  const locked = lockedPackages(path.join(root, 'tools/node/package-lock.json'));
  return locked?.has(`node_modules/node-${process.platform}-${process.arch}`) ?? false;
}

/**
 * @param {string} file
 * @returns {Map<string, LockedPackage> | undefined}
 */
function lockedPackages(file) {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages));
  } catch {
    return undefined;
  }
}

/** @param {LockedPackage} locked */
function isForDevelopment(locked) {
  return locked.dev === true || locked.devOptional === true;
}

/**
 * @param {LockedPackage} one
 * @param {LockedPackage} other
 */
function samePackage(one, other) {
  return (
    one.version === other.version && one.integrity === other.integrity && one.link === other.link
  );
}
