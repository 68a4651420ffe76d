import type { KubernetesObject } from '@ringfence/core';
import { missingPrivilege } from '@ringfence/netlink';
import { describe, expect, test } from 'vitest';
import { objectOf } from './flows/cast.ts';
import { comeAndBeJudged, type Hold } from './flows/come-and-be-judged.ts';
import { countsText } from './flows/findings-text.ts';
import { setUp, type Stage } from './flows/stage.ts';
import { stopAndStart } from './flows/stop-and-start.ts';

// Nothing opens while a pod is new, nor while no agent runs; nothing that goes on is cut.

const missing = missingPrivilege();
const TOPOLOGIES = ['routed', 'bridge'] as const;
const PODS = 4;
const RESTARTS = 20;

const policy = (namespace: string, name: string, spec: object): KubernetesObject =>
  objectOf({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace, name },
    spec,
  });
const called = (name: string): object => ({ podSelector: { matchLabels: { called: name } } });

/** Who is new may talk with pod `a` and with one address outside; who else is there with some. */
const POLICIES: readonly KubernetesObject[] = [
  policy('one', 'new', {
    podSelector: { matchLabels: { app: 'new' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [called('a')] }],
    egress: [{ to: [called('a'), { ipBlock: { cidr: '203.0.113.130/32' } }] }],
  }),
  policy('two', 'some', {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ ports: [{ protocol: 'TCP' }] }],
    egress: [{ ports: [{ protocol: 'UDP' }] }],
  }),
  policy('one', 'nobody', {
    podSelector: { matchLabels: { called: 'a' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ podSelector: {} }] }],
  }),
];

/** The agents are busy with something else. */
const BUSY: Hold = {
  closes: false,
  begin: async () => undefined,
  stay: async (traffic) => traffic.holdStill(100),
  end: () => undefined,
};

/** No agent runs. */
const stopped = ({ agents, stopAgent, startAgent }: Stage): Hold => {
  const nodes = [...agents.keys()];
  return {
    closes: true,
    async begin() {
      await Promise.all(nodes.map(stopAgent));
    },
    stay: (traffic) => traffic.spoken(100),
    end() {
      for (const node of nodes) startAgent(node);
    },
  };
};

describe.skipIf(missing !== undefined)(
  missing === undefined ? 'closed start' : `closed start (skipped: ${missing})`,
  () => {
    const holds: readonly (readonly [string, (stage: Stage) => Hold])[] = [
      ['agents are busy', () => BUSY],
      ['no agent runs', stopped],
    ];
    const cases = TOPOLOGIES.flatMap((topology) =>
      holds.map(([when, hold]) => ({ when, topology, hold })),
    );
    test.each(cases)(
      'a pod that comes while $when sends and gets nothing that is denied, $topology',
      async ({ topology, when, hold }) => {
        const stage = await setUp(topology, POLICIES);
        try {
          for (let count = 0; count < PODS; count += 1) {
            const node = count % 2 === 0 ? 'node-1' : 'node-2';
            const findings = await comeAndBeJudged(stage, stage.places, {
              member: { namespace: 'one', name: 'new', node, uid: `new ${count}` },
              labels: { app: 'new' },
              hold: hold(stage),
            });
            const { allowed, denied, lost, leaked, faults, silent } = findings;
            process.stdout.write(`${topology}, ${when}, ${node}: ${countsText(findings)}\n`);
            expect([...faults]).toEqual([]);
            expect(silent).toEqual([]);
            expect({ lost, leaked }).toEqual({ lost: 0, leaked: 0 });
            // Else nothing was tested.
            expect(allowed).toBeGreaterThan(500);
            expect(denied).toBeGreaterThan(2_000);
          }
          expect(stage.complaints()).toEqual([]);
        } finally {
          await stage.close();
        }
      },
    );

    test.each(TOPOLOGIES)(`nobody notices ${RESTARTS} restarts of agents, %s`, async (topology) => {
      const stage = await setUp(topology);
      const traffic = await stage.converse({ everyMs: 4 });
      try {
        stage.lab.apply(POLICIES.map((object) => ({ kind: 'upsert', object })));
        await stage.settled();
        const findings = await stopAndStart(stage, traffic, { times: RESTARTS });
        const { allowed, denied, lost, leaked, faults } = findings;
        process.stdout.write(`${topology}, restarts: ${countsText(findings)}\n`);
        expect(stage.complaints()).toEqual([]);
        expect([...faults]).toEqual([]);
        expect({ lost, leaked }).toEqual({ lost: 0, leaked: 0 });
        expect(allowed).toBeGreaterThan(10_000);
        expect(denied).toBeGreaterThan(10_000);
      } finally {
        await traffic.stop();
        await stage.close();
      }
    });
  },
);
