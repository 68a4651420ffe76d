import path from 'node:path';
import { isSet, type Typed, valueOf, valuesOf } from '../command-line/command.ts';
import { badInput } from '../failure.ts';
import { namespaceOf } from '../input/load-cluster.ts';
import type { World } from '../world.ts';

/** How pods can be connected to their node; the first is the default. */
export const TOPOLOGIES = ['routed', 'bridge'] as const;

/** How nodes can reach the pods of others; the first is the default. */
export const ENCAPSULATIONS = ['none', 'vxlan'] as const;

/** What a lab is made of. */
export interface LabOptions {
  /** The cluster's folder. */
  readonly state: string;
  /** What has to be typed so that other commands mean this cluster, with a blank before it. */
  readonly naming: string;
  /** As typed, for messages. */
  readonly manifests: readonly string[];
  /** Absolute. */
  readonly paths: readonly string[];
  /** The namespace of objects that name none. */
  readonly namespace: string;
  readonly strict: boolean;
  /** At least so many; null leaves it to the manifests. */
  readonly nodes: number | null;
  readonly topology: (typeof TOPOLOGIES)[number];
  readonly encapsulation: (typeof ENCAPSULATIONS)[number];
}

const MOST_NODES = 100;

/** @throws {Failure} for what cannot be made. */
export function labOptions(world: World, typed: Typed, state: string): LabOptions {
  const manifests = valuesOf(typed, 'filename');
  if (manifests.length === 0) throw badInput('-f is needed: ringfence up -f DIR');
  return {
    state,
    naming: isSet(typed, 'state') ? ` --state ${valueOf(typed, 'state') ?? ''}` : '',
    manifests,
    paths: manifests.map((each) => (each === '-' ? each : path.resolve(world.cwd, each))),
    namespace: namespaceOf(typed),
    strict: isSet(typed, 'strict'),
    nodes: readCount(valueOf(typed, 'nodes')),
    topology: chosen(TOPOLOGIES, valueOf(typed, 'topology')),
    encapsulation: chosen(ENCAPSULATIONS, valueOf(typed, 'encapsulation')),
  };
}

function readCount(text: string | undefined): number | null {
  if (text === undefined) return null;
  const count = /^\d{1,3}$/u.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_NODES) return count;
  throw badInput(`--nodes: must be a number from 1 to ${MOST_NODES}, got \`${text}\``);
}

/** The value that was typed, else the first one; the parser has refused everything else. */
export function chosen<Value extends string>(
  values: readonly Value[],
  text: string | undefined,
): Value {
  const [first] = values;
  const found = values.find((each) => each === text) ?? first;
  if (found === undefined) throw new Error('there is nothing to choose from');
  return found;
}
