import { decode, type KubernetesObject } from '@ringfence/core';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bigCompany, servedText } from './big-company.ts';

/** So many objects an API server sends in one answer. */
const PAGE = 500;

/** Writes all objects as an API server sends them: lists, one in each file. */
export function writeServedFiles(folder: string): void {
  let page: string[] = [];
  let count = 0;
  const flush = (): void => {
    const text = `{"apiVersion":"v1","kind":"List","items":[${page.join(',')}]}`;
    writeFileSync(path.join(folder, `${count}`.padStart(6, '0')), text);
    count += 1;
    page = [];
  };
  for (const object of bigCompany()) {
    page.push(servedText(object));
    if (page.length === PAGE) flush();
  }
  if (page.length > 0) flush();
}

/** Decodes all of them, one file at a time. */
export function* servedObjects(folder: string): Generator<KubernetesObject> {
  for (const file of readdirSync(folder).sort()) {
    const list: { readonly items: readonly unknown[] } = JSON.parse(
      readFileSync(path.join(folder, file), 'utf8'),
    );
    for (const item of list.items) yield decoded(item);
  }
}

/** The object of a document that is known to be good. */
export function decoded(value: unknown): KubernetesObject {
  const result = decode(value, { namespace: '', reading: 'stored' });
  if (result.kind !== 'object') throw new Error(`a document is ${JSON.stringify(result)}`);
  return result.object;
}
