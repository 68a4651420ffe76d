import { decodeNamespace } from './objects/decode-namespace.ts';
import { decodeNode } from './objects/decode-node.ts';
import { decodePod } from './objects/decode-pod.ts';
import { decodeService } from './objects/decode-service.ts';
import { decodeWorkload } from './objects/decode-workload.ts';
import type { Draft } from './objects/draft.ts';
import type { KubernetesObject } from './objects/kubernetes-object.ts';
import { decodePolicy, isPolicyKind } from './policy/decode-policy.ts';
import { unreachable } from './unreachable.ts';

/** Decodes an object of a known kind. Where the draft has errors afterwards, the result is no good. */
export function decodeKind(draft: Draft): KubernetesObject {
  const { kind } = draft;
  if (isPolicyKind(kind)) return decodePolicy({ ...draft, kind });
  switch (kind) {
    case 'Namespace':
      return decodeNamespace({ ...draft, kind });
    case 'Node':
      return decodeNode({ ...draft, kind });
    case 'Pod':
      return decodePod({ ...draft, kind });
    case 'Service':
      return decodeService({ ...draft, kind });
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
    case 'CronJob':
    case 'ReplicationController':
      return decodeWorkload({ ...draft, kind });
    default:
      return unreachable(kind);
  }
}
