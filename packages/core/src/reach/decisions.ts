import { createAllowances } from './allowance.ts';
import { createFunctionsOf, type FunctionsOf } from './direction-functions.ts';
import { createPortFunctions } from './port-function.ts';

/** Peers come and go as long as their subject is there: so many kinds of them are remembered. */
const MOST_KINDS = 4_096;

/**
 * Prepares what the rules of single subjects say of any peer: for those who need the answers of few
 * subjects about all peers, such as a node's. To be used before the next change is applied.
 */
export function createDecisions(): FunctionsOf {
  return createFunctionsOf(createPortFunctions(createAllowances().internPorts), MOST_KINDS);
}
