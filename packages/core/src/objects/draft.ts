import type { Issue } from '../issue.ts';
import type { JsonObject } from '../schema/json-object.ts';
import type { KindName } from '../schema/kinds.ts';
import type { DefinitionName, Wire } from '../schema/definitions.ts';
import { read, type Reading } from '../schema/read.ts';

/** An object on its way through the decoder. */
export interface Draft<Name extends KindName = KindName> {
  readonly kind: Name;
  readonly value: JsonObject;
  /** For namespaced objects that do not say their own. */
  readonly namespace: string;
  readonly reading: Reading;
  /** Everything that was found wrong so far. */
  readonly issues: Issue[];
}

/** Reads a draft as the table of its kind says. */
export function readDraft<Name extends KindName & DefinitionName>(draft: Draft<Name>): Wire<Name> {
  return read(draft.kind, draft.value, { reading: draft.reading, path: [], issues: draft.issues });
}
