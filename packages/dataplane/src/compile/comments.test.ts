import { clusterOf, type KubernetesObject } from '@ringfence/core';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { type CompileOptions, DEFAULT_COMPILE_OPTIONS } from './options.ts';

function podOf(name: string, node: string, value: number): KubernetesObject {
  return {
    kind: 'Pod',
    namespace: 'shop',
    name,
    uid: name,
    labels: new Map(),
    owner: undefined,
    node,
    finished: false,
    terminating: false,
    createdAt: 0,
    addresses: [{ family: 'IPv4', value }],
    ports: [],
    hostNetwork: false,
    hostname: '',
    subdomain: '',
  };
}

const CLUSTER = clusterOf([podOf('near', 'n1', 1), podOf('far', 'n2', 2)]);

test.each<[CompileOptions['comments'], readonly string[]]>([
  ['all', ['shop/far', 'shop/near']],
  ['local', ['', 'shop/near']],
  ['none', ['', '']],
])('of comments, %s: %o', (comments, expected) => {
  const { elements } = compile(CLUSTER, 'n1', { ...DEFAULT_COMPILE_OPTIONS, comments });
  expect(
    elements
      .get('identities4')
      ?.map(({ comment }) => comment)
      .sort(),
  ).toEqual(expected);
});
