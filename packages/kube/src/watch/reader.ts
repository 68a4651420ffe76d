import type { Loaded } from '../manifests/loaded.ts';
import { roleIn } from '../manifests/packaging.ts';
import {
  loadedFrom,
  type ManifestOptions,
  type Read,
  readSource,
} from '../manifests/read-manifests.ts';
import type { Source } from '../sources/source.ts';

/**
 * Makes a `readManifests` that reads a source once only, as long as it is given the same value: what
 * is compared between sources is compared each time.
 */
export function createManifestReader(
  options: ManifestOptions,
): (sources: readonly Source[]) => Loaded {
  const known = new WeakMap<Source, { readonly role: string; readonly read: Read }>();
  return (sources) => {
    const roleOf = roleIn(sources);
    const reads = sources.map((source) => {
      const role = roleOf(source);
      const last = known.get(source);
      // What a role says follows from its kind and the source's name.
      if (last?.role === role.kind) return last.read;
      const read = readSource(source, role, options);
      known.set(source, { role: role.kind, read });
      return read;
    });
    return loadedFrom(reads, options);
  };
}
