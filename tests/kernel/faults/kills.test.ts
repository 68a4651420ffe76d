import { randomChanges } from '../flows/random-changes.ts';
import { seeded } from '../flows/random.ts';
import { makeProcessLab } from './process-lab.ts';
import { testFaults } from './test-faults.ts';

const SEED = Number(process.env['RINGFENCE_SEED'] ?? Date.now() % 1_000_000);
const KILLS = 50;
/** So many, one after the other, before all has to be in force again. */
const AT_ONCE = 5;
/** The longest that an agent is left alone, in times that everybody speaks. */
const LONGEST = 60;

const random = seeded(SEED);
const changes = randomChanges(random);

testFaults(`kills, seed ${SEED}`, [
  {
    title: '50 kills of agents at random moments, while policies change',
    packets: 60_000,
    rounds: KILLS / AT_ONCE,
    make: makeProcessLab,
    async round(trial, count) {
      for (let kill = 0; kill < AT_ONCE; kill += 1) {
        const { change, text } = changes.next();
        trial.tell(`${count} ${kill}: ${text}`, () => trial.lab.apply([change]));
        await trial.traffic.spoken(random.below(LONGEST));
        await trial.stopAgent(random.pick(['node-1', 'node-2']));
        await trial.traffic.spoken(random.below(LONGEST));
      }
      await trial.inForce();
      await trial.traffic.spoken(10);
    },
  },
]);
