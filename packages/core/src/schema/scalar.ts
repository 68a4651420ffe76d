import { failed, ok, type Result } from '../result.ts';
import { parseTime } from './time.ts';

interface Mismatch {
  /** The type that was expected, in Kubernetes' words. */
  readonly expected: string;
  readonly hint: string;
}

/** Reads a value of one of the schema's scalar types. */
export function readScalar(
  type: string,
  value: unknown,
): Result<string | number | boolean | undefined, Mismatch> {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? ok(value) : failed(notText(value));
    case 'boolean':
      return typeof value === 'boolean' ? ok(value) : failed(notBoolean(value));
    case 'int32':
      return isInteger(value, 2 ** 31) ? ok(value) : failed(notNumber(value, 'int32'));
    case 'int64':
      return isInteger(value, 2 ** 63) ? ok(value) : failed(notNumber(value, 'int64'));
    case 'intOrString':
      return typeof value === 'string' || isInteger(value, 2 ** 31)
        ? ok(value)
        : failed({
            expected: 'intstr.IntOrString',
            hint: 'write a port number, or the name of a port',
          });
    case 'time':
      return readTime(value);
    default:
      // `anything`
      return ok(undefined);
  }
}

function isInteger(value: unknown, limit: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= -limit && value < limit;
}

function readTime(value: unknown): Result<number, Mismatch> {
  const time = typeof value === 'string' ? parseTime(value) : undefined;
  return time === undefined
    ? failed({ expected: 'Time', hint: 'write a time like 2026-01-31T12:00:00Z' })
    : ok(time);
}

/** The value is not what was typed: `no`, `0x10` and `1.10` have lost their spelling by now. */
function notText(value: unknown): Mismatch {
  const put = 'put what is written in quotes: without them';
  if (typeof value === 'number') return { expected: 'string', hint: `${put} it is a number` };
  const words = 'y, n, yes, no, on, off, true and false are no text';
  return { expected: 'string', hint: typeof value === 'boolean' ? `${put} ${words}` : '' };
}

function notBoolean(value: unknown): Mismatch {
  return {
    expected: 'bool',
    hint: value === 'true' || value === 'false' ? `write \`${value}\` without quotes` : '',
  };
}

function notNumber(value: unknown, expected: string): Mismatch {
  const quoted = typeof value === 'string' && /^\d+$/.test(value);
  return { expected, hint: quoted ? `write \`${value}\` without quotes` : '' };
}
