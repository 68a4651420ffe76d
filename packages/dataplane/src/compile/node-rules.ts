import {
  type Change,
  type Cluster,
  type ClusterDelta,
  type ClusterPod,
  FAMILIES,
  type Family,
  type IpAddress,
  type PodClass,
} from '@ringfence/core';
import { chainsOf } from '../layout/layout.ts';
import { setsOf } from '../layout/sets.ts';
import type { Element, Ruleset } from '../ruleset/ruleset.ts';
import type { RulesetDelta } from '../ruleset/ruleset-delta.ts';
import { createAddressSpace } from './address-space.ts';
import { createClassPeers } from './class-peers.ts';
import { createHostFacts } from './host-facts.ts';
import { createIdentities, type IdentityDelta } from './identities.ts';
import { createLocalPods } from './local-pods.ts';
import type { LocalPod } from './pod-rows.ts';
import {
  createAmendment,
  type Identity,
  type Member,
  type Range,
  refresh,
  type SpecialByFamily,
} from './member.ts';
import { createNet, type ElementWriter } from './net.ts';
import type { CompileOptions } from './options.ts';
import { createPodBook } from './pod-book.ts';
import { rowsOf } from './rows.ts';
import { createSegments } from './segments.ts';
import type { Voice } from './voice.ts';
import { explained } from './voice-rows.ts';
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
  /** What the kernel has as the number of most addresses of a peer: numbers then stay the same. */
  readonly numberBefore?: ((member: Member) => number | undefined) | undefined;
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
  const identities = createIdentities(options.numberBefore);
  const isThere = (pod: ClusterPod): boolean =>
    pod.underPolicy &&
    !pod.standIn &&
    pod.addresses.length > 0 &&
    cluster.pod(pod.object.namespace, pod.object.name) === pod;
  const book = createPodBook(peers, isThere, options);
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
    const marked = were === areNodesPeers ? addresses : host.nodeAddresses();
    if (!were && !areNodesPeers) return;
    for (const address of marked) {
      const nodes = areNodesPeers ? host.nodesAt(address) : [];
      spaces[address.family].mark(address, nodes.length > 0 ? nodes : undefined);
    }
  };

  /** Asks about the peers of whom something else may be said now, and tells which those are. */
  const askAbout = (
    { come, gone }: ReturnType<typeof voices.takeChanges>,
    atoms: Iterable<Member>,
  ): ReadonlySet<Member> => {
    const others = new Set<Member>([...peers.takeTouched(), ...atoms]);
    for (const of of dirtyClasses) {
      const peer = peers.find(of);
      if (peer !== undefined) others.add(peer);
    }
    for (const member of others) refresh(member, voices);
    const asked = new Map<Member, Voice[]>();
    for (const voice of come) {
      for (const member of toldBy(voice)) {
        if (others.has(member)) continue;
        const of = asked.get(member);
        if (of === undefined) asked.set(member, [voice]);
        else if (of.at(-1) !== voice) of.push(voice);
      }
    }
    for (const { rows } of gone) {
      for (const member of spokenOf(rows)) {
        if (!others.has(member) && !asked.has(member)) asked.set(member, []);
      }
    }
    const amend = createAmendment(new Set(gone));
    for (const [member, voicesOf] of asked) if (amend(member, voicesOf)) others.add(member);
    return others;
  };

  /** The peers that a voice may tell from others. */
  function* toldBy(voice: Voice): Iterable<Member> {
    for (const id of voice.sets) {
      for (const of of cluster.setWithId(id)?.classes ?? []) {
        const peer = peers.find(of);
        if (peer !== undefined) yield peer;
      }
      for (const family of FAMILIES) yield* spaces[family].atomsIn(id);
    }
    if (voice.byNames) yield* peers.named();
    for (const family of FAMILIES) {
      if (voice.asksAll[family] || voice.byNodes) yield* spaces[family].atoms();
    }
  }

  /** The peers of which rows say something special. */
  function* spokenOf(rows: Voice['rows']): Iterable<Member> {
    for (const family of FAMILIES) {
      for (const number of rows.now(family).keys()) {
        yield* identities.withNumber(number)?.members ?? [];
      }
    }
  }

  /** Works everything out that is another one, and writes it. */
  const work = (into: ElementWriter): Omit<RulesetDelta, 'elements'> => {
    const addresses = host.update(into);
    movePods(into);
    const changes = voices.takeChanges();
    cutAddresses(changes, addresses);
    const [space4, space6] = [spaces.IPv4.takeChanges(), spaces.IPv6.takeChanges()];
    const touched = askAbout(changes, [...space4.atoms, ...space6.atoms]);
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

/** Gives voices the rows that follow from what is said of peers; notes whose rows are others. */
function speak(delta: IdentityDelta, changed: Set<Voice>, options: CompileOptions): void {
  for (const { number, special } of delta.removed) {
    for (const family of FAMILIES) {
      for (const voice of special[family]?.keys() ?? []) {
        voice.rows.drop(family, number);
        changed.add(voice);
      }
    }
  }
  for (const [identity, before] of delta.changed) {
    for (const family of FAMILIES) {
      for (const voice of respeak({ identity, before, family }, options)) changed.add(voice);
    }
  }
}

/** Changes the rows of those voices that say something else of an identity; tells which they are. */
function* respeak(
  of: {
    readonly identity: Identity;
    readonly before: SpecialByFamily | undefined;
    readonly family: Family;
  },
  options: CompileOptions,
): Iterable<Voice> {
  const { identity, before, family } = of;
  const { number, kind, special } = identity;
  const [was, is] = [before?.[family], special[family]];
  for (const voice of was?.keys() ?? []) {
    if (is?.has(voice) === true) continue;
    voice.rows.drop(family, number);
    yield voice;
  }
  for (const [voice, said] of is ?? []) {
    if (was?.get(voice)?.key === said.key) continue;
    const rows = rowsOf(said.ports, voice.general[family][kind].ports);
    voice.rows.put(family, number, explained(rows, said, options));
    yield voice;
  }
}

/** The ranges whose number is another one, of the family whose addresses are such values. */
function rangesOf({ renumbered }: IdentityDelta, type: 'number' | 'bigint'): readonly Range[] {
  return renumbered.flatMap((member) =>
    [...member.ranges()].filter(({ first }) => typeof first === type),
  );
}
