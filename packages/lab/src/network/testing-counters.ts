import {
  commit,
  type Expression,
  type IpFamily,
  ipBytes,
  type NetworkNamespace,
  NFT_REG32_00,
  nftRules,
  openNetfilterSocket,
} from '@ringfence/netlink';

const TABLE = { family: 'inet', name: 'counters' } as const;
const CHAIN = { family: 'inet', table: 'counters', name: 'arriving' } as const;
/** Before fragments are put together. */
const FIRST = -450;
const register = NFT_REG32_00;

/** Counts the packets that arrive in a namespace, by what they are; gives the counts so far. */
export function countArriving<Name extends string>(
  namespace: NetworkNamespace,
  kinds: Readonly<Record<Name, readonly Expression[]>>,
): () => ReadonlyMap<string, number> {
  const socket = openNetfilterSocket(namespace);
  const flags = { dormant: false, owner: false, persist: false };
  const base = {
    type: 'filter',
    hook: 'prerouting',
    priority: FIRST,
    devices: [],
    policy: 'accept',
  } as const;
  commit(socket, [
    { kind: 'addTable', table: { ...TABLE, flags } },
    { kind: 'addChain', chain: { ...CHAIN, base } },
    ...Object.entries<readonly Expression[]>(kinds).map(
      ([comment, conditions]) =>
        ({
          kind: 'addRule',
          at: { kind: 'last' },
          rule: {
            family: CHAIN.family,
            table: CHAIN.table,
            chain: CHAIN.name,
            comment,
            expressions: [...conditions, { kind: 'counter', packets: 0n, bytes: 0n }],
          },
        }) as const,
    ),
  ]);
  socket.close();
  return () => counted(namespace);
}

function counted(namespace: NetworkNamespace): ReadonlyMap<string, number> {
  const socket = openNetfilterSocket(namespace);
  try {
    return new Map(
      nftRules(socket, TABLE, CHAIN.name).map(({ comment, expressions }) => [
        comment,
        expressions.reduce((sum, one) => (one.kind === 'counter' ? Number(one.packets) : sum), 0),
      ]),
    );
  } finally {
    socket.close();
  }
}

/** What came in by an interface. */
export function by(name: string): readonly Expression[] {
  const data = new Uint8Array(16);
  data.set(new TextEncoder().encode(name));
  return [
    { kind: 'meta', key: 'iifname', destination: register },
    { kind: 'cmp', op: 'eq', source: register, data },
  ];
}

/** What goes to a port. */
export function toPort(protocol: 'TCP' | 'UDP', port: number): readonly Expression[] {
  return [
    ...protocolNumbered(protocol === 'TCP' ? 6 : 17),
    { kind: 'payload', base: 'transport', offset: 2, length: 2, destination: register },
    { kind: 'cmp', op: 'eq', source: register, data: Uint8Array.of(port >> 8, port & 255) },
  ];
}

/** What was sent from an address. */
export function sentFrom(family: IpFamily, address: string): readonly Expression[] {
  const data = ipBytes(address);
  const offset = family === 'IPv4' ? 12 : 8;
  return [
    ...inFamily(family),
    { kind: 'payload', base: 'network', offset, length: data.length, destination: register },
    { kind: 'cmp', op: 'eq', source: register, data },
  ];
}

/** Parts of a packet that was too large for a link. */
export function fragments(family: IpFamily): readonly Expression[] {
  if (family === 'IPv6') return [...inFamily(family), ...nextHeader(44)];
  return [
    ...inFamily(family),
    { kind: 'payload', base: 'network', offset: 6, length: 2, destination: register },
    // More to come, or not the first: all but the flags "reserved" and "do not fragment".
    {
      kind: 'bitwise',
      source: register,
      destination: register,
      mask: Uint8Array.of(0x3f, 0xff),
      xor: Uint8Array.of(0, 0),
    },
    { kind: 'cmp', op: 'neq', source: register, data: Uint8Array.of(0, 0) },
  ];
}

/** Words of a router that a packet was too large. */
export function tooLarge(family: IpFamily): readonly Expression[] {
  const [protocol, type] = family === 'IPv4' ? [1, 3] : [58, 2];
  return [
    ...protocolNumbered(protocol),
    { kind: 'payload', base: 'transport', offset: 0, length: 1, destination: register },
    { kind: 'cmp', op: 'eq', source: register, data: Uint8Array.of(type) },
  ];
}

function inFamily(family: IpFamily): readonly Expression[] {
  return [
    { kind: 'meta', key: 'nfproto', destination: register },
    { kind: 'cmp', op: 'eq', source: register, data: Uint8Array.of(family === 'IPv4' ? 2 : 10) },
  ];
}

function protocolNumbered(number: number): readonly Expression[] {
  return [
    { kind: 'meta', key: 'l4proto', destination: register },
    { kind: 'cmp', op: 'eq', source: register, data: Uint8Array.of(number) },
  ];
}

function nextHeader(number: number): readonly Expression[] {
  return [
    { kind: 'payload', base: 'network', offset: 6, length: 1, destination: register },
    { kind: 'cmp', op: 'eq', source: register, data: Uint8Array.of(number) },
  ];
}
