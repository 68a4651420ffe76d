/** Adds to the set that a map holds for a key; it is made where there is none. */
export function addTo<K, T>(sets: Map<K, Set<T>>, key: K, item: T): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([item]));
  else set.add(item);
}

/** Takes from the set that a map holds for a key; the map forgets a set that is empty then. */
export function removeFrom<K, T>(sets: Map<K, Set<T>>, key: K, item: T): void {
  const set = sets.get(key);
  set?.delete(item);
  if (set?.size === 0) sets.delete(key);
}

/** Adds to the number that a map holds for a key; the map forgets a number that is zero then. */
export function count<K>(numbers: Map<K, number>, key: K, difference: number): void {
  const total = (numbers.get(key) ?? 0) + difference;
  if (total === 0) numbers.delete(key);
  else numbers.set(key, total);
}
