import { failed, type NetworkPolicy, ok, type Result } from '@ringfence/core';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';

/**
 * The deleted policies that stay in force, kept over a restart: the source does not tell of them any
 * more, and their namespace still has pods (CVE-2024-7598).
 */
export interface TombstoneFile {
  /** What was kept; nothing where nothing ever was. Fails, in words, for what cannot be read. */
  load(): Result<readonly NetworkPolicy[], string>;
  /** Keeps these and no others; writes only where they are others than before. */
  save(policies: readonly NetworkPolicy[]): void;
}

/** Another number for whatever else the file may come to hold. */
const FORMAT = 2;

/** Keeps tombstones in a file; its folder is made when there is something to keep. */
export function tombstoneFile(file: string): TombstoneFile {
  let kept: readonly NetworkPolicy[] = [];
  return {
    load() {
      const bytes = bytesOf(file);
      if (bytes === undefined) return ok([]);
      const value = valueOf(bytes);
      if (!isKept(value)) return failed(`${file} is not what an agent of this version writes`);
      kept = value.policies;
      return ok(kept);
    },
    save(policies) {
      const same =
        policies.length === kept.length && policies.every((each, index) => each === kept[index]);
      if (same) return;
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      const body = serialize({ format: FORMAT, policies });
      writeFileSync(`${file}.new`, Buffer.concat([digestOf(body), body]), { mode: 0o600 });
      renameSync(`${file}.new`, file);
      kept = policies;
    },
  };
}

function bytesOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Goes before the value: damaged bytes may well be a value, but another one. */
function digestOf(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest();
}

const DIGEST_BYTES = 32;

/** `undefined` for bytes that are no value, or not as they were written. */
function valueOf(bytes: Buffer): unknown {
  const body = bytes.subarray(DIGEST_BYTES);
  if (!digestOf(body).equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
  try {
    return deserialize(body);
  } catch {
    return undefined;
  }
}

function isKept(value: unknown): value is { readonly policies: readonly NetworkPolicy[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === FORMAT &&
    'policies' in value &&
    Array.isArray(value.policies)
  );
}
