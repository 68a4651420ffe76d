/**
 * What the scenarios cover, folder by folder, with the number of files that each must at least hold.
 *
 * A folder that is missing here, or here but not there, fails the suite: nothing is dropped or added
 * without being named.
 */
export const COVERAGE: ReadonlyMap<string, number> = new Map([
  // The Kubernetes project's own end-to-end cases for NetworkPolicy.
  ['upstream/tcp', 42],
  ['upstream/udp', 3],
  ['upstream/sctp', 3],
  ['upstream/legacy', 8],
  // The situations of the well-known recipes.
  ['recipes', 15],
  // The network policy API: its own conformance suite, then its rules one by one.
  ['tiers/conformance', 24],
  ['tiers/order', 9],
  ['tiers/subject', 5],
  ['tiers/peers', 6],
  ['tiers/v1alpha1', 4],
  // The API documentation of NetworkPolicy, sentence by sentence.
  ['api/isolation', 7],
  ['api/selectors', 3],
  ['api/equivalences', 14],
  ['api/peers', 2],
  ['api/ip-block', 8],
  ['api/ports', 13],
  ['api/protocols', 5],
  ['api/pods', 11],
  ['api/nodes', 8],
  ['api/services', 4],
  ['api/namespaces', 7],
  ['api/undecodable', 4],
]);
