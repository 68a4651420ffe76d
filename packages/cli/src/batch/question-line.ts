import { failed, type Family, ok, type Protocol, type Result } from '@ringfence/core';

/** One line of a batch, read. */
export interface QuestionLine {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol | 'other';
  /** 0 where the protocol has no ports. */
  readonly port: number;
  /** `undefined` asks every family that both ends have. */
  readonly family: Family | undefined;
}

const FIELDS: ReadonlySet<string> = new Set(['from', 'to', 'protocol', 'port', 'family']);

/** Reads one line; a failure names the field that is at fault. */
export function readQuestionLine(line: string): Result<QuestionLine, string> {
  const parsed = parseJson(line);
  if (parsed.kind === 'failed') return parsed;
  const fields = fieldsOf(parsed.value);
  if (fields === undefined) return failed('must be a JSON object, as in {"from":"shop/web-1",...}');
  for (const name of fields.keys()) {
    if (FIELDS.has(name)) continue;
    return failed(`${name}: unknown field, a question has ${[...FIELDS].join(', ')}`);
  }
  const from = fields.get('from');
  const to = fields.get('to');
  if (typeof from !== 'string') return failed(wrong('from', 'a string, an END', from));
  if (typeof to !== 'string') return failed(wrong('to', 'a string, an END', to));
  const protocol = readProtocol(fields.get('protocol'));
  if (protocol === undefined) {
    return failed(
      wrong('protocol', 'one of "TCP", "UDP", "SCTP", "other"', fields.get('protocol')),
    );
  }
  const port = readPort(fields.get('port'), protocol);
  if (port.kind === 'failed') return port;
  const family = fields.get('family');
  if (family !== undefined && family !== 'IPv4' && family !== 'IPv6') {
    return failed(wrong('family', '"IPv4" or "IPv6"', family));
  }
  return ok({ from, to, protocol, port: port.value, family });
}

function parseJson(line: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(line));
  } catch (error) {
    return failed(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map<string, unknown>(Object.entries(value));
}

function readProtocol(value: unknown): Protocol | 'other' | undefined {
  if (value === undefined || value === 'TCP') return 'TCP';
  if (value === 'UDP' || value === 'SCTP' || value === 'other') return value;
  return value === 'ICMP' ? 'other' : undefined;
}

function readPort(value: unknown, protocol: Protocol | 'other'): Result<number, string> {
  if (protocol === 'other') {
    if (value === undefined || value === 0) return ok(0);
    return failed('port: what has no ports is asked without one');
  }
  const valid =
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
  return valid ? ok(value) : failed(wrong('port', 'a number between 1 and 65535', value));
}

function wrong(field: string, expected: string, value: unknown): string {
  const got = value === undefined ? 'nothing' : `\`${JSON.stringify(value)}\``;
  return `${field}: must be ${expected}, got ${got}`;
}
