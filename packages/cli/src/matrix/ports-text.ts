import {
  ALL_TRAFFIC,
  isNoTraffic,
  type PortSet,
  PROTOCOLS,
  rangesOf,
  subtractPorts,
} from '@ringfence/core';

/** What the legend has to say about such text. */
export const PORTS_LEGEND = 'ports are TCP unless they say otherwise';

/**
 * Names the ports of a set, as few words as possible: `80, 8000-8100, 53/UDP`, `all`,
 * `all but 53/UDP`. A protocol's name alone is all of it; `other` is what has no ports.
 */
export function portItems(set: PortSet): readonly string[] {
  const missing = subtractPorts(ALL_TRAFFIC, set);
  if (isNoTraffic(missing)) return ['all'];
  const listed = items(set);
  const [first = '', ...rest] = items(missing);
  const excepted = [`all but ${first}`, ...rest];
  return set.other && length(excepted) < length(listed) ? excepted : listed;
}

function items(set: PortSet): readonly string[] {
  const ranges = PROTOCOLS.flatMap((protocol) =>
    rangesOf(set, protocol).map(([first, last]) => {
      if (first === 1 && last === 65_535) return protocol;
      const ports = rangeText(first, last);
      return protocol === 'TCP' ? ports : `${ports}/${protocol}`;
    }),
  );
  return set.other ? [...ranges, 'other'] : ranges;
}

/** `80`, `8000-8100`. */
export function rangeText(first: number, last: number): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

function length(texts: readonly string[]): number {
  return texts.join(', ').length;
}
