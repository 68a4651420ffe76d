import { expect, test } from 'vitest';
import type { AgentStatus } from '@ringfence/agent';
import type { AgentView } from './settling.ts';
import { closedPods, lagOf, notInForce } from './settling.ts';

const status = (rest: Partial<AgentStatus> = {}): AgentStatus => ({
  node: 'n1',
  phase: 'enforcing',
  realised: '3',
  problems: [],
  warnings: [],
  pods: [],
  policies: [],
  ...rest,
});

const view = (rest: Partial<AgentView> = {}): AgentView => ({
  node: 'n1',
  pid: 1,
  status: status(),
  current: true,
  installed: true,
  ...rest,
});

test.each<[reason: string, agent: AgentView, lag: string | undefined]>([
  ['up to date', view(), undefined],
  ['not running', view({ pid: undefined, status: undefined, current: false }), 'does not run'],
  ['just started', view({ status: undefined, current: false }), 'does not answer yet'],
  ['behind', view({ current: false }), 'is behind'],
  [
    'behind for a reason',
    view({ current: false, status: status({ problems: ['the kernel refuses'] }) }),
    'the kernel refuses',
  ],
  ['up to date, but its node is not admitted', view({ installed: false }), 'is behind'],
  ['not enforcing what it says it has', view({ status: status({ phase: 'waiting' }) }), 'behind'],
])('an agent that is %s', (_, agent, lag) => {
  const [found] = lagOf(agent);
  if (lag === undefined) expect(found).toBeUndefined();
  else expect(found?.reason).toContain(lag);
});

test('a pod is closed unless the agent of its own node says otherwise', () => {
  const pod = (name: string, state: 'enforced' | 'closed'): AgentStatus['pods'][number] => ({
    namespace: 'shop',
    name,
    state,
    reason: state === 'closed' ? 'too many rows' : '',
    interface: 'veth0',
  });
  const agents = [
    view({ status: status({ pods: [pod('web', 'enforced'), pod('db', 'closed')] }) }),
    view({ node: 'n2', status: status({ pods: [pod('moved', 'enforced')] }) }),
  ];
  const running = ['web', 'db', 'new', 'moved'].map((name) => ({
    namespace: 'shop',
    name,
    node: 'n1',
  }));
  const closed = closedPods(agents, running);
  expect(notInForce({ lagging: [{ node: 'n2', reason: 'why' }], closed })).toEqual([
    'not all is in force on n2: why',
    'shop/db is closed: too many rows',
    'shop/new is closed: the agent of n1 does not know it yet',
    'shop/moved is closed: the agent of n1 does not know it yet',
  ]);
  expect(closed.map(({ passing }) => passing)).toEqual([false, true, true]);
});
