import { uninstall } from '@ringfence/agent';
import type { KubernetesObject } from '@ringfence/core';
import { DEFAULT_COMPILE_OPTIONS } from '@ringfence/dataplane';
import {
  type Change,
  commit,
  KernelError,
  type NetlinkSocket,
  nftTables,
  openNetfilterSocket,
} from '@ringfence/netlink';
import { expect } from 'vitest';
import { NAMESPACES, objectOf } from '../flows/cast.ts';
import { upsert } from '../flows/random-changes.ts';
import { policyOf } from './guard.ts';
import { nodesOf, restarted, UPGRADES } from './restarts.ts';
import { BOTH, testFaults } from './test-faults.ts';
import type { Fault } from './trial.ts';

const PODS = 5_000;
const POLICIES = 1_000;
/** So many of them are for the pods that are here, too. */
const HERE = 50;

/** Pods elsewhere, and policies about ports that no flow has. */
function crowd(): readonly KubernetesObject[] {
  const pods = Array.from({ length: PODS }, (_, index) =>
    objectOf({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        namespace: NAMESPACES[index % 2],
        name: `crowd-${index}`,
        labels: { crowd: `${index % POLICIES}` },
      },
      spec: { nodeName: 'elsewhere', containers: [{ name: 'main', image: 'any' }] },
      status: {
        podIPs: [
          { ip: `10.251.${Math.floor(index / 250)}.${1 + (index % 250)}` },
          { ip: `fd00:10:251::${(index + 1).toString(16)}` },
        ],
      },
    }),
  );
  const policies = Array.from({ length: POLICIES }, (_, index) =>
    policyOf(NAMESPACES[index % 2] ?? 'one', `crowd-${index}`, {
      podSelector: index < HERE ? {} : { matchLabels: { crowd: `${index}` } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { crowd: `${index}` } } }],
          ports: [{ port: 9_000 + index }],
        },
      ],
    }),
  );
  return [...pods, ...policies];
}

/** No table is there, then one that lets nothing through, then all that the policies mean. */
const coldStart: Fault['round'] = async (trial, count) => {
  const { networks, traffic, tell, inForce } = trial;
  const nodes = nodesOf(trial);
  const { table, markMask } = DEFAULT_COMPILE_OPTIONS;
  trial.expect(() => 'nothing');
  await trial.now(`${count}: no rules`, () => undefined);
  await Promise.all(nodes.map(trial.stopAgent));
  for (const node of nodes) networks.get(node)?.enter(() => uninstall(table, markMask));
  const speak = trial.keepSilent();
  trial.expect(() => 'closed');
  await trial.now(`${count}: closed start`, () => nodes.forEach((node) => trial.startAgent(node)));
  await traffic.spoken(30);
  trial.expect();
  tell(`${count}: all is told`, speak);
  await inForce();
  await traffic.spoken(30);
};

/** Somebody who owns nothing tries to change our table: none of it is taken. */
const edited: Fault['round'] = async ({ networks, traffic }) => {
  for (const network of networks.values()) {
    const socket = network.enter(openNetfilterSocket);
    try {
      const codes = editsOf(socket).map((edit) => refusalOf(() => commit(socket, [edit])));
      expect(new Set(codes)).toEqual(new Set(['EPERM']));
    } finally {
      socket.close();
    }
  }
  await traffic.spoken(5);
};

function editsOf(socket: NetlinkSocket): readonly Change[] {
  const { table: first } = DEFAULT_COMPILE_OPTIONS;
  const ours = nftTables(socket).filter(({ name }) => [first, `${first}_2`].includes(name));
  return ours.flatMap(({ family, name: table }): readonly Change[] => [
    { kind: 'deleteTable', table: { family, name: table } },
    { kind: 'flushTable', table: { family, name: table } },
    { kind: 'flushChain', chain: { family, table, name: 'prerouting' } },
    { kind: 'flushSet', set: { family, table, name: 'bound4' } },
  ]);
}

function refusalOf(edit: () => void): string {
  try {
    edit();
    return 'taken';
  } catch (error) {
    if (error instanceof KernelError) return error.code;
    throw error;
  }
}

const FEW = {
  // What the crowd brings is compiled while everybody speaks.
  packets: 40_000,
} as const;

testFaults('agents', [
  {
    ...FEW,
    title: 'a start without rules, with 5,000 pods and 1,000 policies',
    begin: async ({ tellAgents, inForce, tell }) => {
      tell('a crowd', () => tellAgents(crowd().map(upsert)));
      await inForce();
    },
    rounds: 2,
    round: coldStart,
  },
  {
    ...FEW,
    title: 'a start with the rules of 5,000 pods and 1,000 policies',
    begin: async ({ tellAgents, inForce, tell }) => {
      tell('a crowd', () => tellAgents(crowd().map(upsert)));
      await inForce();
    },
    rounds: 3,
    round: restarted(() => ({})),
  },
  {
    ...FEW,
    title: 'an upgrade to another layout, and back',
    ...UPGRADES,
    on: BOTH,
  },
  { ...FEW, title: "somebody else's edits of our table", on: BOTH, rounds: 50, round: edited },
]);
