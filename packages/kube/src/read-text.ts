import { readJson } from './json/read-json.ts';
import type { Document } from './text/span.ts';
import { readYaml } from './yaml/read-yaml.ts';

/**
 * Reads a text of YAML or JSON. What begins with a bracket is JSON, as for kubectl; where it is
 * not, it may still be YAML in its flow style, which looks alike.
 */
export function readText(text: string): readonly Document[] {
  if (!/^\uFEFF?\s*[[{]/u.test(text)) return readYaml(text);
  const documents = readJson(text);
  if (documents.every(({ faults }) => faults.length === 0) || text.length > FLOW_LIMIT) {
    return documents;
  }
  const flow = readYaml(text);
  return flow.every(({ faults }) => faults.length === 0) ? flow : documents;
}

/** Nobody writes so much by hand: a text this long is a broken dump. */
const FLOW_LIMIT = 1_000_000;
