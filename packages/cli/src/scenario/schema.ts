import type { Schema } from './format.ts';
import { SCENARIO } from './scenario-format.ts';

/** The JSON Schema of scenario files, as editors and other tools take it. */
export function scenarioSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Ringfence scenario',
    ...SCENARIO.schema,
  };
}

/** The schema as a file: `tests/conformance/scenario.schema.json`, and `ringfence test --schema`. */
export function scenarioSchemaText(): string {
  return `${JSON.stringify(scenarioSchema(), null, 2)}\n`;
}
