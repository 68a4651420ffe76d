// Types of messages: `NFNL_SUBSYS_CTNETLINK << 8`, and what is to be done.
export const IPCTNL_MSG_CT_NEW = 0x0100;
export const IPCTNL_MSG_CT_GET = 0x0101;
export const IPCTNL_MSG_CT_DELETE = 0x0102;

/** `struct nfgenmsg`, which precedes the attributes. */
export const NFGENMSG = 4;

// Attributes of a flow.
export const CTA_TUPLE_ORIG = 1;
export const CTA_TUPLE_REPLY = 2;
export const CTA_STATUS = 3;
export const CTA_PROTOINFO = 4;
export const CTA_TIMEOUT = 7;
export const CTA_MARK = 8;
export const CTA_ID = 12;
export const CTA_ZONE = 18;
export const CTA_MARK_MASK = 21;

// Inside CTA_TUPLE_ORIG and CTA_TUPLE_REPLY.
export const CTA_TUPLE_IP = 1;
export const CTA_TUPLE_PROTO = 2;
export const CTA_TUPLE_ZONE = 3;

// Inside CTA_TUPLE_IP.
export const CTA_IP_V4_SRC = 1;
export const CTA_IP_V4_DST = 2;
export const CTA_IP_V6_SRC = 3;
export const CTA_IP_V6_DST = 4;

// Inside CTA_TUPLE_PROTO.
export const CTA_PROTO_NUM = 1;
export const CTA_PROTO_SRC_PORT = 2;
export const CTA_PROTO_DST_PORT = 3;
export const CTA_PROTO_ICMP_ID = 4;
export const CTA_PROTO_ICMP_TYPE = 5;
export const CTA_PROTO_ICMP_CODE = 6;
export const CTA_PROTO_ICMPV6_ID = 7;
export const CTA_PROTO_ICMPV6_TYPE = 8;
export const CTA_PROTO_ICMPV6_CODE = 9;

// Inside CTA_PROTOINFO, and inside CTA_PROTOINFO_TCP.
export const CTA_PROTOINFO_TCP = 1;
export const CTA_PROTOINFO_TCP_STATE = 1;
