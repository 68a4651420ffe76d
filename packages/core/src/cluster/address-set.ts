import { addTo, removeFrom } from '../multimap.ts';
import type { IpBlock } from '../policy/policy.ts';
import { FAMILIES, type Family, type IpAddress } from '../sets/address.ts';
import type { Cidr } from '../sets/cidr.ts';
import { blocksHave } from './block-index.ts';
import type { Holders } from './holders.ts';
import type { AddressedPods, MutableAddressedPods } from './model.ts';
import type { PodClasses } from './pod-class.ts';
import type { SetRegister } from './set-register.ts';

/** The sets of pods of which a cluster's policies speak by address. */
export interface AddressSets {
  /**
   * The sets of blocks, made and filled where they are new; none for a family without blocks.
   * Each is balanced by `release`.
   */
  acquire(blocks: readonly IpBlock[]): readonly MutableAddressedPods[];
  release(set: AddressedPods): void;
  /** The sets whose blocks have an address. */
  having(address: IpAddress): readonly MutableAddressedPods[];
  all(): Iterable<AddressedPods>;
}

/** Makes an empty collection. */
export function createAddressSets(world: {
  readonly classes: PodClasses;
  readonly holders: Holders;
  readonly register: SetRegister;
}): AddressSets {
  const sets = new Map<string, MutableAddressedPods>();
  const shelves: Readonly<Record<Family, Shelves>> = { IPv4: new Map(), IPv6: new Map() };

  const acquireIn = (family: Family, blocks: readonly IpBlock[]): MutableAddressedPods => {
    const key = keyOf(blocks);
    const known = sets.get(key);
    if (known !== undefined) {
      known.uses += 1;
      return known;
    }
    const set: MutableAddressedPods = {
      kind: 'addressed',
      id: world.register.next(),
      family,
      blocks,
      classes: new Set(),
      uses: 1,
    };
    sets.set(key, set);
    world.register.enter(set);
    for (const { cidr } of blocks) file(shelves[family], cidr, set);
    world.classes.enter(set, world.holders.within(blocks));
    return set;
  };

  return {
    acquire: (blocks) =>
      FAMILIES.flatMap((family) => {
        const inFamily = blocks.filter(({ cidr }) => cidr.family === family);
        return inFamily.length === 0 ? [] : [acquireIn(family, inFamily)];
      }),
    release(shared) {
      const key = keyOf(shared.blocks);
      const set = sets.get(key);
      if (set !== shared || set === undefined) throw new Error(`no set ${key}`);
      set.uses -= 1;
      if (set.uses > 0) return;
      sets.delete(key);
      world.register.remove(set);
      for (const { cidr } of set.blocks) unfile(shelves[set.family], cidr, set);
      world.classes.dissolve(set);
    },
    having(address) {
      const found = new Set<MutableAddressedPods>();
      for (const [length, shelf] of shelves[address.family]) {
        for (const set of shelf.get(prefixOf(address, length)) ?? []) {
          if (blocksHave(set.blocks, address)) found.add(set);
        }
      }
      return [...found];
    },
    all: () => sets.values(),
  };
}

/** By length of prefix, then by prefix: the sets with such a block. */
type Shelves = Map<number, Map<number | bigint, Set<MutableAddressedPods>>>;

function file(shelves: Shelves, cidr: Cidr, set: MutableAddressedPods): void {
  const shelf = shelves.get(cidr.length) ?? new Map<number | bigint, Set<MutableAddressedPods>>();
  shelves.set(cidr.length, shelf);
  addTo(shelf, cidr.first, set);
}

function unfile(shelves: Shelves, cidr: Cidr, set: MutableAddressedPods): void {
  const shelf = shelves.get(cidr.length);
  if (shelf === undefined) return;
  removeFrom(shelf, cidr.first, set);
  if (shelf.size === 0) shelves.delete(cidr.length);
}

/** The first address of the block of this length that has the address. */
function prefixOf(address: IpAddress, length: number): number | bigint {
  if (address.family === 'IPv6') {
    const hostBits = BigInt(128 - length);
    return (address.value >> hostBits) << hostBits;
  }
  const size = 2 ** (32 - length);
  return address.value - (address.value % size);
}

/** Equal for equal lists of blocks, in whatever order they were written. */
function keyOf(blocks: readonly IpBlock[]): string {
  return blocks.map(blockKey).sort().join();
}

function blockKey({ cidr, except }: IpBlock): string {
  return [cidrKey(cidr), ...except.map(cidrKey).sort()].join('-');
}

function cidrKey({ family, first, length }: Cidr): string {
  return `${family === 'IPv4' ? '' : 'six '}${first}/${length}`;
}
