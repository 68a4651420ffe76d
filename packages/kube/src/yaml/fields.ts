/** A mapping while its fields are read. */
export type Fields = Record<string, unknown>;

/** Whether a value is a mapping. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Writes a field, whatever its name is. */
export function put(fields: Fields, key: string, value: unknown): void {
  // Assigning it would set the prototype; JSON.parse makes a field of it, too.
  if (key === '__proto__') {
    Object.defineProperty(fields, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    fields[key] = value;
  }
}
