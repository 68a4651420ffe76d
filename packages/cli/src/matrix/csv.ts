import { type Allowance, type PortSet, type Protocol, PROTOCOLS, rangesOf } from '@ringfence/core';
import { connectionsIn, listedIn } from './connections.ts';
import { rangeText } from './ports-text.ts';
import { verdictOn } from './verdict-word.ts';
import type { View } from './view.ts';

/**
 * A line for each pair that may send something. Where one port was asked about, a line for every
 * pair, with its verdict.
 */
export function* csvText(view: View): Iterable<string> {
  const onePort = view.port !== undefined;
  yield onePort ? 'from,to,family,allowed\n' : 'from,to,family,tcp,udp,sctp,other\n';
  for (const { from, to, family = '', allow } of (onePort ? connectionsIn : listedIn)(view)) {
    const answers = onePort ? [verdictOn(allow)] : columns(allow);
    yield `${[from.id, to.id, family, ...answers].join(',')}\n`;
  }
}

/** Ranges are separated by spaces, so that no field needs quotes; `?` is behind what is unknown. */
function columns({ allowed, unknown }: Allowance): readonly string[] {
  const ofProtocols = PROTOCOLS.map((protocol) =>
    [...ranges(allowed, protocol), ...ranges(unknown, protocol).map((range) => `${range}?`)].join(
      ' ',
    ),
  );
  return [...ofProtocols, allowed.other ? 'yes' : unknown.other ? 'yes?' : ''];
}

function ranges(ports: PortSet, protocol: Protocol): readonly string[] {
  return rangesOf(ports, protocol).map(([first, last]) => rangeText(first, last));
}
