import type { Buffer } from 'node:buffer';
import { flows, openNetfilterSocket } from '@ringfence/netlink';
import { type Attack, defend, EVERYWHERE } from './attacks.ts';
import { ALIVE, DB_PORT, type PodName } from './cast.ts';
import { isIpv6, packet, udp } from './packets.ts';
import { ends, type Siege } from './siege.ts';

// A pod wants what it is not allowed to be taken for a part of what is allowed.

interface Said {
  readonly from: PodName;
  readonly to: PodName;
  readonly ports: readonly [number, number];
}

/** Says something; waits for it where it is allowed. */
async function say(
  siege: Siege,
  family: 'IPv4' | 'IPv6',
  { from, to, ports: [source, target] }: Said,
  bytes?: Buffer,
): Promise<void> {
  const between = ends(siege, from, to, family);
  const mark = bytes ?? siege.mark();
  siege.send(from, to, packet(between, udp(between, { from: source, to: target }, mark)));
  if (bytes === undefined) await siege.arrival(to, mark);
}

/** Something allowed is said first; then what is not. */
const after = (
  reason: string,
  first: readonly Said[],
  then: Said,
  rest: Partial<Attack> = {},
): Attack => ({
  reason,
  from: then.from,
  to: then.to,
  async act(siege, between, mark) {
    const family = isIpv6(between) ? 'IPv6' : 'IPv4';
    for (const said of first) await say(siege, family, said);
    for (let times = 0; times < 3; times += 1) await say(siege, family, then, mark);
  },
  ...rest,
});

const thief = (source: number, target: number): Said => ({
  from: 'thief',
  to: 'db',
  ports: [source, target],
});
const db = (source: number, target: number): Said => ({
  from: 'db',
  to: 'thief',
  ports: [source, target],
});
const friend = (source: number, target: number): Said => ({
  ...thief(source, target),
  from: 'friend',
});

/** Both at once, from fixed ports: whoever is first, only what the database began is let through. */
const both: Attack = {
  reason: 'both ends speak at once, and the denied one is first',
  from: 'thief',
  to: 'db',
  // Once the database has called, this is the answer.
  passes: EVERYWHERE,
  async act(siege, between, mark) {
    const family = isIpv6(between) ? 'IPv6' : 'IPv4';
    const early = siege.mark();
    for (let times = 0; times < 10; times += 1)
      await say(siege, family, thief(6_001, DB_PORT), early);
    await siege.after('thief');
    if (siege.enforced && siege.count('db', early) > 0)
      throw new Error('the question came through');
    await say(siege, family, db(DB_PORT, 6_001));
    await say(siege, family, thief(6_001, DB_PORT), mark);
  },
};

/** What is denied leaves nothing behind that a later packet could belong to. */
const noTrace: Attack = {
  reason: 'a denied question, then a look at what conntrack knows of it',
  from: 'thief',
  to: 'db',
  async act(siege, between, mark) {
    const family = isIpv6(between) ? 'IPv6' : 'IPv4';
    await say(siege, family, thief(6_002, DB_PORT), mark);
    await siege.after('thief');
    const socket = openNetfilterSocket(siege.node('node-1'));
    const known = flows(socket).filter(({ original }) => original.sourcePort === 6_002);
    socket.close();
    if (siege.enforced && known.length > 0) throw new Error('a denied flow is tracked');
  },
};

defend('flows', [
  noTrace,
  both,
  after('the port of an allowed question', [thief(6_010, ALIVE)], thief(6_010, DB_PORT)),
  after(
    'the ports of an allowed question, the other way round',
    [thief(DB_PORT, ALIVE)],
    thief(ALIVE, DB_PORT),
  ),
  after("the ports of a friend's flow", [friend(6_011, DB_PORT)], thief(6_011, DB_PORT)),
  after(
    "the ports of a friend's flow, as an answer",
    [friend(6_012, DB_PORT)],
    thief(DB_PORT, 6_012),
  ),
  after(
    'an answer to another port than the one that asked',
    [db(6_013, 6_014)],
    thief(6_014, DB_PORT),
  ),
  after(
    'an answer from another port than the one that was asked',
    [db(DB_PORT, 6_015)],
    thief(6_016, DB_PORT),
  ),
  after('an answer by another pod than the one that was asked', [db(DB_PORT, 6_017)], {
    ...thief(6_017, DB_PORT),
    from: 'caged',
  }),
  after('an answer to another pod than the one that asked', [db(DB_PORT, 6_018)], {
    ...thief(6_018, DB_PORT),
    to: 'farDb',
  }),
  after('an answer', [db(DB_PORT, 6_019)], thief(6_019, DB_PORT), { passes: EVERYWHERE }),
  after(
    'a new question to who just asked',
    [{ from: 'friend', to: 'caged', ports: [6_020, ALIVE] }],
    {
      from: 'caged',
      to: 'friend',
      ports: [6_021, 6_020],
    },
  ),
]);
