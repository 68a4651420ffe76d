/** What an agent counts, in the text format of Prometheus. */
export interface Metrics {
  /** A round has been written. @param seconds how long it took */
  round(seconds: number): void;
  failed(): void;
  /** All of it, with what others count and measure; names without `ringfence_` and `_total`. */
  text(others: { readonly counters: Measures; readonly gauges: Measures }): string;
}

type Measures = Readonly<Record<string, { readonly help: string; readonly value: number }>>;

/** Upper ends of the histogram's buckets, in seconds. */
const BUCKETS = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];

/** Makes counters that stand at zero. */
export function createMetrics(): Metrics {
  const counts = BUCKETS.map(() => 0);
  let rounds = 0;
  let seconds = 0;
  let failures = 0;
  return {
    round(took) {
      rounds += 1;
      seconds += took;
      for (const [place, end] of BUCKETS.entries())
        if (took <= end) counts[place] = (counts[place] ?? 0) + 1;
    },
    failed() {
      failures += 1;
    },
    text({ counters, gauges }) {
      const name = 'ringfence_round_duration_seconds';
      const lines = [
        `# HELP ${name} Time from a change to the kernel's acknowledgement.`,
        `# TYPE ${name} histogram`,
        ...BUCKETS.map((end, place) => `${name}_bucket{le="${end}"} ${counts[place] ?? 0}`),
        `${name}_bucket{le="+Inf"} ${rounds}`,
        `${name}_sum ${seconds}`,
        `${name}_count ${rounds}`,
        '# HELP ringfence_round_failures_total Rounds that the kernel refused.',
        '# TYPE ringfence_round_failures_total counter',
        `ringfence_round_failures_total ${failures}`,
        ...Object.entries(counters).flatMap(([counter, measure]) =>
          measureLines(`${counter}_total`, 'counter', measure),
        ),
        ...Object.entries(gauges).flatMap(([gauge, measure]) =>
          measureLines(gauge, 'gauge', measure),
        ),
      ];
      return `${lines.join('\n')}\n`;
    },
  };
}

function measureLines(
  name: string,
  type: 'counter' | 'gauge',
  { help, value }: Measures[string],
): readonly string[] {
  return [
    `# HELP ringfence_${name} ${help}`,
    `# TYPE ringfence_${name} ${type}`,
    `ringfence_${name} ${value}`,
  ];
}
