import * as libc from '../ffi/libc.ts';
import type { IpFamily } from '../ip-text.ts';

/** The numbers of the families, `AF_INET` and `AF_INET6`. */
export const DOMAIN: Readonly<Record<IpFamily, number>> = { IPv4: 2, IPv6: 10 };

/** The level of options of IPv6 sockets. */
export const IPPROTO_IPV6 = 41;

const SOL_IP = 0;
const IP_TRANSPARENT = 19;
const IPV6_TRANSPARENT = 75;

/** Lets a socket send from addresses that are nobody's here. @throws {SystemError} */
export function allowForeign(fd: number, family: IpFamily): void {
  if (family === 'IPv4') libc.setOption(fd, SOL_IP, IP_TRANSPARENT, 1);
  else libc.setOption(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, 1);
}
