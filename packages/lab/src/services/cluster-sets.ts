import {
  type Cidr,
  cidrContains,
  cidrHas,
  FAMILIES,
  firstAddress,
  formatAddress,
  formatCidr,
  type IpAddress,
  lastAddress,
} from '@ringfence/core';
import type { Change, SetElement } from '@ringfence/netlink';
import { addressBytes } from './expressions.ts';
import { type SetRole, setOf } from './service-sets.ts';

/** Which addresses are inside: all others are outside. */
export interface ClusterAddresses {
  readonly podRanges: readonly Cidr[];
  /** The addresses of pods; those in the ranges may be left out. */
  readonly podAddresses?: Iterable<IpAddress>;
  readonly nodes: readonly IpAddress[];
}

/** The sets of one node's table that tell what is inside, as they were written last. */
export interface ClusterSets {
  /** What must be changed; it counts as written when `done` is called. */
  update(cluster: ClusterAddresses): ClusterUpdate;
}

/** Changes of the sets that are not written yet. */
interface ClusterUpdate {
  readonly changes: readonly Change[];
  done(): void;
}

type Content = ReadonlyMap<string, readonly SetElement[]>;

/** Remembers what the sets hold; at first they are empty. */
export function createClusterSets(): ClusterSets {
  let held = new Map<string, Content>();
  return {
    update({ podRanges, podAddresses = [], nodes }) {
      const ranges = withoutNested(podRanges);
      const apart = [...podAddresses].filter(
        (address) => !ranges.some((range) => cidrHas(range, address)),
      );
      const wanted = new Map<string, Content>();
      const changes: Change[] = [];
      const put = (role: SetRole, family: IpAddress['family'], content: Content): void => {
        const set = setOf(role, family);
        wanted.set(set.name, content);
        const before = held.get(set.name) ?? new Map<string, readonly SetElement[]>();
        changes.push(
          { kind: 'deleteElements', set, elements: missingIn(content, before) },
          { kind: 'addElements', set, elements: missingIn(before, content) },
        );
      };
      for (const family of FAMILIES) {
        put('pod-ranges', family, rangeContent(ranges.filter((each) => each.family === family)));
        put('pods', family, addressContent(apart.filter((each) => each.family === family)));
        put('nodes', family, addressContent(nodes.filter((each) => each.family === family)));
      }
      return { changes, done: () => void (held = wanted) };
    },
  };
}

/** The first content of the set of Services' ranges: it does not change. */
export function serviceRangeChanges(ranges: readonly Cidr[]): readonly Change[] {
  return FAMILIES.map((family) => {
    const own = withoutNested(ranges).filter((each) => each.family === family);
    const elements = [...rangeContent(own).values()].flat();
    return { kind: 'addElements', set: setOf('service-ranges', family), elements };
  });
}

/** The elements of one content that another one has not. */
function missingIn(one: Content, other: Content): readonly SetElement[] {
  return [...other].filter(([key]) => !one.has(key)).flatMap(([, elements]) => elements);
}

/** The kernel takes no ranges that overlap; prefixes overlap only where one is inside the other. */
function withoutNested(ranges: readonly Cidr[]): readonly Cidr[] {
  const each = [...new Map(ranges.map((range) => [formatCidr(range), range])).values()];
  return each.filter(
    (range) => !each.some((other) => other !== range && cidrContains(other, range)),
  );
}

function rangeContent(ranges: readonly Cidr[]): Content {
  return new Map(ranges.map((range) => [formatCidr(range), rangeElements(range)]));
}

/** An interval is two elements, the second one behind its end; the last of all has none. */
function rangeElements(range: Cidr): readonly SetElement[] {
  const first: SetElement = { key: addressBytes(firstAddress(range)) };
  const behind = next(addressBytes(lastAddress(range)));
  return behind === undefined ? [first] : [first, { key: behind, intervalEnd: true }];
}

function next(address: Uint8Array): Uint8Array | undefined {
  const bytes = Uint8Array.from(address);
  for (let at = bytes.length - 1; at >= 0; at -= 1) {
    const byte = bytes[at] ?? 0;
    bytes[at] = (byte + 1) & 255;
    if (byte !== 255) return bytes;
  }
  return undefined;
}

function addressContent(addresses: readonly IpAddress[]): Content {
  return new Map(
    addresses.map((address) => [formatAddress(address), [{ key: addressBytes(address) }]]),
  );
}
