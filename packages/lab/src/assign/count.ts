/** Adds to the number that a map holds for a key; the map forgets a number that is zero then. */
export function count<K>(numbers: Map<K, number>, key: K, difference: number): void {
  const total = (numbers.get(key) ?? 0) + difference;
  if (total === 0) numbers.delete(key);
  else numbers.set(key, total);
}
