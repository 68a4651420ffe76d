import { FAMILIES, type Family } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import type { Chain } from '../ruleset/ruleset.ts';
import { checkChains } from './checks.ts';
import { decisionChains } from './decisions.ts';
import { flowChains } from './flow.ts';
import { forwardChains } from './forward.ts';
import { inputChains } from './input.ts';
import { preroutingChains } from './prerouting.ts';

/** The chains of a node: they depend on options only, never on pods or policies. */
export function chainsOf(options: CompileOptions): readonly Chain[] {
  const each = (make: (family: Family) => readonly Chain[]): readonly Chain[] =>
    FAMILIES.flatMap(make);
  return [
    ...preroutingChains(options),
    ...forwardChains(options),
    ...inputChains(options),
    ...flowChains(options),
    ...each(checkChains),
    ...each((family) => decisionChains(family, options)),
  ];
}
