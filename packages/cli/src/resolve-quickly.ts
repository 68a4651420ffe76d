import type { ResolveFnOutput, ResolveHookSync } from 'node:module';

/** Our own packages: one of each, whoever asks. */
const WORKSPACE = '@ringfence/';

/**
 * Makes a resolver for our own files, which is a sixth of a start otherwise: `./x.ts` is the whole
 * name of a file, so there is nothing to look for on the disk; a package of the workspace is looked
 * for once, not once for each file that imports it.
 */
export function quickResolver(): ResolveHookSync {
  const packages = new Map<string, ResolveFnOutput>();
  return (specifier, context, next) => {
    if (specifier.startsWith(WORKSPACE)) {
      const resolved = packages.get(specifier) ?? {
        ...next(specifier, context),
        shortCircuit: true,
      };
      packages.set(specifier, resolved);
      return resolved;
    }
    const { parentURL } = context;
    if (parentURL === undefined || !specifier.startsWith('.') || !specifier.endsWith('.ts')) {
      return next(specifier, context);
    }
    return { url: joined(parentURL, specifier), format: 'module-typescript', shortCircuit: true };
  };
}

/** The address of a file beside another one: names of files here hold nothing that needs escaping. */
function joined(parent: string, specifier: string): string {
  let folder = parent.slice(0, parent.lastIndexOf('/'));
  let rest = specifier;
  while (rest.startsWith('../')) {
    folder = folder.slice(0, folder.lastIndexOf('/'));
    rest = rest.slice(3);
  }
  return `${folder}/${rest.startsWith('./') ? rest.slice(2) : rest}`;
}
