import { spawnSync } from 'node:child_process';
import { makeNamespace, type NetworkNamespace } from '../namespaces/namespace.ts';
import { missingPrivilege } from '../privilege.ts';
import type { NetlinkSocket } from '../socket.ts';
import type { Chain } from './chain.ts';
import type { Expression } from './expressions/expression.ts';
import { openNetfilterSocket } from './netfilter.ts';
import type { NewNftRule } from './rule.ts';
import type { NftSet } from './set.ts';
import type { Table } from './table.ts';

/** A network namespace of a test's own, with no rulesets in it. */
export interface TestRuleset {
  readonly namespace: NetworkNamespace;
  readonly socket: NetlinkSocket;
  /** Lets `nft`, a second witness, do something there; gives what it says. */
  nft(...args: readonly string[]): string;
  close(): void;
}

/** Says why tests against the kernel cannot run; `undefined` when they can. */
export function cannotTest(program?: 'nft'): string | undefined {
  const privilege = missingPrivilege();
  if (privilege !== undefined || program === undefined) return privilege;
  const found = spawnSync(program, ['-V']).error === undefined;
  return found ? undefined : `needs the program \`${program}\``;
}

/** A name for a group of tests, with the reason when they are skipped. */
export function titled(name: string, program?: 'nft'): string {
  const reason = cannotTest(program);
  return reason === undefined ? name : `${name} (skipped: ${reason})`;
}

/** Makes a namespace; whoever makes one closes it. */
export function openTestRuleset(): TestRuleset {
  const namespace = makeNamespace();
  const socket = openNetfilterSocket(namespace);
  return {
    namespace,
    socket,
    nft(...args) {
      const said = namespace.enter(() => spawnSync('nft', args, { encoding: 'utf8' }));
      if (said.status !== 0) throw new Error(`nft: ${said.stderr}`);
      return said.stdout;
    },
    close() {
      socket.close();
      namespace.close();
    },
  };
}

/** A table that most tests use. */
export const TABLE: Table = {
  family: 'inet',
  name: 'test',
  flags: { dormant: false, owner: false, persist: false },
};

/** A chain of that table without a base. */
export function chainNamed(name: string): Chain {
  return { family: TABLE.family, table: TABLE.name, name };
}

/** A rule of one of its chains. */
export function ruleOf(chain: string, ...expressions: readonly Expression[]): NewNftRule {
  return { family: TABLE.family, table: TABLE.name, chain, comment: '', expressions };
}

/** A set of that table: of IPv4 addresses, where nothing else is said. */
export function setNamed(name: string, more: Partial<NftSet> = {}): NftSet {
  return {
    family: TABLE.family,
    table: TABLE.name,
    name,
    flags: [],
    key: { type: 7, length: 4, byteOrder: 'unstated', fields: [] },
    data: { kind: 'none' },
    timeoutMs: 0,
    gcIntervalMs: 0,
    size: 0,
    policy: 'performance',
    expressions: [],
    comment: '',
    ...more,
  };
}
