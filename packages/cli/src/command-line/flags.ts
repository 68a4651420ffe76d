import type { Flag } from './command.ts';

const PLAIN = {
  short: '',
  value: '',
  values: [],
  repeatable: false,
  completes: 'nothing',
} as const;

/** A flag; what is not said is left at its plainest. */
export function flag(parts: Pick<Flag, 'long' | 'about'> & Partial<Flag>): Flag {
  return { ...PLAIN, ...parts };
}

/** The formats that a command can answer in; the first is the default. */
export function outputFlag(formats: readonly string[]): Flag {
  return flag({
    long: '--output',
    short: '-o',
    value: 'FORMAT',
    about: `how to answer: ${formats.join(', ')} (default ${formats[0] ?? ''})`,
    values: formats,
    completes: 'values',
  });
}

/** Where a command takes its objects from, and how. */
export const MANIFEST_FLAGS: readonly Flag[] = [
  flag({
    long: '--filename',
    short: '-f',
    value: 'PATH',
    about: 'read manifests from a file, a folder (with all below it) or - (standard input)',
    repeatable: true,
    completes: 'file',
  }),
  flag({
    long: '--namespace',
    short: '-n',
    value: 'NAME',
    about: 'the namespace of objects and ends that name none (default `default`)',
    completes: 'namespace',
  }),
  flag({
    long: '--strict',
    about: 'policies of other products in the input are errors, not warnings',
  }),
];

/** Which connections a command is about, where it is about many. */
export const ENDS_FLAGS: readonly Flag[] = [
  flag({
    long: '--from',
    value: 'END',
    about: 'only connections from there; may be repeated',
    repeatable: true,
    completes: 'end',
  }),
  flag({
    long: '--to',
    value: 'END',
    about: 'only connections to there; may be repeated',
    repeatable: true,
    completes: 'end',
  }),
];

/** Where Kubernetes leaves room; see docs/semantics.md. */
export const OWN_NODE_EGRESS_FLAG: Flag = flag({
  long: '--own-node-egress',
  value: 'WHAT',
  about: "a pod's traffic to its own node: enforce policy (default) or allow it",
  values: ['enforce', 'allow'],
  completes: 'values',
});

/** When to colour; a terminal is coloured unless NO_COLOR is set. */
export const COLOR_FLAG: Flag = flag({
  long: '--color',
  value: 'WHEN',
  about: 'colour the answer: auto, always or never (default auto)',
  values: ['auto', 'always', 'never'],
  completes: 'values',
});

/** The flags that may stand before the command, as kubectl's users put them there. */
export const GLOBAL_FLAGS: readonly Flag[] = [...MANIFEST_FLAGS, outputFlag([]), COLOR_FLAG];

const NO_CLUSTER =
  'reading from a cluster is not part of this version: kubectl get ... -o json | ringfence ... -f -';

const NOT_NEEDED = 'all that is read counts, and ends are named one by one: leave it out';

/** Flags of kubectl that people type from habit: refused by name rather than taken and ignored. */
export const REFUSED_FLAGS: ReadonlyMap<string, string> = new Map([
  ...['--context', '--kubeconfig'].map((name) => [name, `${name}: ${NO_CLUSTER}`] as const),
  ...['-A', '--all-namespaces', '-l', '--selector'].map(
    (name) => [name, `${name}: ${NOT_NEEDED}`] as const,
  ),
]);
