/** The numbers by which `nft` knows what values mean; the kernel only keeps them. */
export const NFT_DATATYPES = {
  nf_proto: 2,
  integer: 4,
  string: 5,
  ll_addr: 6,
  ipv4_addr: 7,
  ipv6_addr: 8,
  ether_addr: 9,
  ether_type: 10,
  arp_op: 11,
  inet_proto: 12,
  inet_service: 13,
  icmp_type: 14,
  tcp_flag: 15,
  mark: 19,
  iface_index: 20,
  iface_type: 21,
  classid: 23,
  uid: 24,
  gid: 25,
  ct_state: 26,
  ct_dir: 27,
  ct_status: 28,
  icmpv6_type: 29,
  pkt_type: 31,
  ifname: 41,
} as const;

/** What values mean to `nft`. */
export type NftDatatype = keyof typeof NFT_DATATYPES;

/** A concatenation's number has six bits for each field, the first field's are the highest. */
const FIELD_BITS = 6;

/** The number of a type, or of a concatenation of types; up to five fields have room. */
export function datatypeNumber(...fields: readonly NftDatatype[]): number {
  return fields.reduce((number, field) => (number << FIELD_BITS) | NFT_DATATYPES[field], 0);
}
