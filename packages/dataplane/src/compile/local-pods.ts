import { addTo, type ClusterPod, type PodClass, removeFrom } from '@ringfence/core';
import type { ClosedPod } from '../ruleset/ruleset.ts';
import type { ElementWriter } from './net.ts';
import type { CompileOptions } from './options.ts';
import { amendPod, erasePod, type LocalPod, ownRowsOf, writePod } from './pod-rows.ts';
import { createRowBound } from './row-bound.ts';
import { policyText } from './policy-text.ts';
import type { Voice } from './voice.ts';
import type { VoiceTable } from './voice-table.ts';

/** The pods of this node, what they say, and what was written of it. */
export interface LocalPods {
  /** Looks anew what a pod is and which voices it has. */
  update(pod: ClusterPod): void;
  /** From now on these are closed whatever is said of them, and no others. */
  block(pods: Iterable<ClusterPod>): void;
  /** What was written. */
  pods(): Iterable<LocalPod>;
  /** The pods of this node in a class. */
  inClass(of: PodClass): Iterable<ClusterPod>;
  /** Writes what is another one of the pods that were updated, and of those with these voices. */
  write(changed: Iterable<Voice>, into: ElementWriter): void;
  all(into: ElementWriter): void;
  closed(): readonly ClosedPod[];
}

interface Entry {
  readonly class: PodClass;
  readonly voices: readonly Voice[];
}

/** Makes an empty collection. */
export function createLocalPods(world: {
  readonly voices: VoiceTable;
  readonly options: CompileOptions;
  /** Whether a pod is one of this node's, and policy applies to it. */
  readonly isLocal: (pod: ClusterPod) => boolean;
}): LocalPods {
  const { voices: table, options } = world;
  const entries = new Map<ClusterPod, Entry>();
  const written = new Map<ClusterPod, LocalPod>();
  const byClass = new Map<PodClass, Set<ClusterPod>>();
  const byVoice = new Map<Voice, Set<ClusterPod>>();
  const updated = new Set<ClusterPod>();
  const bound = createRowBound(options.maxRows);
  let tooLarge = bound.closed();
  let blocked: ReadonlySet<ClusterPod> = new Set();
  const unsettled = new Set<ClusterPod>();

  const enter = (pod: ClusterPod, voices: readonly Voice[]): void => {
    entries.set(pod, { class: pod.class, voices });
    addTo(byClass, pod.class, pod);
    for (const voice of voices) addTo(byVoice, voice, pod);
  };
  const leave = (pod: ClusterPod, { class: of, voices }: Entry): void => {
    table.leave(voices);
    removeFrom(byClass, of, pod);
    for (const voice of voices) removeFrom(byVoice, voice, pod);
  };

  const nextOf = (pod: ClusterPod): LocalPod | undefined => {
    const entry = entries.get(pod);
    if (entry === undefined) return undefined;
    const { voices } = entry;
    const { addresses } = pod;
    const before = written.get(pod);
    const isSame = !updated.has(pod) && before !== undefined;
    return {
      pod,
      addresses,
      voices,
      through: options.interfaceOf(pod),
      itself: isSame ? before.itself : ownRowsOf(pod, voices, options),
      closed: tooLarge.has(pod) || blocked.has(pod),
    };
  };

  /** Tells the pods that are too large now and were not, or the other way round. */
  const recount = (pods: Iterable<ClusterPod>): readonly ClusterPod[] => {
    const before = tooLarge;
    for (const pod of pods) bound.count(pod, entries.get(pod)?.voices ?? []);
    tooLarge = bound.closed();
    if (tooLarge === before) return [];
    return [
      ...[...before.keys()].filter((pod) => !tooLarge.has(pod)),
      ...[...tooLarge.keys()].filter((pod) => !before.has(pod)),
    ];
  };

  const rewrite = (pod: ClusterPod, into: ElementWriter): void => {
    const [was, is] = [written.get(pod), nextOf(pod)];
    if (was !== undefined && is !== undefined && isAlike(was, is)) amendPod(was, is, into);
    else {
      if (was !== undefined) erasePod(was, into);
      if (is !== undefined) writePod(is, into, options);
    }
    if (is === undefined) written.delete(pod);
    else written.set(pod, is);
  };

  return {
    update(pod) {
      const was = entries.get(pod);
      if (world.isLocal(pod)) {
        // Joined first: a voice that a pod goes on having is not to be made anew.
        const voices = table.join(pod.class);
        if (was !== undefined) leave(pod, was);
        enter(pod, voices);
      } else if (was !== undefined) {
        leave(pod, was);
        entries.delete(pod);
      } else return;
      updated.add(pod);
    },
    block(pods) {
      for (const pod of blocked) unsettled.add(pod);
      blocked = new Set(pods);
      for (const pod of blocked) unsettled.add(pod);
    },
    pods: () => written.values(),
    inClass: (of) => byClass.get(of) ?? [],
    write(changed, into) {
      const speaking = [...changed];
      const touched = new Set([...updated, ...unsettled]);
      for (const voice of speaking) for (const pod of byVoice.get(voice) ?? []) touched.add(pod);
      for (const pod of recount(touched)) touched.add(pod);
      for (const pod of touched) rewrite(pod, into);
      updated.clear();
      unsettled.clear();
    },
    all(into) {
      for (const local of written.values()) writePod(local, into, options);
    },
    closed: () =>
      [...tooLarge].map(([pod, rows]) => {
        const refs = (entries.get(pod)?.voices ?? []).flatMap(({ policies }) => policies);
        const policies = [...new Map(refs.map((ref) => [policyText(ref), ref])).values()];
        return { namespace: pod.object.namespace, name: pod.object.name, rows, policies };
      }),
  };
}

/** Whether only rows can be others. */
function isAlike(was: LocalPod, is: LocalPod): boolean {
  return (
    was.through === is.through &&
    was.closed === is.closed &&
    was.addresses === is.addresses &&
    was.voices.length === is.voices.length &&
    was.voices.every((voice, index) => voice === is.voices[index])
  );
}
