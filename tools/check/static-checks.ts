/** A check that is a command: it passes when every one of its commands exits with 0. */
export interface StaticCheck {
  readonly name: string;
  /** Each the name of a program in `node_modules/.bin` and its arguments. */
  readonly commands: readonly (readonly [program: string, ...args: string[]])[];
}

/** Compiled as a build would do it, in the order of who imports whom. */
const PACKAGES = [
  'packages/core',
  'packages/dataplane',
  'packages/kube',
  'packages/netlink',
  'packages/agent',
  'packages/lab',
  'packages/cli',
];

/** Programs that are only checked: tests see Node's types, which the pure sources must not. */
const PROGRAMS = [
  ...PACKAGES.map((folder) => `${folder}/tsconfig.test.json`),
  'tests',
  'tools',
  'bench',
];

/** What is checked before any test runs. */
export const STATIC_CHECKS: readonly StaticCheck[] = [
  {
    name: 'types',
    commands: [
      ['tsc', '--build', ...PACKAGES],
      ...PROGRAMS.map((project) => ['tsc', '--noEmit', '--project', project] as const),
    ],
  },
  { name: 'lint', commands: [['oxlint', '--type-aware']] },
  { name: 'dead code', commands: [['knip', '--no-progress']] },
  { name: 'format', commands: [['biome', 'format', '.']] },
];
