/** Bits of a flow's status: an expected one (the data connection of FTP). */
export const IPS_EXPECTED = 0x0001;
/** There were packets both ways. */
export const IPS_SEEN_REPLY = 0x0002;
/** It is not given up early when the table is full. */
export const IPS_ASSURED = 0x0004;
/** Its first packet has left, so that it is in the table. */
export const IPS_CONFIRMED = 0x0008;
/** The source of its packets is translated. */
export const IPS_SRC_NAT = 0x0010;
/** The destination of its packets is translated. */
export const IPS_DST_NAT = 0x0020;
/** Its TCP sequence numbers are changed. */
export const IPS_SEQ_ADJUST = 0x0040;
/** It was decided whether its sources are translated. */
export const IPS_SRC_NAT_DONE = 0x0080;
/** It was decided whether its destinations are translated. */
export const IPS_DST_NAT_DONE = 0x0100;
/** It is being removed. */
export const IPS_DYING = 0x0200;
/** Its timeout does not change. */
export const IPS_FIXED_TIMEOUT = 0x0400;
/** It was given a helper. */
export const IPS_HELPER = 0x2000;
/** A flow table takes its packets past the rules. */
export const IPS_OFFLOAD = 0x4000;
/** A network card takes its packets past the rules. */
export const IPS_HW_OFFLOAD = 0x8000;

/** States of a TCP flow: none yet. */
export const TCP_CONNTRACK_NONE = 0;
/** SYN was seen. */
export const TCP_CONNTRACK_SYN_SENT = 1;
/** SYN and ACK were seen. */
export const TCP_CONNTRACK_SYN_RECV = 2;
/** The connection stands. */
export const TCP_CONNTRACK_ESTABLISHED = 3;
/** One side is done. */
export const TCP_CONNTRACK_FIN_WAIT = 4;
/** The other side knows. */
export const TCP_CONNTRACK_CLOSE_WAIT = 5;
/** Both sides are done. */
export const TCP_CONNTRACK_LAST_ACK = 6;
/** It is over; late packets are still told from new ones. */
export const TCP_CONNTRACK_TIME_WAIT = 7;
/** It was reset. */
export const TCP_CONNTRACK_CLOSE = 8;
/** Both sides sent SYN at once. */
export const TCP_CONNTRACK_SYN_SENT2 = 9;

/** The multicast group that tells new flows. */
export const NFNLGRP_CONNTRACK_NEW = 1;
/** The multicast group that tells changed flows. */
export const NFNLGRP_CONNTRACK_UPDATE = 2;
/** The multicast group that tells flows that are gone. */
export const NFNLGRP_CONNTRACK_DESTROY = 3;
