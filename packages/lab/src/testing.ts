import { type IpAddress, parseAddress, type Pod, type Service } from '@ringfence/core';
import { missingPrivilege } from '@ringfence/netlink';

/** Why tests that need a network cannot run here; `undefined` where they can. */
export const missing: string | undefined = missingPrivilege();

/** A name for a group of tests, with the reason when they are skipped. */
export function titled(name: string): string {
  return missing === undefined ? name : `${name} (skipped: ${missing})`;
}

/** An address out of its text. */
export function address(text: string): IpAddress {
  const parsed = parseAddress(text);
  if (parsed.kind === 'failed') throw new Error(text);
  return parsed.value.address;
}

/** A pod of namespace `shop` on `node-1` that answers on port 8080. */
export function podNamed(name: string, rest: Partial<Pod> = {}): Pod {
  return {
    kind: 'Pod',
    namespace: 'shop',
    name,
    uid: `uid of ${name}`,
    labels: new Map(),
    owner: undefined,
    node: 'node-1',
    hostNetwork: false,
    finished: false,
    terminating: false,
    createdAt: 0,
    addresses: [],
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    hostname: '',
    subdomain: '',
    ...rest,
  };
}

/** A Service of namespace `shop` for the pods of `app: web`, on port 80, without an address yet. */
export function serviceNamed(name: string, rest: Partial<Service> = {}): Service {
  return {
    kind: 'Service',
    namespace: 'shop',
    name,
    type: 'ClusterIP',
    headless: false,
    families: [],
    dualStack: false,
    externalTrafficPolicy: 'Cluster',
    internalTrafficPolicy: 'Cluster',
    selector: new Map([['app', 'web']]),
    externalName: '',
    clusterIPs: [],
    ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 0 }],
    ...rest,
  };
}
