import {
  type Change,
  type Expression,
  type NetlinkSocket,
  nftChains,
  nftElements,
  nftRules,
  type NftSet,
  nftSets,
  type SetElement,
  type TableReference,
} from '@ringfence/netlink';

/** A step of a rule; sets without names stand inside. */
export type PortableStep =
  | Exclude<Expression, { readonly kind: 'lookup' }>
  | (Extract<Expression, { readonly kind: 'lookup' }> & { readonly inside?: FilledSet });

export interface PortableRule {
  readonly comment: string;
  readonly steps: readonly PortableStep[];
}

export interface FilledSet {
  readonly set: NftSet;
  readonly elements: readonly SetElement[];
}

export type NftChain = ReturnType<typeof nftChains>[number];

export interface FilledChain {
  readonly chain: NftChain;
  readonly rules: readonly PortableRule[];
}

/** All that a table holds, so that any part of it can be written again. */
export interface KernelSnapshot {
  readonly table: TableReference;
  /** But for those that rules fill. */
  readonly sets: readonly FilledSet[];
  readonly chains: readonly FilledChain[];
}

/** Reads a table. */
export function snapshotOf(socket: NetlinkSocket, table: TableReference): KernelSnapshot {
  const all = nftSets(socket, table).map((set) => ({ set, elements: nftElements(socket, set) }));
  const anonymous = new Map(
    all.filter(({ set }) => set.flags.includes('anonymous')).map((each) => [each.set.name, each]),
  );
  const rules = Map.groupBy(nftRules(socket, table), ({ chain }) => chain);
  return {
    table,
    sets: all.filter(({ set }) => !set.flags.includes('anonymous') && set.timeoutMs === 0),
    chains: nftChains(socket, table).map((chain) => ({
      chain,
      rules: (rules.get(chain.name) ?? []).map(({ comment, expressions }) => ({
        comment,
        steps: expressions.map((step): PortableStep => {
          const inside = step.kind === 'lookup' ? anonymous.get(step.set) : undefined;
          return step.kind === 'lookup' && inside !== undefined ? { ...step, inside } : step;
        }),
      })),
    })),
  };
}

/** Writes the rules of a chain in the place of those that it has. */
export function rewritten(
  { chain }: FilledChain,
  rules: readonly PortableRule[],
): readonly Change[] {
  let last = 0;
  const changes: Change[] = [{ kind: 'flushChain', chain }];
  for (const { comment, steps } of rules) {
    const expressions = steps.map((step): Expression => {
      if (step.kind !== 'lookup' || step.inside === undefined) return step;
      const { inside, ...lookup } = step;
      last += 1;
      const set = { ...inside.set, name: '__set%d' };
      changes.push({ kind: 'addSet', set, id: last });
      changes.push({ kind: 'addElements', set, setId: last, elements: inside.elements });
      return { ...lookup, set: set.name, setId: last };
    });
    const { family, table, name } = chain;
    const rule = { family, table, chain: name, comment, expressions };
    changes.push({ kind: 'addRule', rule, at: { kind: 'last' } });
  }
  return changes;
}
