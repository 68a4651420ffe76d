import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test('counts begin at zero, and every name is explained once', () => {
  const lines = createMetrics()
    .text({
      counters: { edits: { help: 'Edits.', value: 2 } },
      gauges: { pods: { help: 'Pods.', value: 3 } },
    })
    .split('\n');
  expect(lines.at(-1)).toBe('');
  expect(lines).toContain('ringfence_round_duration_seconds_count 0');
  expect(lines).toContain('ringfence_round_failures_total 0');
  expect(lines.filter((line) => line.startsWith('# HELP ringfence_pods'))).toEqual([
    '# HELP ringfence_pods Pods.',
  ]);
  expect(lines).toContain('# TYPE ringfence_pods gauge');
  expect(lines).toContain('ringfence_pods 3');
  expect(lines).toContain('# TYPE ringfence_edits_total counter');
  expect(lines).toContain('ringfence_edits_total 2');
});

test('buckets hold all that is not longer, their own end included', () => {
  const metrics = createMetrics();
  for (const seconds of [0.001, 0.001_1, 0.3, 99]) metrics.round(seconds);
  const counts = [
    ...metrics.text({ counters: {}, gauges: {} }).matchAll(/_bucket\{le="(.*)"\} (\d+)/g),
  ].map(([, end, count]) => [end, Number(count)]);
  expect(counts).toEqual([
    ['0.00025', 0],
    ['0.0005', 0],
    ['0.001', 1],
    ['0.0025', 2],
    ['0.005', 2],
    ['0.01', 2],
    ['0.025', 2],
    ['0.1', 2],
    ['0.5', 3],
    ['2.5', 3],
    ['+Inf', 4],
  ]);
});

test('the sum is of all rounds, and failures are counted apart', () => {
  const metrics = createMetrics();
  metrics.round(0.5);
  metrics.round(0.25);
  metrics.failed();
  const text = metrics.text({ counters: {}, gauges: {} });
  expect(text).toContain('\nringfence_round_duration_seconds_sum 0.75\n');
  expect(text).toContain('\nringfence_round_duration_seconds_count 2\n');
  expect(text).toContain('\nringfence_round_failures_total 1\n');
});

test('every line is a comment or a name and a number', () => {
  const metrics = createMetrics();
  metrics.round(0.01);
  const lines = metrics
    .text({ counters: {}, gauges: { ready: { help: 'Ready.', value: 1 } } })
    .trimEnd()
    .split('\n');
  for (const line of lines) {
    expect(line).toMatch(/^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{le="[^"]+"\})? [\d.e+-]+)$/);
  }
});
