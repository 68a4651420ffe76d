import { type Cluster, FAMILIES, type Family } from '@ringfence/core';
import type { AddressSpace } from './address-space.ts';
import type { ClassPeers } from './class-peers.ts';
import type { Identities } from './identities.ts';
import { createAmendment, type Member, refresh } from './member.ts';
import type { Voice } from './voice.ts';
import type { VoiceTable } from './voice-table.ts';

/** Who is asked about whom. */
interface World {
  readonly cluster: Cluster;
  readonly voices: VoiceTable;
  readonly peers: ClassPeers;
  readonly spaces: Readonly<Record<Family, AddressSpace>>;
  readonly identities: Identities;
}

/**
 * Asks what is said of peers, where that may be something else than before.
 *
 * @param world.seen peers of which rules may see something else; all voices are asked about them.
 * @param changes the voices that came, which are asked about others, and those that went.
 * @returns the peers of which something else may be said.
 */
export function askVoices(
  world: World & { readonly seen: ReadonlySet<Member> },
  { come, gone }: ReturnType<VoiceTable['takeChanges']>,
): ReadonlySet<Member> {
  const { seen } = world;
  for (const member of seen) refresh(member, world.voices);
  const asked = new Map<Member, Voice[]>();
  for (const voice of come) {
    for (const member of toldBy(world, voice)) {
      if (seen.has(member)) continue;
      const of = asked.get(member);
      if (of === undefined) asked.set(member, [voice]);
      else if (of.at(-1) !== voice) of.push(voice);
    }
  }
  for (const { rows } of gone) {
    for (const member of spokenOf(world, rows)) {
      if (!seen.has(member) && !asked.has(member)) asked.set(member, []);
    }
  }
  const amend = createAmendment(new Set(gone));
  const others = new Set(seen);
  for (const [member, voicesOf] of asked) if (amend(member, voicesOf)) others.add(member);
  return others;
}

/** The peers that a voice may tell from others. */
function* toldBy({ cluster, peers, spaces }: World, voice: Voice): Iterable<Member> {
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
function* spokenOf({ identities }: World, rows: Voice['rows']): Iterable<Member> {
  for (const family of FAMILIES) {
    for (const number of rows.now(family).keys()) {
      yield* identities.withNumber(number)?.members ?? [];
    }
  }
}
