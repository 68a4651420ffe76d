/** What a packet's priority says while rows are looked up: numbers that are no peer's own. */
export const NO_IDENTITY = 0;
/** What a row says. */
export const ALLOWED = 1;
export const DENIED = 2;
/** Any pod, and any address that no pod has: what holds for those without rows of their own. */
export const ANY_POD = 3;
export const ANY_OUTSIDE = 4;
/** The subject itself, met through a Service. */
export const ITSELF = 5;
/** Numbers of peers begin here. */
export const FIRST_IDENTITY = 16;

/** IP protocol numbers. */
export const TCP = 6;
export const UDP = 17;
export const SCTP = 132;
export const ICMP = 1;
export const ICMPV6 = 58;
