import {
  type Change,
  type Cluster,
  type ClusterDelta,
  type ClusterPod,
  FAMILIES,
  type IpAddress,
  type PodClass,
} from '@ringfence/core';
import { chainsOf } from '../layout/layout.ts';
import { setsOf } from '../layout/sets.ts';
import type { Element, Ruleset } from '../ruleset/ruleset.ts';
import type { RulesetDelta } from '../ruleset/ruleset-delta.ts';
import { createAddressSpace } from './address-space.ts';
import { askVoices } from './ask-voices.ts';
import { createClassPeers } from './class-peers.ts';
import { createHostFacts } from './host-facts.ts';
import { createIdentities, type IdentityDelta, type NumbersBefore } from './identities.ts';
import { createLocalPods } from './local-pods.ts';
import type { LocalPod } from './pod-rows.ts';
import type { Member, Range } from './member.ts';
import { createNet, type ElementWriter } from './net.ts';
import type { CompileOptions } from './options.ts';
import { createPodBook } from './pod-book.ts';
import { createSegments } from './segments.ts';
import { speak } from './speak.ts';
import { createVoiceTable } from './voice-table.ts';

/** What one node's kernel must enforce, kept equal to a cluster that changes. */
export interface NodeRules {
  /** Takes note of a change that was made. What it means is worked out by `flush`. */
  follow(change: Change, delta: ClusterDelta): void;
  /** A pod may have another interface now. */
  touch(pod: ClusterPod): void;
  /** Closes these pods of the node, and no others, whatever policies say; with the next flush. */
  block(pods: Iterable<ClusterPod>): void;
  /** Names of interfaces that are pods', beside those of the options' patterns. */
  setPodInterfaces(names: readonly string[]): void;
  /** Everything that is another one since the last time; all that there is the first time. */
  flush(): RulesetDelta;
  /** As `flush`, for who asks for all of it afterwards: what is another one is not listed. */
  settle(): void;
  /** The pods of the node to which policy applies and that have an address, as last flushed. */
  localPods(): Iterable<LocalPod>;
  /** All of it, as it was when last flushed; elements in no order, which the kernel does not ask for. */
  ruleset(): Ruleset;
}

/** What a node's rules are made with beside the options of `compile`. */
export interface NodeRulesOptions extends CompileOptions {
  /** What the kernel has already: numbers then stay the same, and none gets another meaning. */
  readonly numbersBefore?: NumbersBefore | undefined;
}

/**
 * Makes the rules of a node; what the cluster holds already is in them after the first `flush`.
 *
 * The work of a flush grows with the pods, peers and rows that changes touch, not with the cluster.
 * What comes out depends on the cluster's objects alone, but for the numbers of peers: those stay as
 * they were where they can.
 */
