import type { IpFamily, NetworkNamespace } from '@ringfence/netlink';
import { endpointOf } from './sctp-endpoint.ts';

/** A port on which somebody answers. */
interface AnsweredSctpPort {
  /** `every`: all ports on which nobody else answers. */
  readonly port: number | 'every';
  readonly family: IpFamily;
  /** Whoever answers. */
  readonly name: string;
}

/**
 * Answers on a port with a name and a line break, at whatever address it is asked: all that the
 * namespace has, also foreign ones that are routed to it. Ports of the namespace on which nobody
 * answers refuse.
 *
 * Only one process at a time may answer in a namespace: others would refuse what it answers.
 *
 * @param onError is told what goes wrong later.
 * @throws {SystemError} `EADDRINUSE` when somebody answers there.
 */
export function respondSctp(
  namespace: NetworkNamespace,
  { port, family, name }: AnsweredSctpPort,
  onError: (error: Error) => void,
): { close(): void } {
  const close = endpointOf(namespace, family).listen(port, {
    name,
    onError: (error) => onError(error instanceof Error ? error : new Error(String(error))),
  });
  return { close };
}
