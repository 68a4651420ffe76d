import { randomChanges } from '../flows/random-changes.ts';
import { seeded } from '../flows/random.ts';
import { testFaults, type Tried } from './test-faults.ts';

const SEED = Number(process.env['RINGFENCE_SEED'] ?? Date.now() % 1_000_000);

const randomly = (rounds: number): Pick<Tried, 'rounds' | 'round' | 'end'> => {
  const random = randomChanges(seeded(SEED));
  return {
    rounds,
    async round({ tell, inForce, traffic, lab }, count) {
      const { change, text } = random.next();
      tell(`${count}: ${text}`, () => lab.apply([change]));
      await inForce();
      await traffic.spoken(2);
    },
    end: ({ change, lab }) => change('delete all policies', () => lab.apply(random.open())),
  };
};

testFaults(`changes, seed ${SEED}`, [
  { title: '500 changes of policy', packets: 100_000, ...randomly(500) },
  { title: '150 changes of policy', on: ['bridge'], packets: 40_000, ...randomly(150) },
]);
