/**
 * What Kubernetes NetworkPolicy means, as a library without I/O.
 *
 * Start with `decode` (a manifest's value becomes an object), `clusterOf` (objects become an index
 * that follows changes) and `evaluate` (may this connection be made, and why). Everything else here
 * serves these three: `evaluatePorts` answers for all ports at once, `reachOf` for all pairs too,
 * `suggestAllowance` and `necessaryRules` explain an answer.
 */
export * from './result.ts';
export * from './issue.ts';
export { unreachable } from './unreachable.ts';
export { addTo, removeFrom } from './multimap.ts';
export { blockYaml, flowYaml, yamlWriter } from './yaml.ts';
export * from './sets/address.ts';
export * from './sets/cidr.ts';
export * from './selectors/label-selector.ts';
export * from './objects/object.ts';
export { refKey, refOf, refOfChange } from './objects/object-ref.ts';
export { targetPortOf } from './objects/target-port.ts';
export type { KubernetesObject } from './objects/kubernetes-object.ts';
export type * from './policy/policy.ts';
export { DEFINITIONS } from './schema/definitions.ts';
export { asField, type Field, type Type } from './schema/type.ts';
export { type Decoded, type DecodeOptions, decode, listItems } from './decode.ts';
export type { Change } from './cluster/change.ts';
export type { Cluster, ClusterOptions } from './cluster/cluster.ts';
export { clusterOf, createCluster } from './cluster/create-cluster.ts';
export { deletionOf } from './cluster/deletion.ts';
export type {
  ClassDelta,
  ClusterDelta,
  PodDelta,
  PodPlace,
  RulesDelta,
} from './cluster/cluster-delta.ts';
export type { AddressSet, PeerFacts } from './cluster/compiled.ts';
export type { ClusterPod, PodClass, PodSet, SubjectClass } from './cluster/model.ts';
export type { PortNames } from './cluster/port-names.ts';
export type * from './evaluate/connection.ts';
export { commonFamilies } from './evaluate/ends.ts';
export { evaluate, verdictOf } from './evaluate/evaluate.ts';
export type * from './evaluate/finding.ts';
export { type NecessaryRules, necessaryRules } from './evaluate/necessary.ts';
export { evaluatePorts, type PortAnswer, sameEvaluation } from './evaluate/ports.ts';
export { suggestAllowance } from './evaluate/suggest/suggest.ts';
export type { PolicyManifest, Suggestion } from './evaluate/suggest/suggestion.ts';
export type { Allowance } from './reach/allowance.ts';
export { type Atom, atomsOf } from './reach/atoms.ts';
export { createDecisions } from './reach/decisions.ts';
export type { DirectionFunctions, FunctionsOf } from './reach/direction-functions.ts';
export { atomFacts, podFacts } from './reach/profiles.ts';
export type { AddressRange } from './sets/cidr-cover.ts';
export { type FunctionDelta, functionDeltas, type PodsPeer } from './reach/function-deltas.ts';
export { findingAt, type PortFunction, type PortPiece } from './reach/port-function.ts';
export type { OutsideEnd, OutsidePeer, PodsEnd, Reach, ReachEnd, Reasons } from './reach/reach.ts';
export { type ReachOptions, reachOf } from './reach/reach-of.ts';
export { witnessOf } from './reach/witness.ts';
export {
  ALL_TRAFFIC,
  hasPort,
  intersectPorts,
  isNoTraffic,
  NO_TRAFFIC,
  portRange,
  type PortSet,
  portSetKey,
  rangesOf,
  subtractPorts,
  unionPorts,
} from './sets/port-set.ts';
