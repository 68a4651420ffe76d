import { ADVERTISED, bridgeChains, bridgeSets } from '../layout/bridge.ts';
import type { BridgeOptions } from '../compile/compile-bridge.ts';
import { elementWords } from './element-words.ts';
import { createFindings } from './findings.ts';
import type { KernelRuleset } from './kernel-ruleset.ts';
import type { Proof } from './proof.ts';
import { type ClusterNode, localPods, type ProveOptions } from './prove.ts';
import { boundSets, type ExactSet, interfaceSet, proveSets } from './prove-host.ts';
import { proveLayout } from './prove-layout.ts';

/** What the rules of a node's bridge depend on beside the cluster, and how much is to be told. */
export type ProveBridgeOptions = Pick<BridgeOptions, 'portOf' | 'podInterfaces'> &
  Pick<ProveOptions, 'interfaces' | 'most'>;

/** Proves that the ports of a bridge are bound to the addresses of their pods, and to no others. */
export function proveBridge(
  kernel: KernelRuleset,
  at: ClusterNode,
  options: ProveBridgeOptions,
): Proof {
  const findings = createFindings(options.most);
  const words = elementWords(bridgeSets());
  const expected = { sets: bridgeSets(), chains: bridgeChains(options) };
  const elements = proveLayout(kernel, expected, findings);
  const locals = localPods(at);
  const { bound: bound4 } = boundSets(locals, options.portOf, 'IPv4');
  const { bound: bound6 } = boundSets(locals, options.portOf, 'IPv6');
  const exact = options.podInterfaces.filter((name) => !name.endsWith('*'));
  const sets = [
    interfaceSet([...exact, ...options.interfaces], options.podInterfaces),
    bound4,
    bound6,
    advertisedSet(bound6),
  ];
  proveSets(sets, elements, { findings, words });
  const counts = [...elements.values()].map(({ length }) => length);
  return {
    differences: findings.differences,
    differencesInAll: findings.count(),
    harmless: findings.harmless,
    harmlessInAll: findings.harmlessCount(),
    compared: {
      addresses: 0,
      numbers: 0,
      classes: 0,
      parts: 0,
      functions: 0,
      rules: kernel.chains.reduce((sum, { rules }) => sum + rules.length, 0),
      elements: counts.reduce((sum, count) => sum + count, 0),
      subjects: locals.length,
    },
  };
}

/** Neighbours are told of the addresses that are bound, and of no others. */
function advertisedSet({ expected }: ExactSet): ExactSet {
  return {
    set: ADVERTISED,
    expected: expected.map(({ key }) => ({
      key,
      means: 'neighbours do not find the pod that has the address',
    })),
    extra: 'whoever is behind it may draw to itself what is for an address that is not its own',
  };
}
