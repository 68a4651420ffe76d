import {
  type Change,
  type NetlinkSocket,
  nftElements,
  nftRules,
  nftTables,
} from '@ringfence/netlink';

/** What another program may do to the agent's table, from little to all of it. */
export interface ForeignEdit {
  readonly what: string;
  changes(socket: NetlinkSocket): readonly Change[];
}

export const FOREIGN_EDITS: readonly ForeignEdit[] = [
  {
    what: 'an element deleted',
    changes(socket) {
      const set = { family: 'inet', table: tableOn(socket), name: 'bound4' } as const;
      const [element] = nftElements(socket, set);
      if (element === undefined) throw new Error('no pod is bound');
      return [{ kind: 'deleteElements', set, elements: [element] }];
    },
  },
  {
    what: 'a rule deleted',
    changes(socket) {
      const [rule] = nftRules(socket, { family: 'inet', name: tableOn(socket) }, 'forward');
      if (rule === undefined) throw new Error('there are rules');
      return [{ kind: 'deleteRule', rule }];
    },
  },
  {
    what: 'the table deleted',
    changes: (socket) => [
      { kind: 'deleteTable', table: { family: 'inet', name: tableOn(socket) } },
    ],
  },
];

/** The agent's table has one of two names, and is alone between repairs. */
function tableOn(socket: NetlinkSocket): string {
  const [table] = nftTables(socket).filter(({ family }) => family === 'inet');
  if (table === undefined) throw new Error('there is no table');
  return table.name;
}
