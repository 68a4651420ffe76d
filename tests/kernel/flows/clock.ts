/** Milliseconds of the machine's monotonic clock: the same for all threads. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
