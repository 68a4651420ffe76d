import { type Cluster, type ClusterPod, FAMILIES, type PodClass } from '@ringfence/core';
import { type CompileOptions, DEFAULT_COMPILE_OPTIONS } from '../compile/options.ts';
import { chainsOf } from '../layout/layout.ts';
import { setsOf } from '../layout/sets.ts';
import { familySet } from '../ruleset/names.ts';
import { type ElementWords, elementWords } from './element-words.ts';
import type { FamilyCase } from './family-case.ts';
import { createFindings, type Findings } from './findings.ts';
import { kernelFamily } from './kernel-family.ts';
import { generationIn, type KernelRuleset } from './kernel-ruleset.ts';
import { type Meaning, meaningsOf } from './meaning.ts';
import { isThere, peerGroups } from './peer-groups.ts';
import type { Compared, Proof } from './proof.ts';
import { proveFamily } from './prove-family.ts';
import { boundSets, interfaceSet, nodeAddresses, nodeSets, proveSets } from './prove-host.ts';
import { proveLayout } from './prove-layout.ts';
import { provePodRanges } from './prove-ranges.ts';

/** What a node's rules depend on beside the cluster, and how much is to be told. */
export interface ProveOptions extends Omit<CompileOptions, 'generation' | 'maxRows' | 'comments'> {
  /** Names of interfaces that are pods', beside those of the patterns. */
  readonly interfaces: readonly string[];
  /** So many differences are told whole; of the others, how many there are. */
  readonly most: number;
}

/** A node of a cluster. */
export interface ClusterNode {
  readonly cluster: Cluster;
  readonly node: string;
}

/**
 * Proves that a kernel does what policies mean, for every connection that the pods of a node make or
 * get: all addresses of both families, all ports, all protocols. Nothing is sampled, and nothing
 * that `compile` makes is asked: what policies mean is said by core alone.
 *
 * Chains are compared with the layout rule by rule; that the layout's chains look up what they
 * should is for other tests. Sets that rules fill are not looked at, nor what flows carry. What rules
 * ask of each set is known here: a rule that asks something new of one has to be followed here, too,
 * and edits at random in the tests tell where it is not.
 */
export function prove(kernel: KernelRuleset, at: ClusterNode, options: ProveOptions): Proof {
  const { cluster, node } = at;
  const findings = createFindings(options.most);
  const words = elementWords(setsOf());
  const generation = generationIn(kernel, options.markMask);
  const chains = chainsOf({ ...DEFAULT_COMPILE_OPTIONS, ...options, generation });
  const elements = proveLayout(kernel, { sets: setsOf(), chains }, findings);
  const locals = localPods(at);
  proveHost(elements, { at, options, locals, findings, words });
  const classes = classesOf(cluster);
  const meanings = meaningsOf(cluster, classes);
  const nodes = nodeAddresses(cluster);
  const { protocols, udpPorts } = options.tunnels;
  const cases = FAMILIES.map((family): FamilyCase => {
    const ofFamily = kernelFamily(family, elements, (set, element) => {
      const means = 'no rule understands it';
      const text = words(set, element);
      findings.add({ kind: 'element', set, is: 'other', element: text, means });
    });
    const groups = peerGroups(cluster, ofFamily);
    const own = nodes.filter((address) => address.family === family);
    return {
      cluster,
      node,
      family,
      kernel: ofFamily,
      groups,
      nodes: own,
      tunnels: protocols.length + udpPorts.length > 0,
      findings,
      words,
    };
  });
  const subjects = sum(cases, (each) => proveFamily(each, locals, meanings.of));
  return {
    differences: findings.differences,
    differencesInAll: findings.count(),
    harmless: findings.harmless,
    harmlessInAll: findings.harmlessCount(),
    compared: {
      rules: sum(kernel.chains, ({ rules }) => rules.length),
      elements: sum(elements.values(), ({ length }) => length),
      classes: classes.length,
      subjects,
      ...comparedIn(cases, meanings.all()),
    },
  };
}

function comparedIn(
  cases: readonly FamilyCase[],
  meanings: Iterable<Meaning>,
): Pick<Compared, 'addresses' | 'numbers' | 'parts' | 'functions'> {
  const all = [...meanings];
  const ofRows = sum(
    cases,
    ({ kernel: { sides } }) => sides.egress.count() + sides.ingress.count(),
  );
  return {
    addresses: sum(cases, ({ groups }) => groups.count),
    numbers: sum(cases, ({ kernel }) => kernel.numbers.size + kernel.segmentsOf.size),
    parts: sum(all, ({ atoms }) => atoms.length),
    functions: ofRows + sum(all, (meaning) => meaning.count()),
  };
}

function sum<T>(all: Iterable<T>, count: (each: T) => number): number {
  let total = 0;
  for (const each of all) total += count(each);
  return total;
}

/** The pods of a node to which policy applies. */
export function localPods({ cluster, node }: ClusterNode): readonly ClusterPod[] {
  return [...cluster.pods()].filter((pod) => isThere(pod) && pod.object.node === node);
}

function classesOf(cluster: Cluster): readonly PodClass[] {
  const classes = new Set<PodClass>();
  for (const pod of cluster.pods()) if (isThere(pod)) classes.add(pod.class);
  return [...classes];
}

/** Compares what is known of the node itself, and of where its pods are. */
function proveHost(
  elements: KernelRuleset['elements'],
  of: {
    readonly at: ClusterNode;
    readonly options: ProveOptions;
    readonly locals: readonly ClusterPod[];
    readonly findings: Findings;
    readonly words: ElementWords;
  },
): void {
  const { at, options, locals, findings, words } = of;
  const { cluster, node } = at;
  const exact = options.podInterfaces.filter((name) => !name.endsWith('*'));
  const bound = FAMILIES.map((family) => boundSets(locals, options.interfaceOf, family));
  const sets = [
    interfaceSet([...exact, ...options.interfaces], options.podInterfaces),
    ...bound.flatMap((each) => [each.bound, each.ready]),
    ...nodeSets(cluster, node, nodeAddresses(cluster)),
  ];
  proveSets(sets, elements, { findings, words });
  const ranges = cluster.node(node)?.podRanges ?? [];
  for (const family of FAMILIES) {
    const those = elements.get(familySet('pod_ranges', family)) ?? [];
    provePodRanges(those, { family, ranges }, findings);
  }
}
