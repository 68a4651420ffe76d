/** What a pod's `/etc/resolv.conf` says. */
export interface ResolvConf {
  /** The addresses of name servers, the first one first. */
  readonly servers: readonly string[];
  /** What may be put behind a name. */
  readonly search: readonly string[];
  /** A name with as many dots is tried as it is before anything is put behind it. */
  readonly ndots: number;
  /** How long a server is waited for at first, and how often it is asked. */
  readonly timeoutMs: number;
  readonly attempts: number;
}

/** Reads a resolv.conf as the C library does: unknown lines mean nothing, the last search counts. */
export function parseResolvConf(text: string): ResolvConf {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/[#;].*$/u, '')
      .trim()
      .split(/\s+/u),
  );
  const valuesOf = (key: string): readonly (readonly string[])[] =>
    lines.filter(([first]) => first === key).map(([, ...values]) => values);
  const option = (name: string, otherwise: number): number => {
    const found = valuesOf('options')
      .flat()
      .map((each) => /^([a-z]+):(\d{1,4})$/u.exec(each))
      .findLast((match) => match?.[1] === name);
    return found?.[2] === undefined ? otherwise : Number(found[2]);
  };
  return {
    servers: valuesOf('nameserver').flatMap(([address]) => address ?? []),
    search: valuesOf('search').at(-1) ?? [],
    ndots: option('ndots', 1),
    timeoutMs: 1_000 * Math.max(1, option('timeout', 2)),
    attempts: Math.max(1, option('attempts', 2)),
  };
}

/** The full names that a name may stand for, in the order in which they are tried. */
export function fullNames(
  name: string,
  { search, ndots }: Pick<ResolvConf, 'search' | 'ndots'>,
): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const longer = search.map((suffix) => `${name}.${suffix}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...longer] : [...longer, name];
}
