import type { PodSet } from './model.ts';

/** The sets of a cluster's policies by their number. */
export interface SetRegister {
  /** Numbers a set; each number is greater than all before it. */
  next(): number;
  enter(set: PodSet): void;
  remove(set: PodSet): void;
  find(id: number): PodSet | undefined;
}

/** Makes an empty register. */
export function createSetRegister(): SetRegister {
  const sets = new Map<number, PodSet>();
  let last = 0;
  return {
    next: () => (last += 1),
    enter: (set) => void sets.set(set.id, set),
    remove: ({ id }) => void sets.delete(id),
    find: (id) => sets.get(id),
  };
}
