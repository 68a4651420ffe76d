import { choice, type Format, list, text, whole, wrong } from './format.ts';
import { optional, record, required } from './record.ts';

/**
 * One test of a NetAssert v2 file: a TCP or UDP connection between two resources, or to a host.
 *
 * @see https://github.com/controlplaneio/netassert
 */
export interface NetAssertTest {
  readonly name: string;
  readonly type: 'k8s';
  readonly protocol: 'tcp' | 'udp';
  readonly targetPort: number;
  readonly timeoutSeconds: number;
  readonly attempts: number;
  /** 0: the connection must succeed; anything else: it must not. */
  readonly exitCode: number;
  readonly src: { readonly k8sResource: NetAssertResource };
  readonly dst: NetAssertTarget;
}

export interface NetAssertResource {
  readonly kind: 'deployment' | 'statefulset' | 'daemonset' | 'pod';
  readonly name: string;
  readonly namespace: string;
}

export interface NetAssertTarget {
  readonly k8sResource: NetAssertResource | undefined;
  readonly host: { readonly name: string } | undefined;
}

const RESOURCE: Format<NetAssertResource> = record({
  kind: required(
    'deployment, statefulset, daemonset or pod.',
    choice(['deployment', 'statefulset', 'daemonset', 'pod']),
  ),
  name: required("The resource's name.", text()),
  namespace: required("The resource's namespace.", text()),
});

const TARGET: Format<NetAssertTarget> = exactlyOneTarget(
  record({
    k8sResource: optional('A resource of the cluster.', RESOURCE, undefined),
    host: optional(
      'A host, by name or address.',
      record({ name: required('Its name or address.', text()) }),
      undefined,
    ),
  }),
);

function exactlyOneTarget(format: Format<NetAssertTarget>): Format<NetAssertTarget> {
  return {
    ...format,
    read(input, path) {
      const read = format.read(input, path);
      if (read.kind === 'failed') return read;
      const { k8sResource, host } = read.value;
      if ((k8sResource === undefined) === (host === undefined)) {
        return wrong('invalid', path, 'must hold either `k8sResource` or `host`');
      }
      return read;
    },
  };
}

/** The format of a NetAssert v2 file. */
export const NETASSERT: Format<readonly NetAssertTest[]> = list(
  record({
    name: required('The name of the test.', text()),
    type: optional('Always k8s.', choice(['k8s']), 'k8s'),
    protocol: optional('tcp or udp.', choice(['tcp', 'udp']), 'tcp'),
    targetPort: required("The destination's port.", whole(1, 65_535)),
    timeoutSeconds: optional('Of no meaning without packets.', whole(1, 1_000_000), 15),
    attempts: optional('Of no meaning without packets.', whole(1, 1_000_000), 3),
    exitCode: optional(
      '0 where the connection must succeed.',
      whole(-2_147_483_648, 2_147_483_647),
      0,
    ),
    src: required(
      'Who connects.',
      record({ k8sResource: required('A resource of the cluster.', RESOURCE) }),
    ),
    dst: required('Who is connected to.', TARGET),
  }),
);
