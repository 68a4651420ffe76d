import type { Cidr, Family } from '@ringfence/core';
import { commit, openNetfilterSocket } from '@ringfence/netlink';
import type { LabNode } from '../network/node.ts';
import { type ClusterAddresses, createClusterSets, serviceRangeChanges } from './cluster-sets.ts';
import type { Portal, ServicePortals } from './portal.ts';
import { TABLE } from './service-sets.ts';
import { serviceTable } from './service-table.ts';
import { createServiceWriter } from './service-writer.ts';
import { forgetStaleFlows, type Leading, leadingOf } from './stale-flows.ts';

/** How a node leads what comes to Services. */
export interface ServiceProxyOptions {
  /** Where Services have their addresses: what is not known there is refused. */
  readonly serviceRanges?: readonly Cidr[];
  /** Whether what pods send to the outside leaves with their node's address; true when absent. */
  readonly masqueradeEgress?: boolean;
  /**
   * The interfaces by which other nodes and the outside are reached; `eth0` and `vxlan0` when absent.
   * What comes in by any other is of this node's pods.
   */
  readonly uplinks?: readonly string[];
}

/** What kube-proxy is on a node: it leads what comes to Services to their backends. */
export interface ServiceProxy {
  /**
   * Makes of a Service what it is now; without portals it is gone. TCP connections that are
   * established stay where they are; flows of UDP and SCTP are led anew when their endpoint is gone.
   */
  apply(key: string, portals: readonly Portal[]): void;
  /** Does the same for many at once, in few transactions. */
  applyAll(services: Iterable<ServicePortals>): void;
  remove(key: string): void;
  /** Tells which addresses are inside; until then all are outside. */
  setCluster(cluster: ClusterAddresses): void;
  /** Takes all of it away. */
  close(): void;
}

/** How many services are written in one transaction, and how many endpoints, as a rule at most. */
const MOST_SERVICES = 100;
const MOST_ENDPOINTS = 2_000;

/**
 * Starts to lead what comes to Services in a node's namespace, in kube-proxy's places: NAT before
 * routing and at output, refusals where packets are filtered. It has a table of its own.
 *
 * A change of one Service touches only elements that are this Service's, in one transaction, and costs
 * the same however many others there are.
 *
 * @throws {KernelError} when the kernel refuses.
 */
export function createServiceProxy(
  node: Pick<LabNode, 'name' | 'station' | 'addresses'>,
  options: ServiceProxyOptions = {},
): ServiceProxy {
  const { serviceRanges = [], masqueradeEgress = true, uplinks = ['eth0', 'vxlan0'] } = options;
  const socket = openNetfilterSocket(node.station.namespace);
  const clusterSets = createClusterSets();
  const write = createServiceWriter(node.name);

  /** Where Services lead flows that do not end by themselves. */
  const leadings = new Map<string, Leading>();

  const lead = ({ key, portals }: ServicePortals): LeadingChange => {
    const before = leadings.get(key) ?? NOWHERE;
    const now = leadingOf(portals, node);
    if (now.size === 0) leadings.delete(key);
    else leadings.set(key, now);
    return { before, now };
  };

  const applyAll = (services: readonly ServicePortals[]): void => {
    const writing = write(services);
    try {
      commit(socket, writing.changes);
    } catch (error) {
      writing.undo();
      throw error;
    }
    forgetStaleFlows(socket, services.map(lead));
  };

  const address = (family: Family): string | undefined =>
    node.addresses.find((own) => own.family === family)?.address;
  try {
    commit(socket, [
      ...serviceTable({ uplinks, address, masqueradeEgress }),
      ...serviceRangeChanges(serviceRanges),
    ]);
  } catch (error) {
    socket.close();
    throw error;
  }

  return {
    apply: (key, portals) => applyAll([{ key, portals }]),
    applyAll(services) {
      for (const batch of batches(services)) applyAll(batch);
    },
    remove: (key) => applyAll([{ key, portals: [] }]),
    setCluster(cluster) {
      const { changes, done } = clusterSets.update(cluster);
      commit(socket, changes);
      done();
    },
    close() {
      commit(socket, [{ kind: 'deleteTable', table: TABLE }]);
      socket.close();
    },
  };
}

interface LeadingChange {
  readonly before: Leading;
  readonly now: Leading;
}

const NOWHERE: Leading = new Map();

/** The kernel takes only so much at once, in user namespaces not very much. */
function* batches(services: Iterable<ServicePortals>): Generator<readonly ServicePortals[]> {
  let batch: ServicePortals[] = [];
  let endpoints = 0;
  for (const service of services) {
    const own = service.portals.reduce((sum, portal) => sum + portal.endpoints.length, 0);
    if (batch.length >= MOST_SERVICES || (batch.length > 0 && endpoints + own > MOST_ENDPOINTS)) {
      yield batch;
      [batch, endpoints] = [[], 0];
    }
    batch.push(service);
    endpoints += own;
  }
  if (batch.length > 0) yield batch;
}
