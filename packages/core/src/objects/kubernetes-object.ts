import type { Policy } from '../policy/policy.ts';
import type { Namespace, Node, Pod, Service, Workload } from './object.ts';

/** Everything of a cluster that bears on who may connect to whom. */
export type KubernetesObject = Namespace | Node | Pod | Workload | Service | Policy;
