import type { Family, Protocol } from '@ringfence/core';
import { type Typed, valueOf } from '../command-line/command.ts';
import { readFamily } from '../command-line/read-values.ts';
import { badInput } from '../failure.ts';

/** How `eval` answers. */
type EvalFormat = 'text' | 'json' | 'yaml';

/** What `eval` is asked, as far as the words alone say. */
export interface EvalOptions {
  readonly from: string;
  readonly to: string;
  /** `undefined` asks for all ports. */
  readonly port: number | string | undefined;
  /** `undefined`: not said. */
  readonly protocol: Protocol | 'other' | undefined;
  readonly family: Family | undefined;
  readonly format: EvalFormat;
}

/** @throws {Failure} for what cannot be asked. */
export function evalOptions(typed: Typed): EvalOptions {
  const from = valueOf(typed, 'from');
  const to = valueOf(typed, 'to');
  if (from === undefined || to === undefined) {
    const missing = [from ?? '--from', to ?? '--to'].filter((name) => name.startsWith('--'));
    throw badInput(
      `eval needs ${missing.join(' and ')}: eval --from END --to END [--port PORT], or --batch FILE`,
    );
  }
  const port = valueOf(typed, 'port');
  const protocol = valueOf(typed, 'protocol');
  const family = valueOf(typed, 'family');
  const options = {
    from,
    to,
    port: port === undefined ? undefined : readPort(port),
    protocol: protocol === undefined ? undefined : readProtocol(protocol),
    family: family === undefined ? undefined : readFamily(family),
    format: readFormat(valueOf(typed, 'output') ?? 'text'),
  };
  if (options.protocol === 'other' && options.port !== undefined) {
    throw badInput(`--port: ${protocol ?? 'other'} has no ports`);
  }
  return options;
}

function readPort(text: string): number | string {
  if (/^\d+$/.test(text)) {
    const port = Number(text);
    if (port >= 1 && port <= 65_535) return port;
    throw badInput(`--port: must be between 1 and 65535, inclusive, got \`${text}\``);
  }
  if (/^(?=.*[a-z])[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(text)) return text;
  throw badInput(`--port: must be a number or the name of a port, got \`${text}\``);
}

function readProtocol(text: string): Protocol | 'other' {
  switch (text.toUpperCase()) {
    case 'TCP':
      return 'TCP';
    case 'UDP':
      return 'UDP';
    case 'SCTP':
      return 'SCTP';
    case 'ICMP':
    case 'ICMPV6':
    case 'OTHER':
      return 'other';
    default:
      throw badInput(`--protocol: must be one of TCP, UDP, SCTP, ICMP, other, got \`${text}\``);
  }
}

function readFormat(text: string): EvalFormat {
  if (text === 'text' || text === 'json' || text === 'yaml') return text;
  throw badInput(`-o: must be one of text, json, yaml, got \`${text}\``);
}
