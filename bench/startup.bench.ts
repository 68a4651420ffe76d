/**
 * Measures what `ringfence eval` on a small folder costs, against an empty Node program.
 *
 * The target: at most three times the empty program, for a folder of four manifests; the shop of
 * examples/, with its 66 objects in 1,250 lines, stands beside it. The compile cache is warm, as it
 * is from the second run on; the launcher's shell is part of the figure. The programs take turns.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const RUNS = 30;
const LIMIT = 3;
const root = path.join(import.meta.dirname, '..');
const launcher = path.join(root, 'packages/cli/bin/ringfence');
const folder = mkdtempSync(path.join(tmpdir(), 'ringfence-startup-'));

const SMALL = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
status: {podIPs: [{ip: 10.0.0.1}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db, image: db, ports: [{containerPort: 5432}]}]}
status: {podIPs: [{ip: 10.0.0.2}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: web}}}]
      ports: [{port: 5432}]
`;

try {
  const empty = path.join(folder, 'empty.js');
  writeFileSync(empty, '');
  const small = path.join(folder, 'small.yaml');
  writeFileSync(small, SMALL);
  const shop = path.join(root, 'examples/shop');
  const programs = [
    { name: 'an empty Node program', words: [process.execPath, empty] },
    { name: 'ringfence --version', words: [launcher, '--version'] },
    {
      name: 'ringfence eval, 4 manifests',
      words: [
        launcher,
        'eval',
        '-f',
        small,
        '--from',
        'shop/web',
        '--to',
        'shop/db',
        '--port',
        '5432',
      ],
    },
    {
      name: 'ringfence eval, the shop',
      words: [
        launcher,
        'eval',
        '-f',
        shop,
        '--from',
        'shop/deploy/web',
        '--to',
        'shop/deploy/api',
        '--port',
        '8081',
      ],
    },
  ].map((program) => ({ ...program, samples: [] as number[] }));
  for (let run = 0; run <= RUNS; run += 1) {
    for (const { words, samples } of programs) {
      const ms = timeOf(words);
      // The first one warms the caches.
      if (run > 0) samples.push(ms);
    }
  }
  const [nothing = 0, , evaluation = 0] = programs.map(({ name, samples }, index) => {
    const median = medianOf(samples);
    const ratio = median / medianOf(programs[0]?.samples ?? []);
    const times = index === 0 ? '' : ` (${ratio.toFixed(2)} times)`;
    process.stdout.write(`${name.padEnd(28)} ${median.toFixed(1)} ms${times}\n`);
    return median;
  });
  process.stdout.write(`limit for 4 manifests: ${LIMIT} times\n`);
  process.exitCode = evaluation > LIMIT * nothing ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}

function timeOf([program = '', ...args]: readonly string[]): number {
  const env = { ...process.env, XDG_CACHE_HOME: folder };
  const started = performance.now();
  const { status, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${status}\n${stderr}`);
  return performance.now() - started;
}

function medianOf(samples: readonly number[]): number {
  return samples.toSorted((one, other) => one - other)[Math.floor(samples.length / 2)] ?? 0;
}
