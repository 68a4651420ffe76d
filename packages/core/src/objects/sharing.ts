/** So many different values are remembered: enough for the replicas that a list shows side by side. */
const MOST = 4_096;

/**
 * Makes a function that gives the same value for equal ones, as long as it remembers them. A cluster
 * holds very many pods with the labels, the owner and the ports of others.
 *
 * @param keyOf the same text for equal values only.
 */
export function createSharing<T>(keyOf: (value: T) => string): (value: T) => T {
  const known = new Map<string, T>();
  return (value) => {
    const key = keyOf(value);
    const same = known.get(key);
    if (same !== undefined) return same;
    if (known.size === MOST) known.clear();
    known.set(key, value);
    return value;
  };
}
