import { type ClusterOptions, type Family, type Protocol, PROTOCOLS } from '@ringfence/core';
import { badInput } from '../failure.ts';
import { type Typed, valueOf } from './command.ts';

/** Reads the value of `--port`: `80`, `53/UDP`. @throws {Failure} */
export function readPort(text: string): { readonly protocol: Protocol; readonly port: number } {
  const [, digits, name = 'TCP'] = /^(\d+)(?:\/([A-Za-z]+))?$/.exec(text) ?? [];
  const port = Number(digits);
  const protocol = PROTOCOLS.find((each) => each === name.toUpperCase());
  if (protocol === undefined || digits === undefined || port < 1 || port > 65_535) {
    throw badInput(
      `--port: must be a number from 1 to 65535, with /UDP or /SCTP where it is not TCP, got \`${text}\``,
    );
  }
  return { protocol, port };
}

/** What was chosen of `--own-node-egress`; the parser has refused everything else. */
export function ownNodeEgressOf(typed: Typed): ClusterOptions['ownNodeEgress'] {
  return valueOf(typed, 'own-node-egress') === 'allow' ? 'allow' : 'enforce';
}

/** Reads the value of `--family`, in any case. @throws {Failure} */
export function readFamily(text: string): Family {
  if (text.toLowerCase() === 'ipv4') return 'IPv4';
  if (text.toLowerCase() === 'ipv6') return 'IPv6';
  throw badInput(`--family: must be IPv4 or IPv6, got \`${text}\``);
}
