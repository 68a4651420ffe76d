import {
  addTo,
  type Cluster,
  type Direction,
  type PodClass,
  type PortNames,
  removeFrom,
  type SubjectClass,
} from '@ringfence/core';
import type { CompileOptions } from './options.ts';
import { type Voice, voiceOf } from './voice.ts';

/** The voices of a node's pods, each as long as any pod has it. */
export interface VoiceTable {
  /** The voices of a pod of this class, at most one in each direction. Balanced by `leave`. */
  join(of: PodClass): readonly Voice[];
  leave(voices: readonly Voice[]): void;
  /** The voices that may tell pods in these sets, with these names of ports, from any pod. */
  tellingPods(sets: readonly number[], names: PortNames): ReadonlySet<Voice>;
  /** The voices that may tell addresses in these sets from any address. */
  tellingAddresses(of: {
    readonly sets: readonly number[];
    readonly family: 'IPv4' | 'IPv6';
    readonly isNode: boolean;
  }): ReadonlySet<Voice>;
  /** Whether any voice tells addresses apart by their nodes. */
  speakOfNodes(): boolean;
  /** The voices that came and went since the last time. */
  takeChanges(): { readonly come: readonly Voice[]; readonly gone: readonly Voice[] };
}

interface Entry {
  readonly voice: Voice;
  pods: number;
  readonly forget: () => void;
}

/** Makes a table without voices. */
export function createVoiceTable(cluster: Cluster, options: CompileOptions): VoiceTable {
  /** By subject; `undefined` for those about whom no policy decides. */
  const known = new WeakMap<SubjectClass, Map<string, Entry | undefined>>();
  const entries = new Map<Voice, Entry>();
  const bySet = new Map<number, Set<Voice>>();
  const byNames = new Set<Voice>();
  const byNodes = new Set<Voice>();
  const askingAll = { IPv4: new Set<Voice>(), IPv6: new Set<Voice>() };
  let come = new Set<Voice>();
  let gone = new Set<Voice>();
  let last = 0;

  const listsOf = (voice: Voice): readonly Set<Voice>[] => [
    ...(voice.byNames ? [byNames] : []),
    ...(voice.byNodes ? [byNodes] : []),
    ...(voice.asksAll.IPv4 ? [askingAll.IPv4] : []),
    ...(voice.asksAll.IPv6 ? [askingAll.IPv6] : []),
  ];

  const enter = (voice: Voice): void => {
    for (const list of listsOf(voice)) list.add(voice);
    for (const id of voice.sets) addTo(bySet, id, voice);
    come.add(voice);
  };

  const remove = ({ voice, forget }: Entry): void => {
    entries.delete(voice);
    forget();
    for (const list of listsOf(voice)) list.delete(voice);
    for (const id of voice.sets) removeFrom(bySet, id, voice);
    if (!come.delete(voice)) gone.add(voice);
  };

  const find = (of: PodClass, direction: Direction): Entry | undefined => {
    const { subject, portNames } = of;
    const ofSubject = known.get(subject) ?? new Map<string, Entry | undefined>();
    known.set(subject, ofSubject);
    const key = `${direction} ${portNames.key}`;
    if (ofSubject.has(key)) return ofSubject.get(key);
    last += 1;
    const voice = voiceOf(cluster, { direction, subject, portNames }, options, last);
    const entry = voice && { voice, pods: 0, forget: () => ofSubject.delete(key) };
    ofSubject.set(key, entry);
    if (entry !== undefined) {
      entries.set(entry.voice, entry);
      enter(entry.voice);
    }
    return entry;
  };

  return {
    join: (of) =>
      (['egress', 'ingress'] as const).flatMap((direction) => {
        const entry = find(of, direction);
        if (entry === undefined) return [];
        entry.pods += 1;
        return [entry.voice];
      }),
    leave(voices) {
      for (const voice of voices) {
        const entry = entries.get(voice);
        if (entry === undefined) throw new Error('nobody has this voice');
        entry.pods -= 1;
        if (entry.pods === 0) remove(entry);
      }
    },
    tellingPods(sets, names) {
      const told = new Set<Voice>(names.at.size > 0 ? byNames : []);
      for (const id of sets) for (const voice of bySet.get(id) ?? []) told.add(voice);
      return told;
    },
    tellingAddresses({ sets, family, isNode }) {
      const told = new Set<Voice>([...askingAll[family], ...(isNode ? byNodes : [])]);
      for (const id of sets) for (const voice of bySet.get(id) ?? []) told.add(voice);
      return told;
    },
    speakOfNodes: () => byNodes.size > 0,
    takeChanges() {
      const changes = { come: [...come], gone: [...gone] };
      come = new Set();
      gone = new Set();
      return changes;
    },
  };
}
