import { expect } from 'vitest';
import { MEMBERS } from '../flows/cast.ts';
import type { Flow } from '../flows/flow.ts';
import { upsert } from '../flows/random-changes.ts';
import { policyOf } from './guard.ts';
import { testFaults } from './test-faults.ts';
import type { Fault, Trial } from './trial.ts';

/** What an agent spends on a node's rows at most. */
const BOUND = 500_000;

const COSTLY = { namespace: 'one', name: 'costly' } as const;
const [A] = MEMBERS;
const CLOSED = [`${A.namespace}/${A.name}`];

const isOfA = ({ path: { from, to } }: Flow): boolean =>
  [from, to].some((end) => end.kind === 'pod' && end.name === A.name);

/** Behind those of all flows: what it says of these ports changes nothing for anybody here. */
const FIRST_PORT = 10_000;
/** The longest range that is written port by port. */
const LENGTH = 64;
const RANGES = 85;
const BLOCKS = 50;

/** Blocks of both families, each of which is allowed as many ports as the others, and others than they. */
function manyRules(): readonly object[] {
  return Array.from({ length: BLOCKS }, (_, index) => {
    const blocks = [`198.18.${index}.0/24`, `2001:db8:${(0x1000 + index).toString(16)}::/48`];
    const ports = Array.from({ length: RANGES }, (_none, range) => {
      const port = FIRST_PORT + index + range * 2 * LENGTH;
      return { port, endPort: port + LENGTH - 1 };
    });
    return { from: blocks.map((cidr) => ({ ipBlock: { cidr } })), ports };
  });
}

const MANY = manyRules();
const FEW = MANY.slice(0, 1);

const costly =
  ({ lab }: Trial, ingress: readonly object[]): (() => void) =>
  () => {
    const podSelector = { matchLabels: { called: A.name } };
    const spec = { podSelector, policyTypes: ['Ingress'], ingress };
    lab.apply([upsert(policyOf(COSTLY.namespace, COSTLY.name, spec))]);
  };

/** One policy needs more than there may be: whom it is for is closed, all others go on. */
const tooMany: Fault['round'] = async (trial, count) => {
  const { traffic, tell, inForce, change } = trial;
  trial.expect((flow) => (isOfA(flow) ? 'denials' : 'all'));
  tell(`${count}: too many rows`, costly(trial, MANY));
  await inForce(CLOSED);
  await traffic.spoken(20);
  expect(closedNow(trial)).toEqual(CLOSED);
  await change(`${count}: few enough`, costly(trial, FEW));
  trial.expect();
  await change(`${count}: all is well`, () => undefined);
  expect(closedNow(trial)).toEqual([]);
};

/** The pods that are closed because of the policy, by namespace and name: it is named, and its rows. */
function closedNow({ agents }: Trial): readonly string[] {
  const pods = [...agents.values()].flatMap((agent) => agent.status().pods);
  return pods
    .filter(({ state }) => state === 'closed')
    .map(({ namespace, name, reason }) => {
      expect(reason).toContain(`NetworkPolicy ${COSTLY.namespace}/${COSTLY.name}`);
      expect(Number(/need (\d+) rows/.exec(reason)?.[1])).toBeGreaterThan(BOUND);
      return `${namespace}/${name}`;
    })
    .sort();
}

testFaults('rows', [
  {
    title: 'a policy with more rows than a node may have',
    packets: 40_000,
    round: tooMany,
  },
]);
