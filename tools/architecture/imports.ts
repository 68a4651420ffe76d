import { parseSync, Visitor } from 'oxc-parser';

/** One mention of another module, by value or by type. */
export interface Import {
  /** As written; `undefined` where it is computed. */
  readonly specifier: string | undefined;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * Lists what a module imports: `import`, `export … from`, `import()` and `import('…').Type`.
 *
 * @throws {Error} when the text is no TypeScript.
 */
export function importsOf(file: string, text: string): readonly Import[] {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file}: ${error.message}`);
  const imports: Import[] = [];
  function add(source: { readonly start: number; readonly value?: unknown }): void {
    imports.push({
      specifier: typeof source.value === 'string' ? source.value : undefined,
      line: text.slice(0, source.start).split('\n').length,
    });
  }
  new Visitor({
    ImportDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ source }) => add(source),
    ExportNamedDeclaration: ({ source }) => void (source !== null && add(source)),
    ImportExpression: ({ source }) => add(source),
    TSImportType: ({ source }) => add(source),
  }).visit(program);
  return imports;
}
