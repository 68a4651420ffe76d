import type { Connection, PortAnswer } from '@ringfence/core';

/** `TCP 80`, `UDP 1-65535`, `other` for what has no ports. */
export function portRange({
  protocol,
  from,
  to,
}: Pick<PortAnswer, 'protocol' | 'from' | 'to'>): string {
  if (protocol === 'other') return 'protocols without ports (ICMP and others)';
  if (from === 1 && to === 65_535) return `${protocol}, every port`;
  return from === to ? `${protocol} ${from}` : `${protocol} ${from}-${to}`;
}

/** The destination of a connection: `TCP 80`. */
export function targetText({ protocol, port }: Pick<Connection, 'protocol' | 'port'>): string {
  return protocol === 'other' ? 'protocols without ports (ICMP and others)' : `${protocol} ${port}`;
}
