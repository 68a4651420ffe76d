import type { Cidr, IpAddress, ObjectRef, Service } from '@ringfence/core';
import type { AddressBook } from './address-book.ts';
import { byName } from './by-name.ts';
import { nameKey } from '../object-key.ts';
import type { Output } from './output.ts';
import type { Problem } from './problem.ts';
import { createServiceGiver, type ServiceGrant } from './service-grants.ts';
import { nodePortClaim, statedClaims } from './service-needs.ts';

/** The Services with addresses and node ports. */
export interface Services {
  /** What is said of a Service. */
  state(service: Service): void;
  remove(key: string): void;
  /**
   * Lets Services have what they state. One that states what another has stays as it was: it does
   * not exist, if it is new.
   */
  admit(): void;
  /** Gives Services what they lack. */
  settle(): void;
  problems(): readonly Problem[];
}

interface Entry {
  readonly key: string;
  readonly ref: ObjectRef;
  stated: Service;
  /** What it was when it last could be what it stated. */
  admitted: Service | undefined;
  readonly grant: ServiceGrant;
  /** What it has, in words. */
  claims: ReadonlySet<string>;
  /** Its addresses in the book. */
  addresses: readonly IpAddress[];
  refusal: readonly string[];
  lack: readonly string[];
}

/** Makes the Services of a cluster without any. */
export function createServices(world: {
  readonly ranges: readonly Cidr[];
  readonly podRangeAt: (address: IpAddress) => Cidr | undefined;
  readonly book: AddressBook;
  readonly output: Output;
}): Services {
  const { ranges, podRangeAt, book, output } = world;
  const entries = new Map<string, Entry>();
  /** Whose a claim is. */
  const holders = new Map<string, string>();
  const unread = new Set<string>();
  const refused = new Set<string>();
  const unsettled = new Set<string>();
  const lacking = new Set<string>();
  /** Whether anything can be had again since this was last looked at. */
  let released = false;
  const giver = createServiceGiver({
    ranges,
    podRangeAt,
    isFree: book.isFree,
    isPortFree: (port) => !holders.has(nodePortClaim(port)),
  });

  const hold = (entry: Entry, service: Service | undefined): void => {
    const claims = new Set(service === undefined ? [] : statedClaims(service));
    for (const claim of entry.claims) {
      if (claims.has(claim)) continue;
      holders.delete(claim);
      released = true;
    }
    for (const claim of claims) holders.set(claim, entry.key);
    entry.claims = claims;
    book.strike(entry.ref, entry.addresses);
    entry.addresses = service?.clusterIPs ?? [];
    book.enter(entry.ref, entry.addresses);
  };

  const accept = (entry: Entry): boolean => {
    const taken = statedClaims(entry.stated).flatMap((claim) => {
      const holder = holders.get(claim) ?? entry.key;
      return holder === entry.key ? [] : [`cannot have ${claim}: Service \`${holder}\` has it`];
    });
    entry.refusal = taken;
    if (taken.length > 0) return false;
    entry.admitted = entry.stated;
    giver.prune(entry.stated, entry.grant);
    hold(entry, giver.fill(entry.stated, entry.grant));
    unsettled.add(entry.key);
    return true;
  };

  const inOrder = (keys: Iterable<string>): readonly Entry[] =>
    [...new Set(keys)].sort(byName).flatMap((key) => entries.get(key) ?? []);

  const complete = (entry: Entry): void => {
    if (entry.admitted === undefined) return;
    entry.lack = giver.give(entry.admitted, entry.grant);
    if (entry.lack.length > 0) lacking.add(entry.key);
    else lacking.delete(entry.key);
    const service = giver.fill(entry.admitted, entry.grant);
    hold(entry, service);
    output.show(service);
  };

  return {
    state(service) {
      const key = nameKey(service);
      const entry = entries.get(key);
      if (entry === undefined) entries.set(key, newEntry(service));
      else entry.stated = service;
      unread.add(key);
    },
    remove(key) {
      const entry = entries.get(key);
      if (entry === undefined) return;
      hold(entry, undefined);
      entries.delete(key);
      for (const keys of [unread, refused, unsettled, lacking]) keys.delete(key);
      output.hide(entry.ref);
    },
    admit() {
      if (unread.size === 0 && !released) return;
      let open = inOrder([...unread, ...refused]);
      // What one gives up another may have been waiting for.
      for (let before = open.length + 1; open.length < before; ) {
        before = open.length;
        open = open.filter((entry) => !accept(entry));
      }
      unread.clear();
      refused.clear();
      for (const { key } of open) refused.add(key);
    },
    settle() {
      const again = released || unsettled.size > 0 ? lacking : [];
      for (const entry of inOrder([...unsettled, ...again])) complete(entry);
      unsettled.clear();
      released = false;
    },
    problems: () =>
      inOrder([...refused, ...lacking]).flatMap(({ ref, refusal, lack }) =>
        [...refusal, ...lack].map((message) => ({ ref, message })),
      ),
  };
}

function newEntry(service: Service): Entry {
  return {
    key: nameKey(service),
    ref: { kind: 'Service', namespace: service.namespace, name: service.name },
    stated: service,
    admitted: undefined,
    grant: { addresses: new Map(), nodePorts: new Map() },
    claims: new Set(),
    addresses: [],
    refusal: [],
    lack: [],
  };
}
