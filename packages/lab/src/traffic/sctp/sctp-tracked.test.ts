import {
  IPS_ASSURED,
  IPS_DST_NAT,
  IPS_SEEN_REPLY,
  IPS_SRC_NAT,
  ipBytes,
  type Expression,
  type IpFamily,
  NFT_REG32_00,
} from '@ringfence/netlink';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { missing, titled } from '../../testing.ts';
import {
  asker,
  DROP,
  hasBytes,
  IS_SCTP,
  openSctpLab,
  PASSING,
  PORT,
  portBytes,
  said,
  type SctpLab,
} from './testing.ts';

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];
/** A Service's address, and where an IP header says the destination. */
const SERVICES = {
  IPv4: { service: '10.96.0.10', at: 16, natFamily: 'ip' },
  IPv6: { service: 'fd96::10', at: 24, natFamily: 'ip6' },
} as const;
const SERVICE_PORT = 80;

const INVALID = 1;
const [register, second] = [NFT_REG32_00, NFT_REG32_00 + 4];

/** Goes on with the rule if the state of the packet's flow is one of these. */
function hasState(bits: number): readonly Expression[] {
  return [
    { kind: 'ct', key: 'state', direction: 'none', destination: register },
    {
      kind: 'bitwise',
      source: register,
      destination: register,
      mask: Uint8Array.of(bits, 0, 0, 0),
      xor: new Uint8Array(4),
    },
    { kind: 'cmp', op: 'neq', source: register, data: new Uint8Array(4) },
  ];
}

describe.skipIf(missing !== undefined).each(FAMILIES)(titled('tracked SCTP over %s'), (family) => {
  let lab: SctpLab;
  let ask: ReturnType<typeof asker>;
  const { service, at, natFamily } = SERVICES[family];

  beforeAll(() => {
    lab = openSctpLab(family);
    ask = asker(family, lab.addresses.server);
  });
  beforeEach(() => {
    lab.respond(lab.server, PORT, 'db');
    // Who breaks the protocol's rules is cut off, on the way there and on the way back.
    lab.addRule(PASSING, ...IS_SCTP, ...hasState(INVALID), DROP);
  });
  afterEach(() => {
    lab.tidy();
    expect(lab.errors).toEqual([]);
  });
  afterAll(() => lab.close());

  /** Leads what goes to the Service to the server. */
  const translate = (): void =>
    lab.addRule(
      { hook: 'prerouting', type: 'nat' },
      ...IS_SCTP,
      {
        kind: 'payload',
        base: 'network',
        offset: at,
        length: ipBytes(service).length,
        destination: register,
      },
      { kind: 'cmp', op: 'eq', source: register, data: ipBytes(service) },
      { kind: 'immediate', destination: register, data: ipBytes(lab.addresses.server) },
      { kind: 'immediate', destination: second, data: portBytes(PORT) },
      {
        kind: 'nat',
        type: 'dnat',
        family: natFamily,
        address: { min: register, max: register },
        port: { min: second, max: second },
        flags: [],
      },
    );
  const masquerade = (): void =>
    lab.addRule({ hook: 'postrouting', type: 'nat' }, ...IS_SCTP, {
      kind: 'masquerade',
      port: 'none',
      flags: [],
    });

  test('the flow was established', async () => {
    expect(said(await ask(lab.client, { sourcePort: 40_000 }))).toBe('answer of db');
    const [flow, ...others] = lab.flows();
    expect(others).toEqual([]);
    const { client, server } = lab.addresses;
    expect(flow?.original).toMatchObject({
      source: client,
      sourcePort: 40_000,
      destination: server,
      destinationPort: PORT,
    });
    // The tracker is sure of a flow of SCTP when it is established, not before.
    expect((flow?.status ?? 0) & (IPS_SEEN_REPLY | IPS_ASSURED)).toBe(IPS_SEEN_REPLY | IPS_ASSURED);
    // The farewell has closed it: else it would be kept for minutes.
    expect(flow?.timeoutSeconds).toBeLessThanOrEqual(10);
  });

  test('a flow that was refused was not', async () => {
    expect(await ask(lab.client, { port: PORT + 1 })).toEqual({ kind: 'refused' });
    expect((lab.flows()[0]?.status ?? 0) & IPS_ASSURED).toBe(0);
  });

  test('twice between the same ends', async () => {
    for (let round = 0; round < 2; round += 1) {
      expect(said(await ask(lab.client, { sourcePort: 40_000 }))).toBe('answer of db');
    }
    expect(lab.flows()).toHaveLength(1);
  });

  test('a Service leads to the pod', async () => {
    translate();
    const outcome = await ask(lab.client, { destination: service, port: SERVICE_PORT });
    expect(said(outcome)).toBe('answer of db');
    const [flow] = lab.flows();
    expect((flow?.status ?? 0) & (IPS_DST_NAT | IPS_SRC_NAT)).toBe(IPS_DST_NAT);
  });

  test('a Service leads to the pod from its node’s address', async () => {
    translate();
    masquerade();
    const outcome = await ask(lab.client, { destination: service, port: SERVICE_PORT });
    expect(said(outcome)).toBe('answer of db');
    const [flow] = lab.flows();
    expect(flow?.original).toMatchObject({ destination: service, destinationPort: SERVICE_PORT });
    expect(flow?.reply).toMatchObject({
      source: lab.addresses.server,
      sourcePort: PORT,
      destination: lab.addresses.node,
    });
  });

  test('a Service of which the pod refuses, and one of which the node does', async () => {
    translate();
    const asked = { destination: service, port: SERVICE_PORT };
    const back = hasBytes(2, ...portBytes(PORT));
    lab.addRule(PASSING, ...IS_SCTP, ...back, { kind: 'reject', type: 'icmpx_unreach', code: 1 });
    expect(await ask(lab.client, asked)).toEqual({ kind: 'refused' });
    lab.tidy();
    translate();
    expect(await ask(lab.client, asked)).toEqual({ kind: 'refused' });
  });
});
