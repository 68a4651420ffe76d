import {
  commit,
  type NetworkNamespace,
  NFT_REG32_00,
  openNetfilterSocket,
} from '@ringfence/netlink';

/** Drops every first packet that comes to a pod from elsewhere. */
export function dropIncoming(namespace: NetworkNamespace): void {
  const socket = openNetfilterSocket(namespace);
  const chain = { family: 'inet', table: 'bench', name: 'input' } as const;
  const name = new Uint8Array(16);
  name.set(new TextEncoder().encode('eth0'));
  commit(socket, [
    {
      kind: 'addTable',
      table: {
        family: 'inet',
        name: 'bench',
        flags: { dormant: false, owner: false, persist: false },
      },
    },
    {
      kind: 'addChain',
      chain: {
        ...chain,
        base: { type: 'filter', hook: 'prerouting', priority: 0, devices: [], policy: 'accept' },
      },
    },
    {
      kind: 'addRule',
      at: { kind: 'last' },
      rule: {
        family: chain.family,
        table: chain.table,
        chain: chain.name,
        comment: '',
        expressions: [
          { kind: 'meta', key: 'iifname', destination: NFT_REG32_00 },
          { kind: 'cmp', op: 'eq', source: NFT_REG32_00, data: name },
          // The first packet of a connection: SYN, and nothing else.
          {
            kind: 'payload',
            base: 'transport',
            offset: 13,
            length: 1,
            destination: NFT_REG32_00,
          },
          { kind: 'cmp', op: 'eq', source: NFT_REG32_00, data: Uint8Array.of(2) },
          { kind: 'verdict', verdict: { kind: 'drop' } },
        ],
      },
    },
  ]);
  socket.close();
}
