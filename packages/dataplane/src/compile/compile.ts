import type { Cluster } from '@ringfence/core';
import { withOrder } from '../ruleset/order.ts';
import type { Ruleset } from '../ruleset/ruleset.ts';
import { createNodeRules } from './node-rules.ts';
import type { CompileOptions } from './options.ts';

/**
 * Compiles what one node's kernel must enforce: exactly what `evaluate` says of every connection
 * that this node's pods make or get.
 *
 * Total and deterministic: what comes out depends on the cluster's objects and on nothing else, not
 * on the order in which they came. The work grows with the classes of peers that the node's rules
 * tell apart, not with pods times pods.
 */
export function compile(cluster: Cluster, node: string, options: CompileOptions): Ruleset {
  const rules = createNodeRules(cluster, node, options);
  rules.flush();
  return withOrder(rules.ruleset());
}
