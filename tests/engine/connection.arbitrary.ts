import type { Connection, Endpoint, KubernetesObject } from '@ringfence/core';
import * as fc from 'fast-check';
import { podsOf } from './naive.ts';
import { arbAddress, arbObjects, NAMESPACES, PORTS } from './objects.arbitrary.ts';

/** Ends that may or may not exist. */
const arbLooseEndpoint: fc.Arbitrary<Endpoint> = fc.oneof(
  fc.record({
    kind: fc.constant('pod' as const),
    namespace: fc.constantFrom(...NAMESPACES),
    name: fc.constantFrom('p0', 'p1', 'p2', 'p3', 'Deployment/web', 'StatefulSet/db'),
  }),
  { weight: 4, arbitrary: arbAddress.map((address) => ({ kind: 'address' as const, address })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('n1', 'n2').map((name) => ({ kind: 'node' as const, name })),
  },
);

/** Mostly a pod that is there. */
function arbEndpointOf(objects: readonly KubernetesObject[]): fc.Arbitrary<Endpoint> {
  const pods = podsOf(objects).map(
    ({ namespace, name }): Endpoint => ({ kind: 'pod', namespace, name }),
  );
  if (pods.length === 0) return arbLooseEndpoint;
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...pods) },
    { weight: 2, arbitrary: arbLooseEndpoint },
  );
}

/** Connections, mostly between pods that these objects have. */
function arbConnectionOf(objects: readonly KubernetesObject[]): fc.Arbitrary<Connection> {
  return fc
    .record({
      from: arbEndpointOf(objects),
      to: arbEndpointOf(objects),
      protocol: fc.constantFrom(
        'TCP' as const,
        'TCP' as const,
        'UDP' as const,
        'SCTP' as const,
        'other' as const,
      ),
      port: fc.oneof(
        fc.constantFrom(...PORTS),
        fc.constantFrom(...PORTS).map((port) => Math.min(65_535, port + 1)),
      ),
      family: fc.constantFrom('IPv4' as const, 'IPv6' as const, 'any' as const),
      viaService: fc.boolean(),
    })
    .map((connection) =>
      connection.protocol === 'other' ? { ...connection, port: 0 } : connection,
    );
}

export interface Case {
  readonly objects: readonly KubernetesObject[];
  readonly connections: readonly Connection[];
}

/** A cluster with questions about it. */
export const arbCase: fc.Arbitrary<Case> = arbObjects.chain((objects) =>
  fc.record({
    objects: fc.constant(objects),
    connections: fc.array(arbConnectionOf(objects), { minLength: 1, maxLength: 12 }),
  }),
);
