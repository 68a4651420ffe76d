import { DEFAULT_COMPILE_OPTIONS } from '@ringfence/dataplane';
import path from 'node:path';
import { isSet, type Typed, valueOf, valuesOf } from '../command-line/command.ts';
import { ownNodeEgressOf } from '../command-line/read-values.ts';
import { badInput } from '../failure.ts';
import type { AgentOptions } from '@ringfence/agent';

/** What an agent does, apart from where its objects come from. */
export type AgentSettings = Omit<AgentOptions, 'source' | 'log'>;

/** Where an agent answers over HTTP. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** What an agent does where nothing is typed. */
function defaultSettings(node: string): AgentSettings {
  const { table, logGroup, markMask, tunnels } = DEFAULT_COMPILE_OPTIONS;
  return {
    node,
    table,
    logGroup,
    markMask,
    tunnels,
    podInterfaces: [],
    unprogrammed: 'drop',
    ownNodeEgress: 'enforce',
  };
}

/** What an agent of a lab does: its pods are behind links of such names, and it says for good which. */
export function labSettings(node: string): AgentSettings {
  return { ...defaultSettings(node), podInterfaces: ['rf*'], believe: 'node' };
}

/** What was typed. @throws {Failure} for what cannot be done. */
export function agentSettings(typed: Typed): AgentSettings {
  const node = valueOf(typed, 'node');
  if (node === undefined || node === '') {
    throw badInput('--node is needed: the name of the node that this machine is');
  }
  const standard = defaultSettings(node);
  return {
    ...standard,
    table: tableOf(typed),
    logGroup: logGroupOf(typed) ?? standard.logGroup,
    tunnels: isSet(typed, 'allow-pod-encapsulation')
      ? { protocols: [], udpPorts: [] }
      : standard.tunnels,
    podInterfaces: patternsOf(typed, 'pod-interfaces'),
    exclude: patternsOf(typed, 'exclude-interfaces'),
    denied: isSet(typed, 'reject') ? 'reject' : 'drop',
    tombstones: path.join(valueOf(typed, 'state') ?? STATE, `${node}.tombstones`),
    unprogrammed: valueOf(typed, 'unprogrammed') === 'allow' ? 'allow' : 'drop',
    ownNodeEgress: ownNodeEgressOf(typed),
  };
}

/** The name of the tables. @throws {Failure} for what is no name. */
export function tableOf(typed: Typed): string {
  const name = valueOf(typed, 'table') ?? DEFAULT_COMPILE_OPTIONS.table;
  if (/^[a-z][a-z0-9_-]{0,30}$/iu.test(name)) return name;
  throw badInput(`--table: must be a letter, then letters, digits, _ and -, got \`${name}\``);
}

/** Where what outlives a restart of the machine is kept. */
const STATE = '/var/lib/ringfence';
const DEFAULT_LISTEN = '127.0.0.1:9095';

/** Where to listen; undefined: nowhere. @throws {Failure} for what is no address. */
export function listenOf(typed: Typed): ListenAddress | undefined {
  const text = valueOf(typed, 'listen') ?? DEFAULT_LISTEN;
  if (text === 'none') return undefined;
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d{1,5})$/iu.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw badInput(
      `--listen: must be ADDRESS:PORT, such as ${DEFAULT_LISTEN} or [::1]:9095, or none, got \`${text}\``,
    );
  }
  return { host, port };
}

const MOST_GROUP = 65_535;

function logGroupOf(typed: Typed): number | undefined {
  const text = valueOf(typed, 'log-group');
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/u.test(text) && Number(text) <= MOST_GROUP) return Number(text);
  throw badInput(`--log-group: must be a number from 0 to ${MOST_GROUP}, got \`${text}\``);
}

function patternsOf(typed: Typed, name: string): readonly string[] {
  return valuesOf(typed, name).map((text) => readPattern(text, name));
}

/** The kernel's names have at most 15 bytes; a star stands for the rest of one. */
function readPattern(text: string, name: string): string {
  if (/^(?=.{1,15}$)[^\s/:*]+\*?$/u.test(text) && Buffer.byteLength(text) <= 15) return text;
  throw badInput(
    `--${name}: must be the name of an interface, or its beginning and a star, got \`${text}\``,
  );
}
