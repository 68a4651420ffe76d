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
  return Object.entries(schema).flatMap(([keyword, wanted]) =>
    errorsOf(keyword, wanted, { schema, value, path }),
  );
}

interface Subject {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly value: unknown;
  readonly path: string;
}

function errorsOf(keyword: string, wanted: unknown, subject: Subject): readonly string[] {
  const { schema, value, path } = subject;
  const unless = (fine: boolean): readonly string[] => (fine ? [] : [`${path}: ${keyword}`]);
  switch (keyword) {
    case '$schema':
    case 'title':
    case 'description':
      return [];
    case 'type':
      return unless((Array.isArray(wanted) ? wanted : [wanted]).includes(typeOf(value)));
    case 'enum':
      return unless(listOf(wanted).some((each) => JSON.stringify(each) === JSON.stringify(value)));
    case 'pattern':
      return unless(typeof value !== 'string' || new RegExp(String(wanted), 'u').test(value));
    case 'minLength':
      return unless(typeof value !== 'string' || value.length >= Number(wanted));
    case 'minimum':
      return unless(typeof value !== 'number' || value >= Number(wanted));
    case 'maximum':
      return unless(typeof value !== 'number' || value <= Number(wanted));
    case 'minItems':
      return unless(!Array.isArray(value) || value.length >= Number(wanted));
    case 'items':
      if (!Array.isArray(value)) return [];
      return value.flatMap((item, index) => schemaErrors(wanted, item, `${path}[${index}]`));
    case 'required':
      return unless(
        !isObject(value) || listOf(wanted).every((key) => Object.hasOwn(value, String(key))),
      );
    case 'properties':
      if (!isObject(value) || !isObject(wanted)) return [];
      return Object.entries(wanted).flatMap(([key, inner]) =>
        Object.hasOwn(value, key) ? schemaErrors(inner, value[key], `${path}.${key}`) : [],
      );
    case 'additionalProperties': {
      if (!isObject(value)) return [];
      const known = Object.keys(isObject(schema['properties']) ? schema['properties'] : {});
      const others = Object.keys(value).filter((key) => !known.includes(key));
      if (wanted === false) return others.map((key) => `${path}: ${key} is not known`);
      return others.flatMap((key) => schemaErrors(wanted, value[key], `${path}.${key}`));
    }
    case 'oneOf':
      return unless(listOf(wanted).filter((each) => fits(each, subject)).length === 1);
    case 'anyOf':
      return unless(listOf(wanted).some((each) => fits(each, subject)));
    default:
      throw new Error(`keyword ${keyword} at ${path} is not known`);
  }
}

function fits(schema: unknown, { value, path }: Subject): boolean {
  return schemaErrors(schema, value, path).length === 0;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
