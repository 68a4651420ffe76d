import { dirname, isAbsolute, join } from 'node:path';
import { type KubernetesObject, type ObjectRef, type Path, refKey, refOf } from '@ringfence/core';
import {
  type LocatedDocument,
  type LocatedIssue,
  type Place,
  readDocuments,
  readManifests,
  readSources,
  type Source,
  SourceError,
} from '@ringfence/kube';
import { readValue } from './read-value.ts';
import type { Manifest } from './scenario.ts';

/** Objects, with all that is wrong with their manifests. */
export interface ReadObjects {
  readonly objects: readonly KubernetesObject[];
  readonly errors: readonly LocatedIssue[];
  readonly warnings: readonly LocatedIssue[];
  readonly locate: Locate;
}

/** Tells where a field of an object was written; `undefined` for an object that was not read here. */
export type Locate = (ref: ObjectRef, path: Path) => Place | undefined;

/** Where a list of manifests stands, and how its objects are taken. */
export interface ManifestList {
  readonly file: string;
  readonly document: LocatedDocument;
  /** The path of the list in the document. */
  readonly at: Path;
  readonly namespace: string;
  readonly read: 'strict' | 'stored';
}

/** Reads the manifests of a scenario or of one of its steps. A broken one hides no other. */
export async function readObjects(
  manifests: readonly Manifest[],
  list: ManifestList,
): Promise<ReadObjects> {
  const parts: ReadObjects[] = [];
  const sources: Source[] = [];
  for (const [index, manifest] of manifests.entries()) {
    const at: Path = [...list.at, index];
    if (manifest.kind === 'object') {
      parts.push(objectsAt(list.document, { value: manifest.value, at }, list));
    } else if (manifest.kind === 'text') {
      sources.push({ name: `${list.file} (${String(list.at[0])}[${index}])`, text: manifest.text });
    } else {
      const read = await sourcesAt(manifest.path, list, at);
      sources.push(...read.sources);
      parts.push({ ...NOTHING, errors: read.errors });
    }
  }
  const read = merged([objectsIn(sources, list), ...parts]);
  return { ...read, errors: [...read.errors, ...repeated(read, list)] };
}

/** Objects that have the name of one before them: which of the two is meant nobody can tell. */
function repeated({ objects, locate }: ReadObjects, list: ManifestList): readonly LocatedIssue[] {
  const seen = new Set<string>();
  return objects.flatMap((object) => {
    const ref = refOf(object);
    const key = refKey(ref);
    const first = seen.has(key) ? locate(ref, ['metadata', 'name']) : undefined;
    seen.add(key);
    if (first === undefined) return [];
    const message = `there are two manifests of ${ref.kind} ${ref.name}, one at ${first.file}:${first.line}`;
    const issue = {
      code: 'duplicateValue',
      severity: 'error',
      path: list.at,
      at: 'value',
    } as const;
    const located = { ...issue, message, hint: 'replace an object in a step' };
    return [list.document.locate(located, { base: [], object: ref })];
  });
}

const NOTHING: ReadObjects = { objects: [], errors: [], warnings: [], locate: () => undefined };

async function sourcesAt(
  path: string,
  { file, document }: ManifestList,
  at: Path,
): Promise<{ readonly sources: readonly Source[]; readonly errors: readonly LocatedIssue[] }> {
  const whole = isAbsolute(path) ? path : join(dirname(file), path);
  try {
    return { sources: await readSources([whole], { stdin: noInput() }), errors: [] };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const { message } = error;
    const issue = { code: 'invalid', severity: 'error', path: at, at: 'value', message } as const;
    const located = document.locate({ ...issue, hint: '' }, { base: [], object: undefined });
    return { sources: [], errors: [located] };
  }
}

async function* noInput(): AsyncIterable<Uint8Array> {
  // A scenario's manifests are files; standard input belongs to the command.
}

function objectsIn(sources: readonly Source[], list: ManifestList): ReadObjects {
  if (list.read === 'strict') {
    const loaded = readManifests(sources, { namespace: list.namespace, strict: false });
    const { objects, errors, warnings } = loaded;
    return { objects, errors, warnings, locate: (ref, path) => loaded.locate(ref, path) };
  }
  return merged(
    sources.flatMap(readDocuments).map((document) => {
      if (document.issues.length > 0) return { ...NOTHING, errors: document.issues };
      return objectsAt(document, { value: document.value, at: [] }, list);
    }),
  );
}

function objectsAt(
  document: LocatedDocument,
  written: { readonly value: unknown; readonly at: Path },
  list: ManifestList,
): ReadObjects {
  const values = readValue(document, written, list);
  const issues = values.flatMap((value) => value.issues);
  const places = new Map<string, Path>();
  for (const { object, at } of values) {
    if (object !== undefined) places.set(refKey(refOf(object)), at);
  }
  return {
    objects: values.flatMap(({ object }) => object ?? []),
    errors: issues.filter(({ severity }) => severity === 'error'),
    warnings: issues.filter(({ severity }) => severity === 'warning'),
    locate: (ref, path) => {
      const at = places.get(refKey(ref));
      return at && document.placeOf([...at, ...path]);
    },
  };
}

/** Puts together what was read from several places. The first that knows an object locates it. */
export function merged(parts: readonly ReadObjects[]): ReadObjects {
  return {
    objects: parts.flatMap(({ objects }) => objects),
    errors: parts.flatMap(({ errors }) => errors),
    warnings: parts.flatMap(({ warnings }) => warnings),
    locate: (ref, path) => {
      for (const { locate } of parts) {
        const place = locate(ref, path);
        if (place !== undefined) return place;
      }
      return undefined;
    },
  };
}
