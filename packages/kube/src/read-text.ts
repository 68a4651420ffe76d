import { readJson } from './json/read-json.ts';
import type { Document } from './text/span.ts';
import { readYaml } from './yaml/read-yaml.ts';

/**
 * Reads a text of YAML or JSON. What begins with a bracket is JSON, as for kubectl, which is quicker
 * and tells faults better; where it is not, it may be YAML in its flow style, which looks alike.
 */
export function readText(text: string): readonly Document[] {
  if (!/^\uFEFF?\s*[[{]/u.test(text)) return readYaml(text);
  const documents = readJson(text);
  if (isSound(documents) || !mayBeFlow(text)) return documents;
  const flow = readYaml(text);
  return isSound(flow) ? flow : documents;
}

function isSound(documents: readonly Document[]): boolean {
  return documents.every(({ faults }) => faults.length === 0);
}

/** A first field without quotes, or lines that separate documents. Longer texts are broken dumps. */
function mayBeFlow(text: string): boolean {
  if (text.length > FLOW_LIMIT) return false;
  return !/^\uFEFF?\s*[[{]\s*["{[\]}]/u.test(text) || /^---/mu.test(text);
}

/** Nobody writes so much by hand. */
const FLOW_LIMIT = 1_000_000;
