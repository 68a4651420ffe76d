import { spawnSync } from 'node:child_process';
import { makeNamespace, type NetworkNamespace } from '../namespaces/namespace.ts';
import { missingPrivilege } from '../privilege.ts';
import type { NetlinkSocket } from '../socket.ts';
import { openRouteSocket } from './rtnetlink.ts';

/** A network namespace of a test's own, and a second witness of what is in it. */
export interface TestNetwork {
  readonly namespace: NetworkNamespace;
  readonly socket: NetlinkSocket;
  /** What the program `ip` says there about something, as JSON; or `bridge`, when told. */
  ask(args: readonly string[], program?: 'ip' | 'bridge'): unknown;
  close(): void;
}

/** Says why tests against the kernel cannot run; `undefined` when they can. */
export function cannotTest(): string | undefined {
  const privilege = missingPrivilege();
  if (privilege !== undefined) return privilege;
  return spawnSync('ip', ['-V']).error === undefined ? undefined : 'needs the program `ip`';
}

/** A name for a group of tests, with the reason when they are skipped. */
export function titled(name: string): string {
  const reason = cannotTest();
  return reason === undefined ? name : `${name} (skipped: ${reason})`;
}

/** Makes a network; whoever makes one closes it. */
export function openTestNetwork(): TestNetwork {
  const namespace = makeNamespace();
  const socket = openRouteSocket(namespace);
  return {
    namespace,
    socket,
    ask(args, program = 'ip') {
      const said = namespace.enter(() =>
        spawnSync(program, ['-j', '-d', ...args], { encoding: 'utf8' }),
      );
      if (said.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${said.stderr}`);
      // It says nothing at all about an empty list.
      return JSON.parse(said.stdout.trim() === '' ? '[]' : said.stdout) as unknown;
    },
    close() {
      socket.close();
      namespace.close();
    },
  };
}
