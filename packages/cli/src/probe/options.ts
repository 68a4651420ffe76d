import { isSet, type Typed, valueOf, valuesOf } from '../command-line/command.ts';
import { readFamily, readPort } from '../command-line/read-values.ts';
import type { ProbeQuestion } from '../control/protocol.ts';
import { badInput } from '../failure.ts';
import { namespaceOf } from '../input/load-cluster.ts';

/** How `probe` answers; the first is the default. */
export const PROBE_FORMATS = ['table', 'wide', 'json', 'yaml'] as const;

export type ProbeFormat = (typeof PROBE_FORMATS)[number];

const DEFAULT_TIMEOUT_S = '1';

/** @throws {Failure} for what cannot be asked. */
export function probeQuestion(typed: Typed): ProbeQuestion {
  const family = valueOf(typed, 'family');
  return {
    from: valuesOf(typed, 'from'),
    to: valuesOf(typed, 'to'),
    namespace: namespaceOf(typed),
    only: isSet(typed, 'namespace') ? namespaceOf(typed) : null,
    ports: valuesOf(typed, 'port').map(readPort),
    family: family === undefined ? null : readFamily(family),
    timeoutMs: readSeconds(valueOf(typed, 'timeout') ?? DEFAULT_TIMEOUT_S),
  };
}

/** @throws {Failure} for one that there is not. */
export function probeFormat(typed: Typed): ProbeFormat {
  const text = valueOf(typed, 'output') ?? PROBE_FORMATS[0];
  const format = PROBE_FORMATS.find((each) => each === text);
  if (format !== undefined) return format;
  throw badInput(`-o: must be one of ${PROBE_FORMATS.join(', ')}, got \`${text}\``);
}

function readSeconds(text: string): number {
  const seconds = /^\d+(?:\.\d+)?s?$/u.test(text) ? Number.parseFloat(text) : 0;
  if (seconds > 0 && seconds <= 3600) return Math.ceil(seconds * 1000);
  throw badInput(`--timeout: must be a number of seconds, at most 3600, got \`${text}\``);
}
