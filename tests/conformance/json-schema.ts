/**
 * Holds a value against a JSON Schema, as far as the scenarios' schema uses one.
 *
 * Written apart from the reader, so that the two can be compared.
 *
 * @returns one line for each thing that is wrong; empty where the value is valid.
 * @throws for a keyword that it does not know.
 */
export function schemaErrors(schema: unknown, value: unknown, path = '$'): readonly string[] {
  if (!isObject(schema)) throw new Error(`no schema at ${path}`);
  return Object.entries(schema).flatMap(([keyword, wanted]) => {
    if (ANNOTATIONS.has(keyword)) return [];
    const subject: Subject = { schema, wanted, value, path };
    const assertion = ASSERTIONS.get(keyword);
    if (assertion !== undefined) return assertion(subject) ? [] : [`${path}: ${keyword}`];
    const applicator = APPLICATORS.get(keyword);
    if (applicator !== undefined) return applicator(subject);
    throw new Error(`keyword ${keyword} at ${path} is not known`);
  });
}

interface Subject {
  readonly schema: Readonly<Record<string, unknown>>;
  /** The keyword's own value. */
  readonly wanted: unknown;
  readonly value: unknown;
  readonly path: string;
}

const ANNOTATIONS: ReadonlySet<string> = new Set(['$schema', 'title', 'description']);

/** Keywords that hold or do not. A keyword about another type than the value's holds. */
const ASSERTIONS: ReadonlyMap<string, (subject: Subject) => boolean> = new Map([
  ['type', ({ wanted, value }) => [wanted].flat().includes(typeOf(value))],
  ['enum', ({ wanted, value }) => listOf(wanted).some((each) => same(each, value))],
  ['pattern', text((value, wanted) => new RegExp(String(wanted), 'u').test(value))],
  ['minLength', text((value, wanted) => value.length >= Number(wanted))],
  ['minimum', ({ wanted, value }) => typeof value !== 'number' || value >= Number(wanted)],
  ['maximum', ({ wanted, value }) => typeof value !== 'number' || value <= Number(wanted)],
  ['minItems', ({ wanted, value }) => !Array.isArray(value) || value.length >= Number(wanted)],
  [
    'required',
    ({ wanted, value }) => !isObject(value) || listOf(wanted).every((key) => has(value, key)),
  ],
  ['oneOf', (subject) => fitting(subject) === 1],
  ['anyOf', (subject) => fitting(subject) > 0],
]);

/** Keywords that pass parts of the value on to other schemas. */
const APPLICATORS: ReadonlyMap<string, (subject: Subject) => readonly string[]> = new Map([
  ['items', itemErrors],
  ['properties', propertyErrors],
  ['additionalProperties', otherPropertyErrors],
]);

function itemErrors({ wanted, value, path }: Subject): readonly string[] {
  return listOf(value).flatMap((item, index) => schemaErrors(wanted, item, `${path}[${index}]`));
}

function propertyErrors({ wanted, value, path }: Subject): readonly string[] {
  if (!isObject(value) || !isObject(wanted)) return [];
  return Object.entries(wanted).flatMap(([key, schema]) =>
    has(value, key) ? schemaErrors(schema, value[key], `${path}.${key}`) : [],
  );
}

function otherPropertyErrors({ schema, wanted, value, path }: Subject): readonly string[] {
  if (!isObject(value)) return [];
  const known = isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  const others = Object.keys(value).filter((key) => !known.includes(key));
  if (wanted === false) return others.map((key) => `${path}: ${key} is not known`);
  return others.flatMap((key) => schemaErrors(wanted, value[key], `${path}.${key}`));
}

function text(holds: (value: string, wanted: unknown) => boolean): (subject: Subject) => boolean {
  return ({ wanted, value }) => typeof value !== 'string' || holds(value, wanted);
}

function fitting({ wanted, value, path }: Subject): number {
  return listOf(wanted).filter((schema) => schemaErrors(schema, value, path).length === 0).length;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function has(value: object, key: unknown): boolean {
  return Object.hasOwn(value, String(key));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
