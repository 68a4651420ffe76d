import { toldOfErrors } from './errors.ts';
import { BOTH, testFaults } from './test-faults.ts';

const SEED = Number(process.env['RINGFENCE_SEED'] ?? Date.now() % 1_000_000);

testFaults(`errors, seed ${SEED}`, [
  {
    title: 'errors about flows that are allowed, and that were',
    on: BOTH,
    packets: 0,
    rounds: 40,
    ...toldOfErrors(SEED),
  },
]);
