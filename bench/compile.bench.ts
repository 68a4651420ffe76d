/**
 * Measures how long a node's ruleset takes, and how many rows it has: 100 pods of the node, and ever
 * more pods and policies elsewhere.
 *
 * There is no target of its own yet: the agent's cold start has one, of which this is a part.
 */
import { clusterOf, formatAddress, type Pod } from '@ringfence/core';
import { compile, type CompileOptions, DEFAULT_COMPILE_OPTIONS } from '@ringfence/dataplane';
import { type CompanyObject, companyObjects, POLICIES_OF_TEAM } from './company.ts';

const SIZES = [10, 100, 1_000];
const ROUNDS = 5;
const NODE = 'node-3';
const OPTIONS: CompileOptions = {
  ...DEFAULT_COMPILE_OPTIONS,
  comments: 'none',
  interfaceOf: ({ IPv4 }) => (IPv4 === undefined ? undefined : `v${formatAddress(IPv4)}`),
};

for (const teams of SIZES) {
  const cluster = clusterOf(spread([...companyObjects({ teams, podsOfTeam: 100 })], teams));
  const times: number[] = [];
  let ruleset = compile(cluster, NODE, OPTIONS);
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    ruleset = compile(cluster, NODE, OPTIONS);
    times.push(performance.now() - start);
  }
  const [median = 0] = times.sort((left, right) => left - right).slice(ROUNDS / 2);
  const count = (part: RegExp): number =>
    [...ruleset.elements].reduce(
      (sum, [name, elements]) => sum + (part.test(name) ? elements.length : 0),
      0,
    );
  process.stdout.write(
    `${teams * 100} pods x ${teams * POLICIES_OF_TEAM} policies, ${count(/^ready4/)} of this node:` +
      ` ${median.toFixed(0)} ms, ${count(/_(ports|ranges|any_port)$/)} rows,` +
      ` ${count(/^identities/)} pod addresses, ${count(/^segments/)} segments\n`,
  );
}

/** Puts about 100 pods on each node, of many teams. */
function spread(objects: readonly CompanyObject[], nodes: number): readonly CompanyObject[] {
  return objects.map((object, index) =>
    object.kind === 'Pod' ? onNode(object, (Math.imul(index, 0x9e37_79b1) >>> 8) % nodes) : object,
  );
}

function onNode(pod: Pod, node: number): Pod {
  return { ...pod, node: `node-${node}` };
}
