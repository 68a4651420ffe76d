import { clusterOf, decode, formatAddress, type IpAddress } from '@ringfence/core';
import {
  applied,
  createNodeRules,
  DEFAULT_COMPILE_OPTIONS,
  type LocalPod,
  type Ruleset,
} from '@ringfence/dataplane';
import { KernelError } from '@ringfence/netlink';
import { isDeepStrictEqual } from 'node:util';
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
  /** Somebody else writes. */
  edit(ruleset: Ruleset): void;
  refuse(...writes: readonly string[]): void;
}

function world(adopted?: Ruleset, { hasOther = false } = {}): World {
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
    hasOther,
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
      const was = held;
      held = ruleset;
      const isSame: boolean = isDeepStrictEqual(was?.elements, ruleset.elements);
      return isSame ? 'same' : 'mended';
    },
    repair(ruleset) {
      return this.restore(ruleset());
    },
    tidy: () => undefined,
  };
  const interfaces: PodInterfaces = {
    isPod: () => true,
    interfaceOf: () => 'cni0',
    portOf: (address: IpAddress) => ports.get(formatAddress(address)),
    lacksPort: () => false,
    pin: () => undefined,
    reconsider: () => false,
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
    edit: (ruleset) => void (held = ruleset),
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

  test('closes its ports while pods are not known, where there is none', () => {
    const made = world();
    made.bridge.close();
    expect(made.writes).toEqual([]);
    made.ports.set('10.1.0.2', 'veth2');
    made.bridge.close();
    made.bridge.close();
    expect(made.writes).toEqual(['install']);
    expect([portsIn(made), bound(made)]).toEqual([['veth2'], []]);
    made.bridge.write(podsWith(2));
    expect(made.writes).toEqual(['install', 'write']);
    expect(bound(made)).toEqual([['veth2', 0x0a01_0002]]);
  });

  test('that was there closes ports that came since, and leaves the others', () => {
    const before = world();
    before.ports.set('10.1.0.2', 'veth2');
    before.bridge.write(podsWith(2));
    const made = world(before.held());
    made.ports.set('10.1.0.2', 'veth2');
    made.bridge.close();
    expect(made.writes).toEqual([]);
    made.ports.set('10.1.0.3', 'veth3');
    made.bridge.close();
    made.bridge.close();
    expect(made.writes).toEqual(['write']);
    expect([portsIn(made), bound(made)]).toEqual([['veth2', 'veth3'], [['veth2', 0x0a01_0002]]]);
    made.bridge.write(podsWith(2, 3));
    expect(made.writes).toEqual(['write', 'restore']);
  });

  test('of another layout is left alone until pods are known', () => {
    const made = world(undefined, { hasOther: true });
    made.ports.set('10.1.0.2', 'veth2');
    made.bridge.close();
    expect(made.writes).toEqual([]);
  });

  test('is repaired to what it was last: nothing, what was taken over, what was written', () => {
    const made = world(bridgeLayout('ringfence'));
    const any = { kind: 'any' } as const;
    expect(world().bridge.repair(any)).toBeUndefined();
    expect(made.bridge.repair(any)).toBe('same');
    made.ports.set('10.1.0.2', 'veth2');
    made.bridge.write(podsWith(2));
    const after = bound(made);
    made.edit(bridgeLayout('ringfence'));
    expect(made.bridge.repair(any)).toBe('mended');
    expect(bound(made)).toEqual(after);
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
