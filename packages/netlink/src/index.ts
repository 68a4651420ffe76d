/**
 * The Linux kernel's netlink interfaces, spoken directly.
 *
 * Start with `makeNamespace` (a network of one's own) and `openSocket` (a line to a subsystem). What
 * the kernel refuses is a `KernelError` that names the object.
 */
export { KernelError, MalformedAnswer, NotificationsLost } from './kernel-error.ts';
export { SystemError } from './ffi/system-error.ts';
export {
  currentNamespace,
  forgetNamespace,
  makeNamespace,
  nameNamespace,
  type NetworkNamespace,
  openNamespace,
  shareNames,
} from './namespaces/namespace.ts';
export { type BatchRequest, type Errand, type NetlinkSocket, openSocket } from './socket.ts';
export {
  openInetSocket,
  openListener,
  type SocketAddress,
  type SocketKind,
} from './namespaces/inet-socket.ts';
export { missingPrivilege } from './privilege.ts';
export {
  addAddress,
  deleteAddress,
  addresses,
  type LinkAddress,
  type LinkAddressKey,
  type NewLinkAddress,
} from './route/address.ts';
export { type NewLink, type NewLinkEnd } from './route/add-link.ts';
export {
  addBridge,
  type BridgePort,
  fixBridgeAddress,
  type NewBridge,
  setBridgePort,
} from './route/bridge.ts';
export {
  addRoute,
  deleteRoute,
  type NewRoute,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  type RouteKey,
  RTPROT_STATIC,
} from './route/change-route.ts';
export { addDummy } from './route/dummy.ts';
export { type RouteChange, type RouteEvent, routeEvents } from './route/events.ts';
export {
  addForwarding,
  deleteForwarding,
  type Forwarding,
  forwardings,
} from './route/forwarding.ts';
export {
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_LINK,
  RTNLGRP_NEIGH,
} from './route/groups.ts';
export {
  ipBytes,
  type IpFamily,
  ipFamily,
  type IpPrefix,
  ipText,
} from './ip-text.ts';
export { type Link, linkNamed, links } from './route/link.ts';
export {
  addNeighbour,
  addNeighbourProxy,
  deleteNeighbour,
  deleteNeighbourProxy,
  type Neighbour,
  type NeighbourKey,
  neighbours,
  type NewNeighbour,
} from './route/neighbour.ts';
export { type NeighbourState } from './route/neighbour-state.ts';
export { type Route, routes } from './route/route.ts';
export { type RouteKind } from './route/route-kind.ts';
export { openRouteSocket } from './route/rtnetlink.ts';
export { addRule, deleteRule, type Rule, type RuleKey, rules } from './route/rule.ts';
export { type RouteScope } from './route/scope.ts';
export { deleteLink, type LinkChange, setLink } from './route/set-link.ts';
export { addVeth, type NewVeth } from './route/veth.ts';
export { addVxlan, type NewVxlan } from './route/vxlan.ts';
export { type Chain, type ChainBase, type ChainReference } from './nftables/chain.ts';
export { type Change } from './nftables/change.ts';
export { commit } from './nftables/commit.ts';
export { type SetElement } from './nftables/element.ts';
export { type NftablesEvent, nftablesEvents } from './nftables/events.ts';
export { createEditReader, type NftEdit, type Touch } from './nftables/edits.ts';
export { CT_STATE } from './nftables/expressions/ct.ts';
export { type Expression } from './nftables/expressions/expression.ts';
export { ICMPX_CODES } from './nftables/expressions/reject.ts';
export { type StatefulExpression } from './nftables/expressions/stateful.ts';
export { type Family } from './nftables/family.ts';
export { type Generation, nftGeneration, nftPort } from './nftables/generation.ts';
export { type Hook } from './nftables/hook.ts';
export { nftChains, nftElements, nftRules, nftSets, nftTables } from './nftables/listing.ts';
export { NFNLGRP_NFTABLES } from './nftables/message.ts';
export { openNetfilterSocket } from './nftables/netfilter.ts';
export { NFT_REG32_00, NFT_REG_VERDICT, type Register } from './nftables/register.ts';
export {
  type NewNftRule,
  type NftRule,
  type Placement,
  type RuleReference,
} from './nftables/rule.ts';
export {
  type ByteOrder,
  type NftSet,
  type SetData,
  type SetFlag,
  type SetKey,
  type SetReference,
} from './nftables/set.ts';
export { datatypeNumber, type NftDatatype } from './nftables/set-type.ts';
export {
  type ListedTable,
  type Table,
  type TableFlags,
  type TableReference,
} from './nftables/table.ts';
export { type Verdict } from './nftables/verdict.ts';
export {
  IPS_ASSURED,
  IPS_CONFIRMED,
  IPS_DST_NAT,
  IPS_DST_NAT_DONE,
  IPS_DYING,
  IPS_EXPECTED,
  IPS_FIXED_TIMEOUT,
  IPS_HELPER,
  IPS_HW_OFFLOAD,
  IPS_OFFLOAD,
  IPS_SEEN_REPLY,
  IPS_SEQ_ADJUST,
  IPS_SRC_NAT,
  IPS_SRC_NAT_DONE,
  NFNLGRP_CONNTRACK_DESTROY,
  NFNLGRP_CONNTRACK_NEW,
  NFNLGRP_CONNTRACK_UPDATE,
  TCP_CONNTRACK_CLOSE,
  TCP_CONNTRACK_CLOSE_WAIT,
  TCP_CONNTRACK_ESTABLISHED,
  TCP_CONNTRACK_FIN_WAIT,
  TCP_CONNTRACK_LAST_ACK,
  TCP_CONNTRACK_NONE,
  TCP_CONNTRACK_SYN_RECV,
  TCP_CONNTRACK_SYN_SENT,
  TCP_CONNTRACK_SYN_SENT2,
  TCP_CONNTRACK_TIME_WAIT,
} from './conntrack/constants.ts';
export { deleteFlow, flows, flushFlows, setMark } from './conntrack/conntrack.ts';
export { type FlowEvent, flowEvents } from './conntrack/events.ts';
export { type Flow, type FlowTuple } from './conntrack/flow.ts';
export { type PacketHeader } from './nflog/ip-header.ts';
export { type LogEvent, type Nflog, openNflog } from './nflog/nflog.ts';
export { type LoggedPacket } from './nflog/packet.ts';
export { packetHeader } from './nflog/packet-header.ts';
export { type FrameSocket, openFrameSocket } from './namespaces/frame-socket.ts';
export { type HeldNamespace } from './namespaces/held-namespace.ts';
export { makeMountNamespace } from './namespaces/mount-namespace.ts';
export { makeUtsNamespace } from './namespaces/uts-namespace.ts';
export { bindMount, bindMountTree, makeMountsReadOnly, mountMemory } from './ffi/libc.ts';
export {
  openRawSocket,
  type RawPacket,
  type RawSocket,
  readableSockets,
} from './namespaces/raw-socket.ts';
