import { Buffer } from 'node:buffer';
import {
  type Change,
  type NetlinkSocket,
  nftElements,
  nftRules,
  type TableReference,
} from '@ringfence/netlink';

/** Something that somebody else may do to a table of ours. */
export interface ForeignEdit {
  readonly what: string;
  /** What the agent's log calls it. */
  readonly told: RegExp;
  changes(socket: NetlinkSocket, table: TableReference): readonly Change[];
}

/** A set that has elements, and a chain that packets of pods meet. */
const PLACES = {
  inet: { set: 'bound4', chain: 'forward' },
  bridge: { set: 'bound4', chain: 'prerouting' },
} as const;

const setIn = ({ family, name }: TableReference) =>
  ({ family, table: name, name: PLACES[familyOf(family)].set }) as const;
const chainIn = ({ family, name }: TableReference) =>
  ({ family, table: name, name: PLACES[familyOf(family)].chain }) as const;

/** What is tried on both tables. */
export const EDITS: readonly ForeignEdit[] = [
  {
    what: 'the table deleted',
    told: /deleted table (?:inet|bridge) ringfence/,
    changes: (_, table) => [{ kind: 'deleteTable', table }],
  },
  {
    what: 'an element deleted',
    told: /deleted an element of set `bound4`/,
    changes(socket, table) {
      const set = setIn(table);
      const [element] = nftElements(socket, set);
      if (element === undefined) throw new Error('nobody is bound');
      return [{ kind: 'deleteElements', set, elements: [element] }];
    },
  },
  {
    what: 'an element added',
    told: /wrote an element of set `bound4`/,
    changes(socket, table) {
      const set = setIn(table);
      const [element] = nftElements(socket, set);
      if (element === undefined) throw new Error('nobody is bound');
      const key = Buffer.from(element.key);
      key.writeUInt8(99, key.length - 1);
      return [{ kind: 'addElements', set, elements: [{ key }] }];
    },
  },
  {
    what: 'a set flushed',
    told: /deleted an element of set `bound4`|deleted 2 elements of set `bound4`/,
    changes: (_, table) => [{ kind: 'flushSet', set: setIn(table) }],
  },
  {
    what: 'a rule inserted above ours',
    told: /wrote a rule of chain `(?:forward|prerouting)`/,
    changes(_, table) {
      const { name: chain } = chainIn(table);
      const expressions = [{ kind: 'verdict', verdict: { kind: 'accept' } }] as const;
      const rule = { family: table.family, table: table.name, chain, comment: '', expressions };
      return [{ kind: 'addRule', rule, at: { kind: 'first' } }];
    },
  },
  {
    what: 'a rule deleted',
    told: /deleted a rule of chain `(?:forward|prerouting)`/,
    changes(socket, table) {
      const rule = nftRules(socket, table, chainIn(table).name).at(-1);
      if (rule === undefined) throw new Error('there are no rules');
      return [{ kind: 'deleteRule', rule }];
    },
  },
  {
    what: 'a chain flushed',
    told: /deleted (?:a rule|\d+ rules) of chain `(?:forward|prerouting)`/,
    changes: (_, table) => [{ kind: 'flushChain', chain: chainIn(table) }],
  },
  {
    what: 'another base chain in the table',
    told: /wrote chain `first`/,
    changes(_, table) {
      const hook = 'prerouting';
      const base = { hook, priority: -301, devices: [], type: 'filter', policy: 'accept' } as const;
      const chain = { family: table.family, table: table.name, name: 'first', base };
      return [{ kind: 'createChain', chain }];
    },
  },
  {
    what: 'the table made dormant',
    told: /wrote table (?:inet|bridge) ringfence/,
    changes: (_, table) => [
      {
        kind: 'addTable',
        table: { ...table, flags: { dormant: true, owner: false, persist: false } },
      },
    ],
  },
];

function familyOf(family: TableReference['family']): 'inet' | 'bridge' {
  return family === 'bridge' ? 'bridge' : 'inet';
}
