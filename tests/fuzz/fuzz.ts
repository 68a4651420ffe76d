import * as fc from 'fast-check';

/** What one property was given. */
interface Toll {
  inputs: number;
  slowestMs: number;
  slowest: string;
}

/** Longer than any input here takes by far, on a slow machine: what takes longer hangs. */
const HANG_MS = 10_000;
/** How many inputs each property gets, where it is not said by hand. */
const BY_HAND = Number(process.env['RINGFENCE_FUZZ_RUNS'] ?? 0);
const SEED = Number(process.env['RINGFENCE_FUZZ_SEED'] ?? Date.now() % 2 ** 31);

/** For every test here: who wants many inputs has the time for them. In milliseconds. */
export const PATIENCE = { timeout: BY_HAND > 0 ? 24 * 3_600_000 : 180_000 } as const;

/**
 * Gives a property many inputs: `few` of them, or `RINGFENCE_FUZZ_RUNS`. A failure names the seed
 * (`RINGFENCE_FUZZ_SEED` repeats it); a run by hand also tells how many there were, and the slowest.
 *
 * An input that takes seconds fails, and so does one that changes what every object has.
 */
export function fuzz<T>(arbitrary: fc.Arbitrary<T>, few: number, check: (input: T) => void): void {
  const toll = newToll();
  fc.assert(
    fc.property(arbitrary, (input) => {
      const start = performance.now();
      check(input);
      settle(toll, input, performance.now() - start);
    }),
    parameters(few),
  );
  tell(toll);
}

/** The same for what takes its time. */
export async function fuzzAsync<T>(
  arbitrary: fc.Arbitrary<T>,
  few: number,
  check: (input: T) => Promise<void>,
): Promise<void> {
  const toll = newToll();
  await fc.assert(
    fc.asyncProperty(arbitrary, async (input) => {
      const start = performance.now();
      await check(input);
      settle(toll, input, performance.now() - start);
    }),
    parameters(few),
  );
  tell(toll);
}

function newToll(): Toll {
  return { inputs: 0, slowestMs: 0, slowest: '' };
}

function parameters(few: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: BY_HAND > 0 ? BY_HAND : few, seed: SEED };
}

function settle(toll: Toll, input: unknown, ms: number): void {
  toll.inputs += 1;
  const polluted = Object.keys(Object.prototype);
  if (polluted.length > 0) throw new Error(`every object has got ${polluted.join()}`);
  if (ms > HANG_MS) throw new Error(`it took ${ms} ms`);
  if (ms <= toll.slowestMs) return;
  toll.slowestMs = ms;
  if (BY_HAND > 0) toll.slowest = fc.stringify(input).slice(0, 300);
}

function tell({ inputs, slowestMs, slowest }: Toll): void {
  if (BY_HAND === 0) return;
  process.stdout.write(
    `seed ${SEED}: ${inputs} inputs, the slowest ${slowestMs.toFixed(0)} ms: ${slowest}\n`,
  );
}

/** Fails for words that only a bug puts into a message. Inputs must not contain them. */
export function speaksPlainly(message: string): void {
  if (message === '' || /undefined|\[object|NaN/u.test(message)) {
    throw new Error(`no message for people: ${message}`);
  }
}
