import { areaOf, isTest, type Module, type ResolvedImport, type Target } from './modules.ts';

/**
 * Lists the imports that the table of arrows does not allow, each with its place and the reason.
 */
export function violations(modules: readonly Module[]): readonly string[] {
  return modules.flatMap((module) =>
    module.imports.flatMap(({ line, target }) => {
      const problem = problemOf(module, target);
      return problem === undefined ? [] : [`${module.file}:${line}: ${problem}`];
    }),
  );
}

/** Lists the modules that import themselves by way of others, each cycle once. */
export function cycles(modules: readonly Module[]): readonly string[] {
  const byFile = new Map(modules.map((module) => [module.file, module]));
  const found: string[] = [];
  const done = new Set<string>();
  const open: string[] = [];

  function visit(file: string): void {
    if (open.includes(file)) {
      found.push([...open.slice(open.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    open.push(file);
    for (const next of byFile.get(file)?.imports ?? []) {
      const target = fileOf(next);
      if (target !== undefined) visit(target);
    }
    open.pop();
    done.add(file);
  }

  for (const { file } of modules) visit(file);
  return found;
}

function fileOf({ target }: ResolvedImport): string | undefined {
  if (target.kind === 'file') return target.file;
  if (target.kind === 'workspace') return `packages/${target.name}/src/index.ts`;
  return undefined;
}

function problemOf(module: Module, target: Target): string | undefined {
  const { area } = module;
  switch (target.kind) {
    case 'computed':
      return 'an import must name its module, so that this test can follow it';
    case 'outside':
      if (area.outside || module.isTest) return undefined;
      return `${area.name} must not import \`${target.name}\`: ${area.because}`;
    case 'workspace':
      if (target.inner !== '') {
        return `\`@ringfence/${target.name}${target.inner}\` is a deep import: a package has one entry`;
      }
      return wrongArrow(module, target.name);
    case 'file':
      return fileProblem(module, target.file);
    default:
      return unreachable(target);
  }
}

function fileProblem(module: Module, file: string): string | undefined {
  if (isTest(file) && !module.isTest) {
    return `a source must not import \`${file}\`, which is there for tests alone`;
  }
  const { area } = module;
  const other = areaOf(file);
  if (other === area || (other.name === 'tests' && module.isTest)) return undefined;
  if (area.mayReachInto.includes(other.name)) return undefined;
  return (
    wrongArrow(module, other.name) ??
    `\`${file}\` is a deep import: import \`@ringfence/${other.name}\` instead`
  );
}

function wrongArrow({ area }: Module, name: string): string | undefined {
  if (area.mayImport.includes(name)) return undefined;
  return `${area.name} must not import ${name}: ${area.because}`;
}

function unreachable(target: never): never {
  throw new Error(`no rule for ${JSON.stringify(target)}`);
}
