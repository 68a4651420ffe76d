/**
 * Rulesets for Linux nftables, as data without I/O.
 *
 * Start with `compile` (what one node must enforce, from a cluster), then `render` (as text for
 * `nft -f`) and `trace` (what the kernel will do with a packet); `traceConnection` follows the first
 * packet of a connection over both nodes. Who enforces starts with `createNodeRules`, which follows a
 * cluster change by change, and `planOf`, which orders what has to be written.
 */
export { compile } from './compile/compile.ts';
export { type BridgeOptions, bridgeRuleset, compileBridge } from './compile/compile-bridge.ts';
export type { NumbersBefore } from './compile/identities.ts';
export { createNodeRules, type NodeRules, type NodeRulesOptions } from './compile/node-rules.ts';
export { type CompileOptions, DEFAULT_COMPILE_OPTIONS } from './compile/options.ts';
export type { Member } from './compile/member.ts';
export type { LocalPod } from './compile/pod-rows.ts';
export { rowsOf } from './compile/row-bound.ts';
export type { Voice } from './compile/voice.ts';
export { difference } from './plan/difference.ts';
export { type Plan, plan, planOf, type PlanOptions } from './plan/plan.ts';
export { applied, type Transaction } from './plan/transaction.ts';
export {
  isUnknown,
  type KernelChain,
  type KernelRuleset,
  understood,
  type Unknown,
} from './prove/kernel-ruleset.ts';
export { type ClusterNode, prove, type ProveOptions } from './prove/prove.ts';
export { proveBridge, type ProveBridgeOptions } from './prove/prove-bridge.ts';
export { holds } from './prove/proof.ts';
export type * from './prove/proof.ts';
export { render } from './render/render.ts';
export { POD_INTERFACES } from './ruleset/names.ts';
export { FIRST_IDENTITY } from './ruleset/numbers.ts';
export { withOrder } from './ruleset/order.ts';
export type * from './ruleset/ruleset.ts';
export type { ElementsDelta, RulesetDelta } from './ruleset/ruleset-delta.ts';
export { type Attempt, attemptsOf } from './trace/attempt.ts';
export type { Frame, Packet, Payload, TrackedConnection } from './trace/packet.ts';
export { type Step, type Trace, trace, type Tracer, tracerOf } from './trace/trace.ts';
export {
  type AttemptTrace,
  type Nodes,
  traceConnection,
} from './trace/trace-connection.ts';
