import {
  type Cluster,
  type ClusterPod,
  FAMILIES,
  formatAddress,
  type IpAddress,
  type KubernetesObject,
} from '@ringfence/core';
import { type CompileOptions, DEFAULT_COMPILE_OPTIONS } from '@ringfence/dataplane';
import { arbObjects } from './objects.arbitrary.ts';
import { someOf } from './traffic.ts';
import type * as fc from 'fast-check';

/** A pod's interface is named after its first address: no two pods of a node have the same. */
export function interfaceOf(pod: ClusterPod): string {
  const [address] = pod.addresses;
  return address === undefined ? '' : `veth${formatAddress(address).slice(-9)}`;
}

/** How rulesets of random clusters are compiled. */
export const OPTIONS: CompileOptions = { ...DEFAULT_COMPILE_OPTIONS, interfaceOf };

/** Objects of which every pod has a node: without one nothing would enforce its policies. */
export const arbScheduled: fc.Arbitrary<readonly KubernetesObject[]> = arbObjects.map(scheduled);

/** Gives pods without a node a node of their own. */
export function scheduled(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.map((object) =>
    object.kind === 'Pod' && object.node === '' ? { ...object, node: 'n3' } : object,
  );
}

const v4 = (value: number): IpAddress => ({ family: 'IPv4', value });
const v6 = (value: bigint): IpAddress => ({ family: 'IPv6', value });

/** Every address that an object can have, and both sides of every block's ends. */
const ADDRESSES: readonly IpAddress[] = [
  v4(0),
  v4(1),
  v4(2 ** 32 - 2),
  v4(2 ** 32 - 1),
  ...Array.from({ length: 34 }, (_, last) => v4(0x0a00_0000 - 9 + last)),
  v6(0n),
  v6(1n),
  v6(2n ** 128n - 2n),
  v6(2n ** 128n - 1n),
  ...Array.from({ length: 34 }, (_, last) => v6((0x2001_0db8n << 96n) - 9n + BigInt(last))),
];

/** Some pairs of addresses of one family of which at least one is a pod's. */
export function addressPairs(
  cluster: Cluster,
  seed: number,
): readonly (readonly [IpAddress, IpAddress])[] {
  return FAMILIES.flatMap((family) => {
    const all = ADDRESSES.filter((address) => address.family === family);
    const pods = all.filter((address) => cluster.podAt(address) !== undefined);
    const others = someOf(all, seed, 5);
    return pods.flatMap((pod) =>
      [...pods, ...others].flatMap((other): (readonly [IpAddress, IpAddress])[] => [
        [pod, other],
        [other, pod],
      ]),
    );
  });
}
