import { EVERYTHING, type LabelSelector, type PortSet, portRange } from '@ringfence/core';
import { isSet, type Typed, valueOf, valuesOf } from '../command-line/command.ts';
import { readPort } from '../command-line/read-values.ts';
import { badInput } from '../failure.ts';
import { parseSelector } from './parse-selector.ts';

/** How `matrix` answers; the first is the default. */
export const MATRIX_FORMATS = ['table', 'wide', 'json', 'yaml', 'csv', 'md'] as const;

export type MatrixFormat = (typeof MATRIX_FORMATS)[number];

/** What `matrix` is asked, as far as the words alone say. */
export interface MatrixOptions {
  readonly format: MatrixFormat;
  /** Empty: from everyone. */
  readonly from: readonly string[];
  /** Empty: to everyone. */
  readonly to: readonly string[];
  /** One end of each pair is in this namespace; `undefined` for all of them. */
  readonly namespace: string | undefined;
  readonly selector: LabelSelector;
  readonly port: PortSet | undefined;
  readonly perPod: boolean;
}

/** @throws {Failure} for what cannot be asked. */
export function matrixOptions(typed: Typed): MatrixOptions {
  const port = valueOf(typed, 'port');
  return {
    format: formatNamed(valueOf(typed, 'output') ?? 'table'),
    from: valuesOf(typed, 'from'),
    to: valuesOf(typed, 'to'),
    namespace: isSet(typed, 'all-namespaces') ? undefined : valueOf(typed, 'namespace'),
    selector: readSelector(valueOf(typed, 'selector')),
    port: port === undefined ? undefined : readPortSet(port),
    perPod: isSet(typed, 'pods'),
  };
}

function formatNamed(text: string): MatrixFormat {
  const format = MATRIX_FORMATS.find((each) => each === text);
  if (format !== undefined) return format;
  throw badInput(`-o: must be one of ${MATRIX_FORMATS.join(', ')}, got \`${text}\``);
}

function readSelector(text: string | undefined): LabelSelector {
  if (text === undefined) return EVERYTHING;
  const selector = parseSelector(text);
  if (selector.kind === 'failed') throw badInput(`-l: ${selector.error}`);
  return selector.value;
}

function readPortSet(text: string): PortSet {
  const { protocol, port } = readPort(text);
  return portRange(protocol, port, port);
}
