import { decode, type NetworkPolicy } from '@ringfence/core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tombstoneFile } from './tombstones.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringfence-tombstones-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('tombstoneFile', () => {
  test('gives back what was kept, blocks and all', () => {
    const file = path.join(folder, 'a', 'tombstones');
    const policies = [policy('one', '10.0.0.0/8'), policy('two', '2001:db8::/32')];
    tombstoneFile(file).save(policies);
    expect(tombstoneFile(file).load()).toEqual({ kind: 'ok', value: policies });
  });

  test('nothing was kept where there is no file', () => {
    expect(tombstoneFile(path.join(folder, 'none')).load()).toEqual({ kind: 'ok', value: [] });
  });

  test('forgets those that were let go', () => {
    const file = path.join(folder, 'tombstones');
    const tombstones = tombstoneFile(file);
    tombstones.save([policy('one', '10.0.0.0/8')]);
    tombstones.save([]);
    expect(tombstoneFile(file).load()).toEqual({ kind: 'ok', value: [] });
  });

  test.each([
    ['no value', 'rubbish'],
    ['nothing', ''],
  ])('says so where the file holds %s', (_what, text) => {
    const file = path.join(folder, 'tombstones');
    writeFileSync(file, text);
    expect(tombstoneFile(file).load()).toEqual({
      kind: 'failed',
      error: `${file} is not what an agent of this version writes`,
    });
  });
});

function policy(name: string, cidr: string): NetworkPolicy {
  const decoded = decode(
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace: 'shop' },
      spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr } }] }] },
    },
    { namespace: 'default', reading: 'strict' },
  );
  if (decoded.kind !== 'object' || decoded.object.kind !== 'NetworkPolicy') throw new Error(name);
  return decoded.object;
}
