/**
 * A cluster's network on one machine, out of network namespaces.
 *
 * Start with `makeLabNetwork` (nodes, pods, the outside), `respond` (somebody answers on a port) and
 * `attempt` (does a packet come through, and does anything come back).
 */
export { CATCH_ALL_PORT } from './network/catch-all.ts';
export * from './network/lab-network.ts';
export type { HostAddress, Station } from './network/station.ts';
export type { LabNode } from './network/node.ts';
export type { Outside } from './network/outside.ts';
export type { PodNetwork } from './network/pod-network.ts';
export * from './traffic/attempt.ts';
export * from './traffic/responder.ts';
export { type AddressPool, createAddressPool } from './pods/address-pool.ts';
export { createPodRunner, type PodRunner, type RunningPod } from './pods/pod-runner.ts';
export { createLab, type Lab, type LabOptions } from './lab.ts';
