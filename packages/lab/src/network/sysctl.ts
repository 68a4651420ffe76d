import { writeFileSync } from 'node:fs';
import type { NetworkNamespace } from '@ringfence/netlink';

/** Settings of a namespace by their names under `/proc/sys/net`, such as `ipv4/ip_forward`. */
export type Sysctls = Readonly<Record<string, string>>;

/** Writes settings of a namespace; those of the machine stay as they are. */
export function setSysctls(namespace: NetworkNamespace, settings: Sysctls): void {
  namespace.enter(() => {
    for (const [name, value] of Object.entries(settings)) {
      writeFileSync(`/proc/sys/net/${name}`, value);
    }
  });
}
