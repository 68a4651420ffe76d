/** A place in the repository that other places may or may not import. */
export interface Area {
  /** The package's name without its scope, or the top folder's. */
  readonly name: string;
  readonly folder: string;
  /** Names of the areas that this one may import; its own modules are always allowed. */
  readonly mayImport: readonly string[];
  /** Names of the areas of whose inner modules it may import: those that have no entry. */
  readonly mayReachInto: readonly string[];
  /** Whether it may import Node's modules and packages that its package.json declares. */
  readonly outside: boolean;
  /** Why the arrows are as they are; printed when one is wrong. */
  readonly because: string;
}

const LIBRARIES = [
  'core',
  'dataplane',
  'kube',
  'netlink',
  'agent',
  'lab',
  'apiserver',
  'controllers',
];

/** Who may import whom. What is not listed here is not allowed. */
export const AREAS: readonly Area[] = [
  {
    name: 'core',
    folder: 'packages/core',
    mayImport: [],
    mayReachInto: [],
    outside: false,
    because: 'core is pure: it says what policy means, and also runs in a browser',
  },
  {
    name: 'dataplane',
    folder: 'packages/dataplane',
    mayImport: ['core'],
    mayReachInto: [],
    outside: false,
    because: 'dataplane is pure: it turns what core says into rulesets, which are data',
  },
  {
    name: 'kube',
    folder: 'packages/kube',
    mayImport: ['core'],
    mayReachInto: [],
    outside: true,
    because: 'kube only reads objects; what they mean is for core, what to do for its callers',
  },
  {
    name: 'netlink',
    folder: 'packages/netlink',
    mayImport: [],
    mayReachInto: [],
    outside: true,
    because: 'netlink speaks to the kernel and knows nothing of policy',
  },
  {
    name: 'agent',
    folder: 'packages/agent',
    mayImport: ['core', 'dataplane', 'kube', 'netlink'],
    mayReachInto: [],
    outside: true,
    because: 'the agent is privileged: it talks only the Kubernetes API, whoever serves it',
  },
  {
    name: 'lab',
    folder: 'packages/lab',
    mayImport: ['core', 'kube', 'netlink'],
    mayReachInto: [],
    outside: true,
    because: 'the lab is a small kubelet: it knows the API and links, and never rules',
  },
  {
    name: 'apiserver',
    folder: 'packages/apiserver',
    mayImport: ['core'],
    mayReachInto: [],
    outside: true,
    because: 'the API server can be replaced by a real one, so it shares nothing but the schema',
  },
  {
    name: 'controllers',
    folder: 'packages/controllers',
    mayImport: ['core', 'kube'],
    mayReachInto: [],
    outside: true,
    because: 'controllers are plain API clients that run against any API server',
  },
  {
    name: 'cli',
    folder: 'packages/cli',
    mayImport: LIBRARIES,
    mayReachInto: [],
    outside: true,
    because: 'the command composes all packages, and nobody imports the command',
  },
  {
    name: 'tests',
    folder: 'tests',
    mayImport: [...LIBRARIES, 'cli'],
    mayReachInto: ['cli'],
    outside: true,
    because: 'these tests cross packages; nobody imports tests',
  },
  {
    name: 'bench',
    folder: 'bench',
    mayImport: [...LIBRARIES, 'cli'],
    mayReachInto: ['cli'],
    outside: true,
    because: 'benchmarks measure packages; nobody imports a benchmark',
  },
  {
    name: 'tools',
    folder: 'tools',
    mayImport: ['core', 'kube', 'cli'],
    mayReachInto: ['cli'],
    outside: true,
    because: 'tools build and check the product; the product does not know them',
  },
];
