import type * as netlink from '@ringfence/netlink';
import {
  addRoute,
  type Change,
  deleteRoute,
  KernelError,
  linkNamed,
  openRouteSocket,
  SystemError,
} from '@ringfence/netlink';
import { vi } from 'vitest';
import { MEMBERS } from '../flows/cast.ts';
import type { Flow } from '../flows/flow.ts';
import { randomChanges, upsert } from '../flows/random-changes.ts';
import { seeded } from '../flows/random.ts';
import { policyOf } from './guard.ts';
import { GUEST_WORLD, guestOf, GUESTS, roleAt } from './guests.ts';
import { tamper } from './tamper.ts';
import { testFaults, type Tried } from './test-faults.ts';
import type { Fault, Trial } from './trial.ts';

vi.mock('@ringfence/netlink', async (original) => {
  const real = await original<typeof netlink>();
  const { tampered } = await import('./tamper.ts');
  return { ...real, commit: tampered(real.commit) };
});

const SEED = Number(process.env['RINGFENCE_SEED'] ?? Date.now() % 1_000_000);
const [A] = MEMBERS;
const [E] = GUESTS;

const COSTLY = { kind: 'NetworkPolicy', namespace: A.namespace, name: 'costly' } as const;

const isCostly = (change: Change): boolean =>
  change.kind === 'addElements' &&
  change.elements.some(({ comment }) => comment?.includes(COSTLY.name) === true);
const isOfA = ({ path: { from, to } }: Flow): boolean =>
  [from, to].some((end) => end.kind === 'pod' && end.name === A.name);

/** The kernel has no memory for the rows of one policy: its pod is closed, all others go on. */
const refused: Fault['round'] = async (trial, count) => {
  const { lab, traffic, tell, inForce, change } = trial;
  tamper.between = (write, changes) => {
    if (changes.some(isCostly)) {
      throw new KernelError({ code: 'ENOMEM', operation: 'add', object: 'elements', detail: '' });
    }
    write(changes);
  };
  const costly = policyOf(COSTLY.namespace, COSTLY.name, {
    podSelector: { matchLabels: { called: A.name } },
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 9_999 }] }],
  });
  trial.expect((flow) => (isOfA(flow) ? 'denials' : 'all'));
  tell(`${count}: a policy is refused`, () => lab.apply([upsert(costly)]));
  await inForce([`${A.namespace}/${A.name}`]);
  await traffic.spoken(20);
  tamper.between = undefined;
  await change(`${count}: there is room again`, () => lab.apply([{ kind: 'delete', ref: COSTLY }]));
  trial.expect();
  await change(`${count}: all is well`, () => undefined);
};

/** What becomes of a change now and then: it is taken late, refused, or taken without a word. */
type Answer = 'slow' | 'refused' | 'unheard';
const SLOW_MS = 40;
const CODES = ['ENOBUFS', 'EAGAIN', 'EINTR', 'ENOMEM'] as const;

function answering(answers: readonly Answer[]): Pick<Tried, 'begin' | 'round' | 'end' | 'rounds'> {
  const random = seeded(SEED);
  const changes = randomChanges(random);
  let left = 0;
  const still = new Int32Array(new SharedArrayBuffer(4));
  return {
    rounds: 40,
    async begin() {
      tamper.between = (write, some) => {
        const answer = left > 0 ? random.pick(answers) : undefined;
        left = 0;
        if (answer === 'slow') Atomics.wait(still, 0, 0, SLOW_MS);
        if (answer !== 'refused') write(some);
        const isLost = answer === 'refused' || answer === 'unheard';
        if (isLost) throw new SystemError(random.pick(CODES), 'send');
      };
    },
    async round({ change, lab }, count) {
      const { change: next, text } = changes.next();
      // Once a change: whom the kernel refuses again and again is closed, and that is another fault.
      left = 1;
      await change(`${count}: ${text}`, () => lab.apply([next]));
    },
    async end({ change, lab }) {
      tamper.between = undefined;
      await change('delete all policies', () => lab.apply(changes.open()));
    },
  };
}

const FLOOD = 15_000;

/** So many routes come and go in each node that nobody can be told of all of them. */
function flood({ networks }: Trial): void {
  for (const network of networks.values()) {
    const socket = network.enter(openRouteSocket);
    try {
      const link = linkNamed(socket, 'lo')?.index ?? 0;
      for (let count = 0; count < FLOOD; count += 1) {
        const route = { destination: { address: '198.18.0.0', prefix: 24 }, link } as const;
        addRoute(socket, route);
        deleteRoute(socket, route);
      }
    } finally {
      socket.close();
    }
  }
}

/** A pod comes while what the kernel tells of it, and of the one before, is lost. */
const overrun: Fault['round'] = async (trial, count) => {
  const pod = { ...E, node: count % 2 === 0 ? 'node-1' : 'node-2', uid: `e ${count}` } as const;
  await trial.come(`${count}: a pod, and a flood`, E, () => {
    flood(trial);
    trial.lab.apply([upsert(guestOf(pod, roleAt(count)))]);
    flood(trial);
  });
};

const COMPLAINTS = /refuse|not in force yet|closed, as|made anew|read back/;

testFaults(`the kernel, seed ${SEED}`, [
  {
    title: 'the kernel has no memory for a policy',
    packets: 40_000,
    rounds: 5,
    complaints: COMPLAINTS,
    round: refused,
  },
  {
    title: 'a slow kernel',
    packets: 40_000,
    ...answering(['slow']),
  },
  {
    title: 'a kernel that now and then refuses a change, or takes it without a word',
    packets: 40_000,
    complaints: COMPLAINTS,
    ...answering(['refused', 'unheard', 'slow']),
  },
  {
    ...GUEST_WORLD,
    title: 'notifications of links and routes lost',
    rounds: 6,
    packets: 30_000,
    round: overrun,
  },
]);
