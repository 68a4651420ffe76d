import { addTo } from '../multimap.ts';
import type { IpAddress } from '../sets/address.ts';
import { sameAddresses } from './addresses.ts';
import type { ClassDelta, ClusterDelta, PodDelta, PodPlace } from './cluster-delta.ts';
import type { MutablePodClass, PodClass, PodEntry, SubjectClass } from './model.ts';

/** Remembers what was, while one change is applied. Each is told before the thing itself changes. */
export interface Journal {
  /** A pod's class or addresses. */
  pod(pod: PodEntry): void;
  /** The sets of a class that stays what it is. */
  sets(of: MutablePodClass): void;
  /** The policies that apply to a class. */
  subject(of: MutablePodClass): void;
  /** A class came into being. */
  born(of: MutablePodClass): void;
  /** What all of it amounts to; the journal is empty afterwards. */
  close(): ClusterDelta;
}

interface Page {
  readonly pods: Map<PodEntry, { of: MutablePodClass; addresses: readonly IpAddress[] }>;
  readonly sets: Map<PodClass, readonly number[]>;
  readonly subjects: Map<MutablePodClass, SubjectClass>;
  readonly born: Set<PodClass>;
}

/** Makes an empty journal. `none` is the class of pods that are not under policy. */
export function createJournal(none: PodClass): Journal {
  let page = emptyPage();
  return {
    pod(pod) {
      if (page.pods.has(pod)) return;
      page.pods.set(pod, { of: pod.class, addresses: pod.addresses });
    },
    sets(of) {
      if (!page.sets.has(of)) page.sets.set(of, of.setIds);
    },
    subject(of) {
      if (!page.subjects.has(of)) page.subjects.set(of, of.subject);
    },
    born(of) {
      page.born.add(of);
    },
    close() {
      const closed = page;
      page = emptyPage();
      return deltaOf(closed, none);
    },
  };
}

function emptyPage(): Page {
  return { pods: new Map(), sets: new Map(), subjects: new Map(), born: new Set() };
}

function deltaOf({ pods, sets, subjects, born }: Page, none: PodClass): ClusterDelta {
  const placeIn = (of: PodClass, addresses: readonly IpAddress[]): PodPlace | undefined =>
    of === none ? undefined : { class: of, addresses };
  const moved: PodDelta[] = [];
  const came = new Map<PodClass, Set<PodClass>>();
  const went = new Map<PodClass, Set<PodClass>>();
  for (const [pod, was] of pods) {
    if (pod.class === was.of && sameAddresses(pod.addresses, was.addresses)) continue;
    const before = placeIn(was.of, was.addresses);
    const after = placeIn(pod.class, pod.addresses);
    if (before === undefined && after === undefined) continue;
    moved.push({ pod, before, after });
    if (pod.class === was.of) continue;
    if (after !== undefined) addTo(came, pod.class, was.of);
    if (before !== undefined) addTo(went, was.of, pod.class);
  }
  const relatives = (all: Set<PodClass> | undefined): readonly PodClass[] =>
    [...(all ?? [])].filter((other) => other !== none);
  const appeared: ClassDelta[] = [];
  for (const of of born) {
    if (of.pods.size > 0) appeared.push({ class: of, others: relatives(came.get(of)) });
  }
  const vanished: ClassDelta[] = [];
  for (const [of, others] of went) {
    // What came and went within one change was never seen.
    if (of.pods.size > 0 || born.has(of)) continue;
    vanished.push({ class: of, others: relatives(others) });
  }
  return {
    pods: moved,
    appeared,
    vanished,
    rules: [...subjects].flatMap(([of, before]) =>
      of.pods.size === 0 || born.has(of) || of.subject === before ? [] : [{ class: of, before }],
    ),
    setsBefore: sets,
  };
}
