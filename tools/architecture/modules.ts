import path from 'node:path';
import { AREAS, type Area } from './arrows.ts';
import { importsOf } from './imports.ts';

/** A source file and where its imports lead. */
export interface Module {
  /** Relative to the repository's root, with slashes. */
  readonly file: string;
  readonly area: Area;
  /** Tests, and what generates their data; the sources must not lean on them. */
  readonly isTest: boolean;
  readonly imports: readonly ResolvedImport[];
}

/** Where an import leads. */
export type Target =
  /** A file of the repository, named by a relative path. */
  | { readonly kind: 'file'; readonly file: string }
  /** A package of the repository by its name; `inner` is what follows the name. */
  | { readonly kind: 'workspace'; readonly name: string; readonly inner: string }
  /** One of Node's modules, or somebody else's package. */
  | { readonly kind: 'outside'; readonly name: string }
  | { readonly kind: 'computed' };

/** An import, resolved. */
export interface ResolvedImport {
  readonly line: number;
  readonly target: Target;
}

/** Reads the modules out of source texts, which are keyed by file. */
export function modulesOf(sources: ReadonlyMap<string, string>): readonly Module[] {
  return [...sources].map(([file, text]) => ({
    file,
    area: areaOf(file),
    isTest: isTest(file),
    imports: importsOf(file, text).map(({ specifier, line }) => ({
      line,
      target: resolve(file, specifier),
    })),
  }));
}

/**
 * Finds the area that a file belongs to.
 *
 * @throws {Error} for a file outside of all of them: the table has to name every package.
 */
export function areaOf(file: string): Area {
  const area = AREAS.find(({ folder }) => file.startsWith(`${folder}/`));
  if (area === undefined) throw new Error(`${file}: tools/architecture/arrows.ts has no area`);
  return area;
}

/** Whether a file is there for tests alone. */
export function isTest(file: string): boolean {
  return /\.(?:test|arbitrary)\.ts$/.test(file) || file.startsWith('tests/');
}

function resolve(file: string, specifier: string | undefined): Target {
  if (specifier === undefined) return { kind: 'computed' };
  if (specifier.startsWith('.')) {
    return { kind: 'file', file: path.posix.join(path.posix.dirname(file), specifier) };
  }
  const workspace = /^@ringfence\/([^/]+)(.*)$/.exec(specifier);
  if (workspace === null) return { kind: 'outside', name: specifier };
  return { kind: 'workspace', name: workspace[1] ?? '', inner: workspace[2] ?? '' };
}
