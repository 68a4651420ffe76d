/**
 * A cluster on one machine, out of network namespaces.
 *
 * Start with `createLab`: changes of objects in, pods that run and answer, connections that are made.
 * `makeLabNetwork` is the network alone (nodes, pods, the outside), `respond` somebody who answers on
 * a port, `attempt` a packet that is sent to see what comes back; `podExec` leads into a pod.
 */
export { type Assigner, createAssigner } from './assign/assigner.ts';
export { createLab, type Lab, type LabOptions } from './lab.ts';
export type { Enforcer, NodeNetwork } from './enforcer.ts';
export { type Flow } from './traffic/attempt-between.ts';
export { CATCH_ALL_PORT } from './network/catch-all.ts';
export * from './network/lab-network.ts';
export { forgetNames } from './network/namespace-names.ts';
export type { HostAddress, Station } from './network/station.ts';
export { setSysctls } from './network/sysctl.ts';
export type { LabNode } from './network/node.ts';
export type { Outside } from './network/outside.ts';
export type { PodNetwork } from './network/pod-network.ts';
export * from './traffic/attempt.ts';
export type { Outcome } from './traffic/outcome.ts';
export * from './traffic/responder.ts';
export type { Chunk } from './traffic/sctp/chunk.ts';
export { encodePacket as encodeSctpPacket } from './traffic/sctp/packet.ts';
export type { RunningPod } from './pods/pod-runner.ts';
export type { PodEntry } from './exec/pod-entrance.ts';
export { podExec } from './exec/pod-exec.ts';
