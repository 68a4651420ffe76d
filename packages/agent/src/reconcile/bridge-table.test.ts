import { clusterOf, decode, formatAddress, type IpAddress } from '@ringfence/core';
import {
  applied,
  createNodeRules,
  DEFAULT_COMPILE_OPTIONS,
  type LocalPod,
  type Ruleset,
} from '@ringfence/dataplane';
import { KernelError } from '@ringfence/netlink';
import { describe, expect, test } from 'vitest';
import type { PodInterfaces } from '../host/pod-interfaces.ts';
import { bridgeLayout, type BridgeTable, createBridgeTable } from './bridge-table.ts';
import type { EnforcedTable } from './kernel-table.ts';

/** Pods of a node behind a bridge, with these last parts of their address. */
function podsWith(...lasts: readonly number[]): readonly LocalPod[] {
  const manifests = lasts.map((last) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${last}`, namespace: 'shop' },
    spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'any' }] },
    status: { podIPs: [{ ip: `10.1.0.${last}` }] },
  }));
  const objects = manifests.map((manifest) => {
    const decoded = decode(manifest, { namespace: 'default', reading: 'strict' });
    if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
    return decoded.object;
  });
  const rules = createNodeRules(clusterOf(objects), 'n1', DEFAULT_COMPILE_OPTIONS);
  rules.flush();
  return [...rules.localPods()];
}

interface World {
  readonly bridge: BridgeTable;
  /** The ports that there are, by the address behind each. */
  readonly ports: Map<string, string>;
  readonly writes: string[];
  held(): Ruleset | undefined;
  refuse(...writes: readonly string[]): void;
}

function world(adopted?: Ruleset): World {
  const ports = new Map<string, string>();
  const writes: string[] = [];
  let held = adopted;
  let refused: readonly string[] = [];
  const note = (write: string): void => {
    writes.push(write);
    if (refused.includes(write)) {
      throw new KernelError({ code: 'ENOMEM', operation: write, object: 'table', detail: '' });
    }
  };
  const table: EnforcedTable = {
    adopted,
    hasOther: false,
    install(ruleset) {
      note('install');
      held = ruleset;
    },
    write({ elements }) {
      note('write');
      if (held === undefined) throw new Error('there is no table to write to');
      held = applied(held, { elements, revokes: false });
    },
    restore(ruleset) {
      note('restore');
      held = ruleset;
    },
    tidy: () => undefined,
    generation: () => 1,
  };
  const interfaces: PodInterfaces = {
    isPod: () => true,
    interfaceOf: () => 'cni0',
    portOf: (address: IpAddress) => ports.get(formatAddress(address)),
    pin: () => undefined,
    release: () => undefined,
    podInterfaces: () => ['cni0', ...ports.values()],
    podPorts: () => [...ports.values()],
    problems: () => [],
    changes: () => undefined,
    ended: Promise.resolve(),
    close: () => undefined,
  };
  const bridge = createBridgeTable({ table, name: 'ringfence', interfaces, log: () => undefined });
  return {
    bridge,
    ports,
    writes,
    held: () => held,
    refuse: (...those) => void (refused = those),
  };
}

const bound = ({ held }: World): unknown =>
  held()
    ?.elements.get('bound4')
    ?.map(({ key }) => key);
const portsIn = ({ held }: World): unknown =>
  held()
    ?.elements.get('pod_interfaces')
    ?.map(({ key: [name] }) => name);

describe('the table of a bridge', () => {
  test('is none while no pod is a port of a bridge', () => {
    const made = world();
    made.bridge.write(podsWith(2, 3));
    expect(made.writes).toEqual([]);
  });

  test('is made with the first port, which is closed until its pod is known', () => {
    const made = world();
    made.ports.set('10.1.0.2', 'veth2');
    made.bridge.write([]);
    expect(made.writes).toEqual(['install']);
    expect(portsIn(made)).toEqual(['veth2']);
    expect(bound(made)).toEqual([]);
  });

  test('binds each pod to its port, and leaves out those whose port is not known', () => {
    const made = world();
    made.ports.set('10.1.0.2', 'veth2');
    made.bridge.write(podsWith(2, 3));
    expect(bound(made)).toEqual([['veth2', 0x0a01_0002]]);
  });

  test('follows what comes and goes, and writes nothing where nothing did', () => {
    const made = world();
    made.ports.set('10.1.0.2', 'veth2');
    made.bridge.write(podsWith(2));
    made.bridge.write(podsWith(2));
    made.ports.set('10.1.0.3', 'veth3');
    made.bridge.write(podsWith(2, 3));
    made.ports.delete('10.1.0.2');
    made.bridge.write(podsWith(3));
    expect(made.writes).toEqual(['install', 'write', 'write']);
    expect(bound(made)).toEqual([['veth3', 0x0a01_0003]]);
    expect(portsIn(made)).toEqual(['veth3']);
  });

  test('stays, closed to everybody, when the last port went', () => {
    const made = world();
    made.ports.set('10.1.0.2', 'veth2');
    made.bridge.write(podsWith(2));
    made.ports.clear();
    made.bridge.write([]);
    expect(bound(made)).toEqual([]);
    expect(portsIn(made)).toEqual([]);
  });

  test('that was there becomes what is meant', () => {
    const made = world(bridgeLayout('ringfence'));
    made.ports.set('10.1.0.2', 'veth2');
    made.bridge.write(podsWith(2));
    expect(made.writes).toEqual(['restore']);
    expect(bound(made)).toEqual([['veth2', 0x0a01_0002]]);
  });

  test('is read back where the kernel refuses a change', () => {
    const made = world();
    made.ports.set('10.1.0.2', 'veth2');
    made.bridge.write([]);
    made.refuse('write');
    made.bridge.write(podsWith(2));
    expect(made.writes).toEqual(['install', 'write', 'restore']);
    expect(bound(made)).toEqual([['veth2', 0x0a01_0002]]);
  });

  test('is what it was before where nothing can be written, and is tried again', () => {
    const made = world();
    made.ports.set('10.1.0.2', 'veth2');
    made.bridge.write([]);
    made.refuse('write', 'restore');
    expect(() => made.bridge.write(podsWith(2))).toThrow('ENOMEM');
    made.refuse();
    made.bridge.write(podsWith(2));
    expect(bound(made)).toEqual([['veth2', 0x0a01_0002]]);
  });
});
