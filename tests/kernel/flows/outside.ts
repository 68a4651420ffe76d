import { readdirSync, readlinkSync } from 'node:fs';
import {
  type Change,
  commit,
  type Expression,
  NFT_REG32_00,
  type NetworkNamespace,
  nftTables,
  openNamespace,
  openNetfilterSocket,
} from '@ringfence/netlink';

/** Where this process keeps what it has open. */
const OPEN = '/proc/self/fd';

/**
 * Finds the outside of the lab of this process: of the namespaces that are open, the one with the
 * table that leads everything to one port. There must be one lab only.
 */
export function openOutside(): NetworkNamespace {
  const files = new Map<string, string>();
  for (const fd of readdirSync(OPEN)) {
    const target = linkTarget(`${OPEN}/${fd}`);
    if (target?.startsWith('net:') === true) files.set(target, `${OPEN}/${fd}`);
  }
  const found: NetworkNamespace[] = [];
  for (const file of files.values()) {
    const namespace = openNamespace(file);
    if (isOutside(namespace)) found.push(namespace);
    else namespace.close();
  }
  const [outside, ...others] = found;
  if (outside === undefined || others.length > 0) throw new Error('there is not one outside');
  return outside;
}

/** @returns `undefined` for what is closed by now, such as the folder itself. */
function linkTarget(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

function isOutside(namespace: NetworkNamespace): boolean {
  const socket = openNetfilterSocket(namespace);
  try {
    return nftTables(socket).some(({ name }) => name === 'outside');
  } finally {
    socket.close();
  }
}

const TABLE = { family: 'inet', name: 'listeners' } as const;
const CHAIN = { family: 'inet', table: TABLE.name, name: 'prerouting' } as const;
/** Before the lab's own table, which leads everything to one port. */
const BEFORE_DSTNAT = -110;
const IPPROTO = { TCP: 6, UDP: 17 } as const;

/** Leads what comes to any address outside to whoever listens there on the same port. */
export function listenOutside(outside: NetworkNamespace): void {
  const socket = openNetfilterSocket(outside);
  try {
    commit(socket, [
      {
        kind: 'addTable',
        table: { ...TABLE, flags: { dormant: false, owner: false, persist: false } },
      },
      {
        kind: 'addChain',
        chain: {
          ...CHAIN,
          base: {
            type: 'nat',
            hook: 'prerouting',
            priority: BEFORE_DSTNAT,
            devices: [],
            policy: 'accept',
          },
        },
      },
      toItself(IPPROTO.TCP),
      toItself(IPPROTO.UDP),
    ]);
  } finally {
    socket.close();
  }
}

function toItself(protocol: number): Change {
  const expressions: readonly Expression[] = [
    { kind: 'meta', key: 'l4proto', destination: NFT_REG32_00 },
    { kind: 'cmp', op: 'eq', source: NFT_REG32_00, data: Uint8Array.of(protocol) },
    { kind: 'redirect', port: 'none', flags: [] },
  ];
  const { family, table, name } = CHAIN;
  return {
    kind: 'addRule',
    at: { kind: 'last' },
    rule: { family, table, chain: name, comment: '', expressions },
  };
}
