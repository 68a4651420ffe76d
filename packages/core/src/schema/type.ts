/**
 * The notation of the schema tables. A table maps the name of a definition (`LabelSelector`) to its
 * fields; everything that describes a field reads it from there.
 *
 * A field is a type, or a type with what else is known of it. A type is
 * - a scalar: `string`, `boolean`, `int32`, `int64`, `intOrString`, `time`, or `anything` (not looked at);
 * - the name of a definition, which starts with a capital;
 * - `[T]`, a list; or `{ map: T }`, an object whose keys are chosen by users.
 */
export type Type = string | readonly [Type] | { readonly map: Type };

/** A field of which more is known than its type. */
export interface Field {
  readonly type: Type;
  /** Takes the field's place where it is absent or null. */
  readonly default?: string | number | boolean;
  /** The empty text takes the default too. */
  readonly emptyIsDefault?: true;
  /** Custom resources only: the built-in kinds are validated in code, in Kubernetes' own order. */
  readonly required?: true;
  /** The only values that the field may have. */
  readonly values?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** The fields of one kind of object. */
export interface Definition {
  /** Fields that are not listed pass unread; otherwise they are errors. */
  readonly open?: true;
  /** A kind of custom resource, whose lists may not hold null; in others it is the zero value. */
  readonly custom?: true;
  /** Fields that stored objects may still carry (`*`: any), though nobody may write them; passed unread. */
  readonly passedWhenStored?: readonly string[] | '*';
  /** A union: one field, and no more, must be set. */
  readonly exactlyOne?: true;
  /** At least one field must be set. */
  readonly notEmpty?: true;
  readonly fields: Readonly<Record<string, Type | Field>>;
}

/** Definitions by name. */
export type Table = Readonly<Record<string, Definition>>;

interface Scalars {
  string: string;
  boolean: boolean;
  int32: number;
  int64: number;
  intOrString: number | string;
  /** Milliseconds since 1970. */
  time: number;
  anything: unknown;
}

/** The TypeScript type of what the reader makes of a schema type, under the definitions `D`. */
export type Infer<D, T> = T extends keyof Scalars
  ? Scalars[T]
  : T extends keyof D
    ? InferObject<D, D[T]>
    : T extends readonly [infer Item]
      ? readonly Infer<D, Item>[]
      : T extends { readonly map: infer Value }
        ? ReadonlyMap<string, Infer<D, Value>>
        : T extends { readonly values: readonly (infer Value)[] }
          ? Value
          : T extends { readonly type: infer Inner }
            ? Infer<D, Inner>
            : never;

type InferObject<D, T> = T extends { readonly fields: infer Fields }
  ? { readonly [Name in keyof Fields]: InferField<D, Fields[Name]> }
  : never;

type InferField<D, F> = F extends { readonly default: unknown }
  ? Infer<D, F>
  : Infer<D, F> | undefined;

/** Splits a field of a table into its type and the rest of what is known of it. */
export function asField(field: Type | Field): Field {
  return typeof field === 'object' && 'type' in field ? field : { type: field };
}

/** Whether a type is a list. */
export function isListType(type: Type): type is readonly [Type] {
  return Array.isArray(type);
}
