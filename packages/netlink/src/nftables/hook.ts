import { attributesIn, stringIn } from '../codec/attributes.ts';
import type { Writer } from '../codec/writer.ts';
import { MalformedAnswer } from '../kernel-error.ts';
import type { Family } from './family.ts';
import { type Fields, numberField } from './fields.ts';

/** A place in the way of packets through the kernel. */
export type Hook =
  | 'prerouting'
  | 'input'
  | 'forward'
  | 'output'
  | 'postrouting'
  | 'ingress'
  | 'egress';

/** Where and when a base chain is asked. */
export interface HookPoint {
  readonly hook: Hook;
  /** Chains with smaller numbers come first. */
  readonly priority: number;
  /** For `ingress` and `egress`: the interfaces; `eth*` are all whose names begin so. Else empty. */
  readonly devices: readonly string[];
}

const NFTA_HOOK_HOOKNUM = 1;
const NFTA_HOOK_PRIORITY = 2;
const NFTA_HOOK_DEVS = 4;
const NFTA_DEVICE_NAME = 1;
const NFTA_DEVICE_PREFIX = 2;

const INET = ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress'] as const;
const HOOKS = {
  inet: INET,
  ip: INET,
  ip6: INET,
  bridge: INET,
  arp: ['input', 'output', 'forward'],
  netdev: ['ingress', 'egress'],
} as const satisfies Readonly<Record<Family, readonly Hook[]>>;

/** Writes what is in a chain's hook attribute. @throws {RangeError} for a hook of another family. */
export function writeHook(into: Writer, family: Family, point: HookPoint): void {
  const hooks: readonly Hook[] = HOOKS[family];
  const number = hooks.indexOf(point.hook);
  if (number === -1) throw new RangeError(`family ${family} has no hook ${point.hook}`);
  into.u32BEAttribute(NFTA_HOOK_HOOKNUM, number);
  into.u32BEAttribute(NFTA_HOOK_PRIORITY, point.priority >>> 0);
  if (point.devices.length === 0) return;
  into.nest(NFTA_HOOK_DEVS, (devices) => {
    for (const device of point.devices) writeDevice(devices, device);
  });
}

/** Reads a chain's hook attribute. */
export function readHook(fields: Fields, family: Family): HookPoint {
  const number = numberField(fields, NFTA_HOOK_HOOKNUM);
  const hook = HOOKS[family][number];
  if (hook === undefined) throw new MalformedAnswer(`family ${family} has no hook ${number}`);
  return {
    hook,
    priority: numberField(fields, NFTA_HOOK_PRIORITY) | 0,
    devices: devicesIn(fields),
  };
}

function writeDevice(into: Writer, device: string): void {
  if (device.endsWith('*')) into.stringAttribute(NFTA_DEVICE_PREFIX, device.slice(0, -1));
  else into.stringAttribute(NFTA_DEVICE_NAME, device);
}

function devicesIn(fields: Fields): readonly string[] {
  const devices = fields.get(NFTA_HOOK_DEVS);
  if (devices === undefined) return [];
  return [...attributesIn(devices)].map(({ type, value }) =>
    type === NFTA_DEVICE_PREFIX ? `${stringIn(value)}*` : stringIn(value),
  );
}
