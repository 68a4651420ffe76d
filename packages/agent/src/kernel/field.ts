import type { Family } from '@ringfence/core';
import type { Field } from '@ringfence/dataplane';
import type { Expression, NftDatatype, Register } from '@ringfence/netlink';

/** What must hold of a packet before a field can be looked at. */
export type Protocol3 = 'IPv4' | 'IPv6' | 'ARP';

/** How nf_tables sees a field. */
export interface FieldShape {
  readonly datatype: NftDatatype;
  /** In bytes, unpadded. */
  readonly length: number;
  /**
   * `name`: a text, filled up with zero bytes. `host`: a number in this machine's order, as the
   * kernel loads it. `network`: a number as packets have it.
   */
  readonly form: 'name' | 'host' | 'network';
  readonly needs: Protocol3 | 'none';
  readonly load: (destination: Register) => Expression;
}

const NAME_BYTES = 16;
const REGISTER_BYTES = 4;

const FIELDS: Readonly<Record<Field, FieldShape>> = {
  inputInterface: interfaceShape('iifname'),
  outputInterface: interfaceShape('oifname'),
  source4: addressShape('IPv4', 12),
  destination4: addressShape('IPv4', 16),
  source6: addressShape('IPv6', 8),
  destination6: addressShape('IPv6', 24),
  caller4: endShape('IPv4', 'original'),
  called4: endShape('IPv4', 'reply'),
  caller6: endShape('IPv6', 'original'),
  called6: endShape('IPv6', 'reply'),
  arpSource4: addressShape('ARP', 14),
  target6: {
    // For the text, which has no name for it, it is a number. Sets of those cannot be shown, or make
    // `nft` of some versions abort.
    datatype: 'ipv6_addr',
    length: 16,
    form: 'network',
    needs: 'none',
    load: (destination) => ({
      kind: 'payload',
      base: 'transport',
      offset: 8,
      length: 16,
      destination,
    }),
  },
  protocol: {
    datatype: 'inet_proto',
    length: 1,
    form: 'network',
    needs: 'none',
    load: (destination) => ({ kind: 'meta', key: 'l4proto', destination }),
  },
  sourcePort: portShape(0),
  destinationPort: portShape(2),
  identity: {
    datatype: 'classid',
    length: 4,
    form: 'host',
    needs: 'none',
    load: (destination) => ({ kind: 'meta', key: 'priority', destination }),
  },
};

/** How nf_tables sees a field. */
export function fieldShape(field: Field): FieldShape {
  return FIELDS[field];
}

/** How much of a key, or of the registers, a field takes: it fills whole registers. */
export function paddedLength({ length }: FieldShape): number {
  return Math.ceil(length / REGISTER_BYTES) * REGISTER_BYTES;
}

/** How many registers a field fills. */
export function registersOf(shape: FieldShape): number {
  return paddedLength(shape) / REGISTER_BYTES;
}

function interfaceShape(key: 'iifname' | 'oifname'): FieldShape {
  return {
    datatype: 'ifname',
    length: NAME_BYTES,
    form: 'name',
    needs: 'none',
    load: (destination) => ({ kind: 'meta', key, destination }),
  };
}

function addressShape(needs: Protocol3, offset: number): FieldShape {
  const length = needs === 'IPv6' ? 16 : 4;
  return {
    datatype: needs === 'IPv6' ? 'ipv6_addr' : 'ipv4_addr',
    length,
    form: 'network',
    needs,
    load: (destination) => ({ kind: 'payload', base: 'network', offset, length, destination }),
  };
}

/** Who sends in a direction of the connection. */
function endShape(needs: Family, direction: 'original' | 'reply'): FieldShape {
  const key = needs === 'IPv6' ? 'src_ip6' : 'src_ip';
  return {
    ...addressShape(needs, 0),
    load: (destination) => ({ kind: 'ct', key, direction, destination }),
  };
}

function portShape(offset: number): FieldShape {
  return {
    datatype: 'inet_service',
    length: 2,
    form: 'network',
    needs: 'none',
    load: (destination) => ({
      kind: 'payload',
      base: 'transport',
      offset,
      length: 2,
      destination,
    }),
  };
}
