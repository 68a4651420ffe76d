import { isDeepStrictEqual } from 'node:util';
import { type Cidr, formatCidr, hostCidr, type IpAddress, type Node } from '@ringfence/core';
import type { AddressBook } from './address-book.ts';
import { type AddressPool, createAddressPool } from './address-pool.ts';
import { byName } from './by-name.ts';
import { createNodeGrants, nodeRef } from './node-grants.ts';
import type { Output } from './output.ts';
import type { Problem } from './problem.ts';
import { overlap, type Ranges } from './ranges.ts';

/** The nodes: those of the manifests, and those that are made because there are too few. */
export interface Nodes {
  /** What a manifest says of a node; `undefined`: nothing any more. */
  state(name: string, node: Node | undefined): void;
  /** The node that a manifest says a pod is on; empty where it says none, or nothing any more. */
  bind(pod: string, node: string): void;
  /** @returns the names of those that came, went or changed. */
  settle(): ReadonlySet<string>;
  find(name: string): PlacedNode | undefined;
  /** In the order in which people count. */
  names(): readonly string[];
  /** The range of some node's pods that has an address. */
  podRangeAt(address: IpAddress): Cidr | undefined;
  problems(): readonly Problem[];
}

/** A node with its addresses, and what it gives its pods. */
export interface PlacedNode {
  readonly node: Node;
  /** One for each of the node's ranges, in their order. */
  readonly pools: readonly AddressPool[];
}

/** Makes the nodes; `atLeast` is how many there are to be, where somebody says so. */
export function createNodes(world: {
  readonly atLeast: number | undefined;
  readonly ranges: Ranges;
  readonly book: AddressBook;
  readonly output: Output;
}): Nodes {
  const { atLeast, book, output } = world;
  const stated = new Map<string, Node>();
  const placed = new Map<string, PlacedNode>();
  /** By pod: its node, where the manifest names one. */
  const bound = new Map<string, string>();
  const grants = createNodeGrants({ ...world, stated });
  let names: readonly string[] = [];
  let unsettled = true;

  /** The pools of ranges that stay go on where they are. */
  const place = (node: Node): void => {
    const before = placed.get(node.name)?.pools ?? [];
    const pools = node.podRanges.map(
      (range) =>
        before.find((pool) => isDeepStrictEqual(pool.range, range)) ??
        createAddressPool(range, (address) =>
          book.isFree(address) ? undefined : hostCidr(address),
        ),
    );
    placed.set(node.name, { node, pools });
    output.show(node);
  };

  const removeOthers = (): readonly string[] => {
    const wanted = new Set(names);
    const gone = [...placed.keys()].filter((name) => !wanted.has(name));
    for (const name of gone) {
      placed.delete(name);
      grants.forget(name);
      output.hide(nodeRef(name));
    }
    return gone;
  };

  return {
    state(name, node) {
      unsettled = true;
      book.strike(nodeRef(name), stated.get(name)?.addresses ?? []);
      book.enter(nodeRef(name), node?.addresses ?? []);
      if (node === undefined) stated.delete(name);
      else stated.set(name, node);
    },
    bind(pod, node) {
      if ((bound.get(pod) ?? '') === node) return;
      unsettled = true;
      if (node === '') bound.delete(pod);
      else bound.set(pod, node);
    },
    settle() {
      if (!unsettled && grants.problems().length === 0) return new Set();
      unsettled = false;
      names = nodeNames(stated, new Set(bound.values()), atLeast);
      const changed = new Set(removeOthers());
      for (const name of names) {
        const node = grants.fill(stated.get(name) ?? madeNode(name));
        if (isDeepStrictEqual(placed.get(name)?.node, node)) continue;
        changed.add(name);
        place(node);
      }
      return changed;
    },
    find: (name) => placed.get(name),
    names: () => names,
    podRangeAt: grants.podRangeAt,
    problems: () => [
      ...grants.problems(),
      ...overlaps([...placed.values()].map(({ node }) => node)),
    ],
  };
}

/** Where manifests bring no nodes: enough that traffic crosses from one to another. */
const DEFAULT_NODES = 2;

/**
 * The nodes that there are to be, in the order in which they are given what they lack. Where the
 * manifests bring none, those that pods name are there.
 */
function nodeNames(
  stated: ReadonlyMap<string, Node>,
  named: Iterable<string>,
  atLeast: number | undefined,
): readonly string[] {
  const names = new Set(stated.size === 0 ? named : stated.keys());
  const wanted = atLeast ?? (stated.size === 0 ? DEFAULT_NODES : 0);
  for (let number = 1; names.size < wanted; number += 1) names.add(`node-${number}`);
  return [...names].sort(byName);
}

function madeNode(name: string): Node {
  const labels = new Map([
    ['kubernetes.io/hostname', name],
    ['kubernetes.io/os', 'linux'],
  ]);
  return { kind: 'Node', name, labels, addresses: [], podRanges: [] };
}

/** Blocks overlap only where one contains the other: in order, the one around comes first. */
function overlaps(nodes: readonly Node[]): readonly Problem[] {
  const every = nodes
    .flatMap(({ name, podRanges }) => podRanges.map((range) => ({ name, range })))
    .sort(({ range: left }, { range: right }) =>
      left.first === right.first ? left.length - right.length : left.first < right.first ? -1 : 1,
    );
  const problems: Problem[] = [];
  let around: typeof every = [];
  for (const inner of every) {
    around = around.filter(({ range }) => overlap(range, inner.range));
    for (const outer of around) {
      if (outer.name === inner.name) continue;
      problems.push(overlapping(inner, outer), overlapping(outer, inner));
    }
    around.push(inner);
  }
  return problems;
}

function overlapping(own: RangeOfNode, other: RangeOfNode): Problem {
  const message = `its pods' range ${formatCidr(own.range)} overlaps ${formatCidr(other.range)}, that of Node \`${other.name}\``;
  return { ref: nodeRef(own.name), message };
}

interface RangeOfNode {
  readonly name: string;
  readonly range: Cidr;
}
