/**
 * The node agent: keeps the kernel's rules equal to what the policies mean.
 *
 * Start with `startAgent`, in the network namespace that is the node.
 */
export { type Agent, startAgent } from './agent.ts';
export type { PodInterfaces } from './host/pod-interfaces.ts';
export { watchInterfaces } from './host/watch-interfaces.ts';
export {
  type HeldTable,
  type HeldTables,
  openTableReader,
  type TableReader,
} from './kernel/read-held-tables.ts';
export { type AgentOptions, DEFAULT_AGENT_OPTIONS } from './options.ts';
export type { AgentPodStatus, AgentStatus } from './status.ts';
export { uninstall } from './uninstall.ts';
