import { isObject, type JsonObject } from './json-object.ts';

/** Writes plain data as YAML in block style: what a hint says to write instead. */
export function blockYaml(value: JsonObject, indent = ''): string {
  return Object.entries(value)
    .map(([key, entry]) => `${indent}${scalar(key)}:${blockEntry(entry, indent)}`)
    .join('\n');
}

/** Writes plain data as YAML on one line. */
export function flowYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowYaml).join(', ')}]`;
  if (!isObject(value)) return scalar(value);
  const entries = Object.entries(value).map(([key, entry]) => `${scalar(key)}: ${flowYaml(entry)}`);
  return `{${entries.join(', ')}}`;
}

function blockEntry(value: unknown, indent: string): string {
  if (Array.isArray(value) && value.length > 0) {
    return `\n${value.map((item) => `${indent}- ${blockItem(item, indent)}`).join('\n')}`;
  }
  if (isObject(value) && Object.keys(value).length > 0)
    return `\n${blockYaml(value, `${indent}  `)}`;
  return ` ${flowYaml(value)}`;
}

function blockItem(item: unknown, indent: string): string {
  return isObject(item) && Object.keys(item).length > 0
    ? blockYaml(item, `${indent}  `).slice(indent.length + 2)
    : flowYaml(item);
}

function scalar(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return PLAIN.test(value) && !RESERVED.test(value) ? value : JSON.stringify(value);
}

const PLAIN = /^(?:[A-Za-z_][\w./-]*|[\d.]+\/\d+)$/u;
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null)$/iu;
