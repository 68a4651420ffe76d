import { type Cluster, clusterOf } from '@ringfence/core';
import {
  compile,
  compileBridge,
  type KernelRuleset,
  prove,
  proveBridge,
  type ProveOptions,
  type Ruleset,
  understood,
  withOrder,
} from '@ringfence/dataplane';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '../kernel/flows/random.ts';
import { editElements } from './edit-elements.ts';
import { witnessBetween } from './witness.ts';
import { arbScheduled, interfaceOf, OPTIONS } from './dataplane-address.ts';

const RUNS = { numRuns: 300 };
const PROVING: ProveOptions = { ...OPTIONS, interfaces: [], most: 5 };

/** A kernel that holds a ruleset. */
function kernelWith({ family, table, sets, chains, elements }: Ruleset): KernelRuleset {
  return { family, table, sets, chains, elements, unknown: [] };
}

function nodesOf(cluster: Cluster): ReadonlySet<string> {
  return new Set(
    [...cluster.pods()].flatMap(({ object: { node } }) => (node === '' ? [] : [node])),
  );
}

describe('prove', () => {
  test.each(['enforce', 'allow'] as const)(
    'finds nothing different where a kernel holds what is compiled, own node: %s',
    (ownNodeEgress) => {
      let functions = 0;
      fc.assert(
        fc.property(arbScheduled, (objects) => {
          const cluster = clusterOf(objects, { ownNodeEgress });
          for (const node of nodesOf(cluster)) {
            const kernel = kernelWith(compile(cluster, node, OPTIONS));
            const { differences, harmless, compared } = prove(kernel, { cluster, node }, PROVING);
            expect(differences).toEqual([]);
            // Rows are written for a subject in the families in which it has an address alone.
            expect(harmless.filter(({ set }) => !/^(?:segments|identities)/.test(set))).toEqual([]);
            functions += compared.functions;
          }
        }),
        RUNS,
      );
      expect(functions).toBeGreaterThan(10_000);
    },
  );

  test('finds nothing different on a bridge', () => {
    fc.assert(
      fc.property(arbScheduled, (objects) => {
        const cluster = clusterOf(objects);
        for (const node of nodesOf(cluster)) {
          const options = { portOf: interfaceOf, podInterfaces: ['veth*', 'cni0'] };
          const compiled = compileBridge(cluster, node, {
            ...options,
            table: 'ringfence',
            comments: true,
          });
          const proof = proveBridge(
            kernelWith(compiled),
            { cluster, node },
            {
              ...options,
              interfaces: [],
              most: 5,
            },
          );
          expect(proof.differences).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('finds every edit of an element that changes what becomes of a packet', () => {
    const counts = { found: 0, harmless: 0 };
    fc.assert(
      fc.property(arbScheduled, fc.nat(), fc.boolean(), (objects, seed, isExempt) => {
        const random = seeded(seed);
        const cluster = clusterOf(objects, { ownNodeEgress: isExempt ? 'allow' : 'enforce' });
        for (const node of nodesOf(cluster)) {
          const ruleset = compile(cluster, node, OPTIONS);
          for (let turn = 0; turn < 4; turn += 1) {
            const edited = editElements(kernelWith(ruleset), random);
            if (edited === undefined) continue;
            const { differences } = prove(edited.ruleset, { cluster, node }, PROVING);
            counts[differences.length > 0 ? 'found' : 'harmless'] += 1;
            if (differences.length > 0) continue;
            const own = new Set(cluster.node(node)?.addresses.map(({ value }) => value));
            const after = understood(edited.ruleset);
            if (after === undefined) throw new Error('nothing in it is unknown');
            const of = { random, own, packets: 200 };
            expect(witnessBetween([ruleset, withOrder(after)], of), edited.what).toBeUndefined();
          }
        }
      }),
      { numRuns: 120 },
    );
    process.stdout.write(`${counts.found} edits found, ${counts.harmless} without effect\n`);
    expect(counts.found).toBeGreaterThan(300);
    expect(counts.harmless).toBeGreaterThan(20);
  });
});