export function createNodeRules(
  cluster: Cluster,
  node: string,
  options: NodeRulesOptions,
): NodeRules {
  const sets = setsOf();
  const net = createNet(sets);
  const voices = createVoiceTable(cluster, options);
  const peers = createClassPeers();
  const identities = createIdentities(options.numbersBefore);
  const isThere = (pod: ClusterPod): boolean =>
    pod.underPolicy &&
    !pod.standIn &&
    pod.addresses.length > 0 &&
    cluster.pod(pod.object.namespace, pod.object.name) === pod;
  const { comments } = options;
  const isNamed = (pod: ClusterPod): boolean =>
    comments === 'all' || (comments === 'local' && pod.object.node === node);
  const book = createPodBook(peers, isThere, isNamed);
  const locals = createLocalPods({
    voices,
    options,
    isLocal: (pod) => pod.object.node === node && isThere(pod),
  });
  const host = createHostFacts(cluster, node, options);
  const spaces = { IPv4: createAddressSpace('IPv4'), IPv6: createAddressSpace('IPv6') };
  const segments = { IPv4: createSegments('IPv4'), IPv6: createSegments('IPv6') };
  let dirtyPods = new Set<ClusterPod>(cluster.pods());
  let dirtyClasses = new Set<PodClass>();
  let areNodesPeers = false;

  /** Pods go from class to class, and those of this node from voice to voice. */
  const movePods = (into: ElementWriter): void => {
    for (const pod of dirtyPods) book.move(pod, into);
    for (const of of dirtyClasses) for (const pod of locals.inClass(of)) dirtyPods.add(pod);
    for (const pod of dirtyPods) locals.update(pod);
    dirtyPods = new Set();
  };

  /** Cuts the addresses by the blocks of these voices, and by those of nodes. */
  const cutAddresses = (
    { come, gone }: ReturnType<typeof voices.takeChanges>,
    addresses: readonly IpAddress[],
  ): void => {
    for (const { blocks } of come) for (const set of blocks) spaces[set.family].use(set);
    for (const { blocks } of gone) for (const set of blocks) spaces[set.family].unuse(set);
    const were = areNodesPeers;
    areNodesPeers = voices.speakOfNodes();
    if (!were && !areNodesPeers) return;
    // Those that nodes have lost just now are marked, too, and no node's any more.
    const marked = were === areNodesPeers ? addresses : [...addresses, ...host.nodeAddresses()];
    for (const address of marked) {
      const nodes = areNodesPeers ? host.nodesAt(address) : [];
      spaces[address.family].mark(address, nodes.length > 0 ? nodes : undefined);
    }
  };

  const world = { cluster, voices, peers, spaces, identities };

  /** The peers that classes of pods are. */
  const classesOf = (classes: Iterable<PodClass>): readonly Member[] =>
    [...classes].flatMap((of) => peers.find(of) ?? []);

  /** Works everything out that is another one, and writes it. */
  const work = (into: ElementWriter): Omit<RulesetDelta, 'elements'> => {
    const addresses = host.update(into);
    movePods(into);
    const changes = voices.takeChanges();
    cutAddresses(changes, addresses);
    const [space4, space6] = [spaces.IPv4.takeChanges(), spaces.IPv6.takeChanges()];
    const atoms = [...space4.atoms, ...space6.atoms];
    const seen = [...peers.takeTouched(), ...atoms, ...classesOf(dirtyClasses)];
    const touched = askVoices({ ...world, seen: new Set(seen) }, changes);
    dirtyClasses = new Set();
    const delta = identities.settle(touched);
    const changed = new Set(changes.come);
    speak(delta, changed, options);
    for (const member of delta.renumbered) {
      for (const pod of member.pods()) book.renumber(pod, into);
    }
    book.write(into);
    locals.write(changed, into);
    for (const { rows } of changed) rows.settle();
    segments.IPv4.update([...space4.ranges, ...rangesOf(delta, 'number')], spaces.IPv4, into);
    segments.IPv6.update([...space6.ranges, ...rangesOf(delta, 'bigint')], spaces.IPv6, into);
    return {
      newNumbers: new Set(
        [...delta.changed].flatMap(([{ number }, before]) =>
          before === undefined ? [number] : [],
        ),
      ),
      oldNumbers: new Set(delta.removed.map(({ number }) => number)),
    };
  };

  return {
    follow(change, delta) {
      host.follow(change);
      const ref = change.kind === 'upsert' ? change.object : undefined;
      if (ref?.kind === 'Pod') {
        const pod = cluster.pod(ref.namespace, ref.name);
        if (pod !== undefined) dirtyPods.add(pod);
      }
      for (const { pod, before, after } of delta.pods) {
        dirtyPods.add(pod);
        for (const place of [before, after]) place?.addresses.forEach(host.touch);
      }
      for (const of of delta.setsBefore.keys()) dirtyClasses.add(of);
      for (const { class: of } of delta.rules) dirtyClasses.add(of);
    },
    touch: (pod) => void dirtyPods.add(pod),
    block: locals.block,
    setPodInterfaces: host.setPodInterfaces,
    flush() {
      const numbers = work(net);
      return { elements: net.take(), ...numbers };
    },
    settle: () => void work(UNHEARD),
    localPods: locals.pods,
    ruleset() {
      const elements = new Map<string, Element[]>(sets.map(({ name }) => [name, []]));
      const into: ElementWriter = {
        write: (set, element) => void elements.get(set)?.push(element),
        erase: () => {
          throw new Error('nothing goes while everything is told');
        },
      };
      host.all(into);
      book.all(into);
      locals.all(into);
      for (const family of FAMILIES) segments[family].all(into);
      return {
        family: 'inet',
        table: options.table,
        sets,
        chains: chainsOf(options),
        elements,
        closed: locals.closed(),
      };
    },
  };
}

/** For elements of which nobody wants to know. */
const UNHEARD: ElementWriter = { write: () => undefined, erase: () => undefined };

/** The ranges whose number is another one, of the family whose addresses are such values. */
function rangesOf({ renumbered }: IdentityDelta, type: 'number' | 'bigint'): readonly Range[] {
  return renumbered.flatMap((member) =>
    [...member.ranges()].filter(({ first }) => typeof first === type),
  );
}
