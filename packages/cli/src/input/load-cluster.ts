import { type Cluster, type ClusterOptions, clusterOf } from '@ringfence/core';
import {
  type Loaded,
  type LocatedIssue,
  readManifests,
  readSources,
  renderIssue,
  SourceError,
} from '@ringfence/kube';
import { isSet, type Typed, valueOf, valuesOf } from '../command-line/command.ts';
import { badInput, EXIT, Failure } from '../failure.ts';
import type { World } from '../world.ts';

/** A cluster made of manifests, and the way back from its objects to the lines they came from. */
export interface Input {
  readonly cluster: Cluster;
  readonly loaded: Loaded;
  /** The namespace of ends that name none. */
  readonly namespace: string;
}

/** The kinds that bear on policy, as one types them to kubectl. */
const KINDS = 'ns,no,po,deploy,rs,sts,ds,job,cj,rc,svc,netpol';

/**
 * Reads what `-f` names. Warnings go to standard error.
 *
 * @throws {Failure} where nothing is named, a path cannot be read, or anything in it is wrong; every
 *   error is on standard error by then.
 */
export async function loadCluster(
  world: World,
  typed: Typed,
  options?: Partial<ClusterOptions>,
): Promise<Input> {
  const paths = valuesOf(typed, 'filename');
  if (paths.length === 0) throw badInput(NEEDS_MANIFESTS);
  const namespace = namespaceOf(typed);
  const sources = await sourcesAt(paths, world);
  const loaded = readManifests(sources, { namespace, strict: isSet(typed, 'strict') });
  await report(world, loaded);
  return { cluster: clusterOf(loaded.objects, options), loaded, namespace };
}

const NEEDS_MANIFESTS = `-f is needed: this version reads manifests, not a running cluster
  a file or a folder:  -f policies/
  a cluster's dump:    kubectl get ${KINDS} -A -o json | ringfence ... -f -`;

/** The namespace of what names none: `-n`, else `default`. */
export function namespaceOf(typed: Typed): string {
  const name = valueOf(typed, 'namespace') ?? 'default';
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw badInput(`-n: \`${name}\` is no name of a namespace`);
}

async function sourcesAt(
  paths: readonly string[],
  { stdin }: World,
): ReturnType<typeof readSources> {
  try {
    return await readSources(paths, { stdin });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new Failure(exitCodeOf(error), `-f: ${error.message}`, { cause: error });
  }
}

/** A path that somebody mistyped is bad input; a disk that refuses is not. */
export function exitCodeOf({ code }: SourceError): 2 | 3 {
  return code === 'notReadable' ? EXIT.worldFailed : EXIT.badInput;
}

async function report({ stderr }: World, { errors, warnings }: Loaded): Promise<void> {
  await stderr.write(rendered([...warnings, ...errors]));
  if (errors.length === 0) return;
  const count = errors.length === 1 ? 'one error' : `${errors.length} errors`;
  throw badInput(`nothing is answered: ${count} in the manifests, see above`);
}

function rendered(issues: readonly LocatedIssue[]): string {
  return issues.map((issue) => `${renderIssue(issue)}\n`).join('');
}
