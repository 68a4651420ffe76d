import type { Buffer } from 'node:buffer';
import type { Family } from '@ringfence/core';
import { upsert } from '../flows/random-changes.ts';
import { type Attack, defend } from './attacks.ts';
import { DB_PORT, dbPolicy, type PodName } from './cast.ts';
import { type Ends, icmp, isIpv6, packet, udp } from './packets.ts';
import { ends, type Siege } from './siege.ts';

// A friend is a friend no more. Others would like its connections to go on.

const UNREACHABLE = { IPv4: 3, IPv6: 1 } as const;
let port = 24_000;

/** What a friend asks a database, or the database answers. */
function said(siege: Siege, family: Family, from: 'friend' | 'db', mark: Buffer): Buffer {
  const asks = from === 'friend';
  const between = ends(siege, from, asks ? 'db' : 'friend', family);
  const ports = asks ? { from: port, to: DB_PORT } : { from: DB_PORT, to: port };
  return packet(between, udp(between, ports, mark));
}

const revived = (
  reason: string,
  from: 'friend' | 'db',
  meanwhile: (siege: Siege, family: Family) => void,
): Attack => ({
  reason,
  from,
  to: from === 'friend' ? 'db' : 'friend',
  async act(siege, own, mark) {
    const family = isIpv6(own) ? 'IPv6' : 'IPv4';
    port += 1;
    const asked = siege.mark();
    siege.send('friend', 'db', said(siege, family, 'friend', asked));
    await siege.arrival('db', asked);
    siege.lab.apply([upsert(dbPolicy({ admitsFriends: false }))]);
    await siege.settled();
    meanwhile(siege, family);
    siege.send(from, from === 'friend' ? 'db' : 'friend', said(siege, family, from, mark));
    await siege.after(from);
    siege.lab.apply([upsert(dbPolicy({ admitsFriends: true }))]);
    await siege.settled();
  },
});

/** Somebody tells both ends that a packet of theirs was lost, as routers do. */
function tell(siege: Siege, family: Family, teller: PodName): void {
  for (const whose of ['friend', 'db'] as const) {
    const between: Ends = ends(siege, teller, whose, family);
    const payload = said(siege, family, whose, siege.mark());
    const message = icmp(between, { type: UNREACHABLE[family], code: 3, payload });
    siege.send(teller, whose, packet(between, message));
  }
}

defend('revoked flows', [
  revived('a question', 'friend', () => undefined),
  revived('an answer', 'db', () => undefined),
  revived('a question, after an error about it from the thief', 'friend', (siege, family) =>
    tell(siege, family, 'thief'),
  ),
  revived('an answer, after an error about it from the thief', 'db', (siege, family) =>
    tell(siege, family, 'thief'),
  ),
  revived('a question, after an error about it from another node', 'friend', (siege, family) =>
    tell(siege, family, 'farFriend'),
  ),
  revived('a question, after an answer from the other end', 'friend', (siege, family) =>
    siege.send('db', 'friend', said(siege, family, 'db', siege.mark())),
  ),
]);
