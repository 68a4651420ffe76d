import { expect, test } from 'vitest';
import { KINDS } from './kinds.ts';
import { servedAs } from './served.ts';

test.each(Object.entries(KINDS))('%s is served', (kind, { apiVersion }) => {
  expect(servedAs(apiVersion, kind)).toEqual({ kind: 'served', name: kind });
});

test.each<[reason: string, apiVersion: string, kind: string, hint: string]>([
  [
    'the group that came first',
    'extensions/v1beta1',
    'NetworkPolicy',
    'write `apiVersion: networking.k8s.io/v1`: extensions/v1beta1 is no longer served',
  ],
  ['the core group', 'v1', 'NetworkPolicy', 'write `apiVersion: networking.k8s.io/v1`'],
  [
    'a group without a version',
    'networking.k8s.io',
    'NetworkPolicy',
    'write `apiVersion: networking.k8s.io/v1`',
  ],
  [
    'a group cut short',
    'networking/v1',
    'NetworkPolicy',
    'write `apiVersion: networking.k8s.io/v1`',
  ],
  [
    'a beta that never was',
    'networking.k8s.io/v1beta1',
    'NetworkPolicy',
    'write `apiVersion: networking.k8s.io/v1`: networking.k8s.io/v1beta1 is no longer served',
  ],
  [
    'an old Deployment',
    'extensions/v1beta1',
    'Deployment',
    'write `apiVersion: apps/v1`: extensions/v1beta1 is no longer served',
  ],
  [
    'an old StatefulSet',
    'apps/v1beta2',
    'StatefulSet',
    'write `apiVersion: apps/v1`: apps/v1beta2 is no longer served',
  ],
  [
    'an old CronJob',
    'batch/v1beta1',
    'CronJob',
    'write `apiVersion: batch/v1`: batch/v1beta1 is no longer served',
  ],
  [
    'an older CronJob',
    'batch/v2alpha1',
    'CronJob',
    'write `apiVersion: batch/v1`: batch/v2alpha1 is no longer served',
  ],
  ['lower case', 'networking.k8s.io/v1', 'networkpolicy', 'write `kind: NetworkPolicy`'],
  ['plural', 'v1', 'pods', 'write `kind: Pod`'],
  [
    'a short name',
    'v1',
    'netpol',
    'write `apiVersion: networking.k8s.io/v1` and `kind: NetworkPolicy`',
  ],
  [
    'a policy kind in another version',
    'policy.networking.k8s.io/v1alpha1',
    'ClusterNetworkPolicy',
    'write `apiVersion: policy.networking.k8s.io/v1alpha2`',
  ],
])('not served: %s', (_reason, apiVersion, kind, hint) => {
  const served = servedAs(apiVersion, kind);
  expect(served).toMatchObject({
    kind: 'noMatches',
    issue: { message: `no matches for kind "${kind}" in version "${apiVersion}"`, hint },
  });
});

test.each<[reason: string, apiVersion: string, kind: string, foreignPolicy: boolean]>([
  ['Calico', 'projectcalico.org/v3', 'NetworkPolicy', true],
  ['Calico in the datastore', 'crd.projectcalico.org/v1', 'GlobalNetworkPolicy', true],
  ['Cilium', 'cilium.io/v2', 'CiliumNetworkPolicy', true],
  ['Antrea', 'crd.antrea.io/v1beta1', 'ClusterNetworkPolicy', true],
  ['OVN-Kubernetes', 'k8s.ovn.org/v1', 'EgressFirewall', true],
  ['a mesh', 'security.istio.io/v1', 'AuthorizationPolicy', true],
  ['another kind of the same product', 'projectcalico.org/v3', 'IPPool', false],
  ['another Service', 'serving.knative.dev/v1', 'Service', false],
  ['another Job', 'batch.volcano.sh/v1alpha1', 'Job', false],
  ['a kind of Kubernetes', 'v1', 'ConfigMap', false],
  ['a method of every object', 'v1', 'constructor', false],
])('another kind: %s', (_reason, apiVersion, kind, foreignPolicy) => {
  expect(servedAs(apiVersion, kind)).toEqual({ kind: 'otherKind', foreignPolicy });
});
