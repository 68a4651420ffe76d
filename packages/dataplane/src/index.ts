/**
 * Rulesets for Linux nftables, as data without I/O.
 *
 * Start with `compile` (what one node must enforce, from a cluster), then `render` (as text for
 * `nft -f`) and `trace` (what the kernel will do with a packet); `traceConnection` follows the first
 * packet of a connection over both nodes.
 */
export { compile } from './compile/compile.ts';
export { type BridgeOptions, compileBridge } from './compile/compile-bridge.ts';
export { type CompileOptions, DEFAULT_COMPILE_OPTIONS } from './compile/options.ts';
export { render } from './render/render.ts';
export type * from './ruleset/ruleset.ts';
export { type Attempt, attemptsOf } from './trace/attempt.ts';
export type { Frame, Packet, Payload, TrackedConnection } from './trace/packet.ts';
export { type Step, type Trace, trace, type Tracer, tracerOf } from './trace/trace.ts';
export {
  type AttemptTrace,
  type Nodes,
  traceConnection,
} from './trace/trace-connection.ts';
