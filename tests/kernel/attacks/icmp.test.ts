import { Buffer } from 'node:buffer';
import { type Attack, defend, EVERYWHERE, onePacket } from './attacks.ts';
import { DB_PORT, type PodName } from './cast.ts';
import { type Ends, icmp, isIpv6, packet, udp } from './packets.ts';
import { ends, type Place, type Siege } from './siege.ts';

// A pod uses ICMP, which has no ports: to speak, or to speak of others' connections.

type Types = Readonly<Record<'IPv4' | 'IPv6', number | undefined>>;

const message = (
  what: string,
  types: Types,
  { from = 'thief', to = 'db', ...rest }: Partial<Attack> & { readonly code?: number } = {},
): Attack =>
  onePacket(
    {
      reason: `${what} from ${from} to ${to}`,
      from,
      to,
      families: (['IPv4', 'IPv6'] as const).filter((family) => types[family] !== undefined),
      ...rest,
    },
    (between, mark) => {
      const type = types[isIpv6(between) ? 'IPv6' : 'IPv4'] ?? 0;
      // Room for an address, where a message has one.
      const payload = Buffer.concat([Buffer.alloc(16), mark, Buffer.alloc(4)]);
      return icmp(between, { type, rest: 0x1234_0001, payload });
    },
  );

/** An error about a packet that was, or is said to have been, sent. */
const errorAbout = (
  what: string,
  types: Types & { readonly code?: number },
  {
    quoted,
    from = 'thief',
    to,
    expected = {},
  }: {
    readonly quoted: (siege: Siege, to: Ends) => Promise<Ends & Ports> | (Ends & Ports);
    readonly from?: PodName;
    readonly to: PodName;
    readonly expected?: Partial<Attack>;
  },
): Attack => ({
  reason: `${what}, told to ${to} by ${from}`,
  from,
  to,
  ...expected,
  async act(siege, between, mark) {
    const about = await quoted(siege, between);
    const lost = packet(about, udp(about, { from: about.fromPort, to: about.toPort }, mark));
    const type = types[isIpv6(between) ? 'IPv6' : 'IPv4'] ?? 0;
    const code = types.code ?? 0;
    siege.send(from, to, packet(between, icmp(between, { type, code, rest: 1280, payload: lost })));
  },
});

interface Ports {
  readonly fromPort: number;
  readonly toPort: number;
}

let port = 20_000;

/** A friend asks a database, and both are known to the kernel. */
async function friendsFlow(siege: Siege, family: 'IPv4' | 'IPv6'): Promise<Ends & Ports> {
  const between = ends(siege, 'friend', 'db', family);
  port += 1;
  const mark = siege.mark();
  siege.send('friend', 'db', packet(between, udp(between, { from: port, to: DB_PORT }, mark)));
  await siege.arrival('db', mark);
  return { ...between, fromPort: port, toPort: DB_PORT };
}

const familyOf = (between: Ends): 'IPv4' | 'IPv6' => (isIpv6(between) ? 'IPv6' : 'IPv4');
const asked = (siege: Siege, between: Ends): Promise<Ends & Ports> =>
  friendsFlow(siege, familyOf(between));
/** What the database answers. */
const answered = async (siege: Siege, between: Ends): Promise<Ends & Ports> => {
  const { from, to, fromPort, toPort } = await asked(siege, between);
  return { from: to, to: from, fromPort: toPort, toPort: fromPort };
};
/** Nobody ever sent this. */
const never = (_: Siege, { from, to }: Ends): Ends & Ports => ({
  from: to,
  to: from,
  fromPort: DB_PORT,
  toPort: 1,
});
/** The thief itself asked, and was denied. */
const denied = (siege: Siege, { from, to }: Ends): Ends & Ports => {
  siege.send(
    'thief',
    'db',
    packet({ from, to }, udp({ from, to }, { from: 3, to: DB_PORT }, Buffer.alloc(1))),
  );
  return { from: to, to: from, fromPort: DB_PORT, toPort: 3 };
};

const ECHO = { IPv4: 8, IPv6: 128 };
const ECHO_REPLY = { IPv4: 0, IPv6: 129 };
const UNREACHABLE = { IPv4: 3, IPv6: 1, code: 3 };
const TOO_BIG = { IPv4: 3, IPv6: 2, code: 4 };
const EXPIRED = { IPv4: 11, IPv6: 3 };
const ONLY_4 = (type: number): Types => ({ IPv4: type, IPv6: undefined });
const ONLY_6 = (type: number): Types => ({ IPv4: undefined, IPv6: type });

/** Whom neither end has anything to do with. */
const PLACES: readonly (readonly [PodName, Place])[] = [
  ['thief', 'db'],
  ['thief', 'farDb'],
  ['caged', 'friend'],
  ['caged', 'farFriend'],
  ['caged', 'outside'],
  ['caged', 'node-1'],
];

/** Neighbour discovery that is not between neighbours: its content is nobody's business. */
const DISCOVERY = [130, 131, 132, 133, 135, 136, 143] as const;

defend('ICMP', [
  ...PLACES.flatMap(([from, to]) => [
    message('an echo request', ECHO, { from, to }),
    message('an echo reply that nobody asked for', ECHO_REPLY, { from, to }),
  ]),
  message('a question for the time', ONLY_4(13)),
  message('a question for the netmask', ONLY_4(17)),
  message('a source quench', ONLY_4(4)),
  message('an extended echo request', { IPv4: 42, IPv6: 160 }),
  message('a redirect', { IPv4: 5, IPv6: 137 }, { to: 'farDb' }),
  message('a redirect', { IPv4: 5, IPv6: 137 }, { to: 'node-1' }),
  message('a router advertisement', { IPv4: 9, IPv6: 134 }, { to: 'farDb' }),
  message('a router advertisement', { IPv4: 9, IPv6: 134 }, { to: 'node-1' }),
  message('a certification path', ONLY_6(148)),
  ...DISCOVERY.flatMap((type) =>
    PLACES.map(([from, to]) => message(`type ${type} as a letter`, ONLY_6(type), { from, to })),
  ),
  errorAbout('an error about nothing', UNREACHABLE, { quoted: never, to: 'db' }),
  errorAbout('an error about what was denied', UNREACHABLE, { quoted: denied, to: 'db' }),
  errorAbout("an error about others' question", UNREACHABLE, { quoted: asked, to: 'friend' }),
  errorAbout("an error about others' answer", UNREACHABLE, { quoted: answered, to: 'db' }),
  errorAbout("a smaller size for others' packets", TOO_BIG, { quoted: answered, to: 'db' }),
  errorAbout("others' packets have expired", EXPIRED, { quoted: answered, to: 'db' }),
  errorAbout('an error about a question', UNREACHABLE, {
    quoted: asked,
    from: 'db',
    to: 'friend',
    expected: { passes: EVERYWHERE },
  }),
  errorAbout('an error about an answer', UNREACHABLE, {
    quoted: answered,
    from: 'friend',
    to: 'db',
    expected: { passes: EVERYWHERE },
  }),
  errorAbout("an error about others' answer, told to somebody else", UNREACHABLE, {
    quoted: answered,
    to: 'farDb',
  }),
]);
