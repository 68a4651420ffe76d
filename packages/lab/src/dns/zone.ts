import { failure } from './answer.ts';
import { CLUSTER_DOMAIN, type ClusterView } from './cluster-view.ts';
import type { Question, Response } from './message.ts';
import { type DomainName, labelsBelow, lowerCase, nameOf } from './name.ts';
import { entryOf, type NameEntry, recordOf, TTL_SECONDS } from './name-entry.ts';
import { outsideEntry } from './outside-names.ts';
import { podEntry } from './pod-names.ts';
import { type RecordData, type ResourceRecord, TYPE, typeOf } from './record.ts';
import { isReverseName, reverseEntry } from './reverse-names.ts';
import { serviceEntry } from './service-names.ts';

/** Aliases that lead to aliases: more than these lead in a circle. */
const MOST_ALIASES = 8;

/**
 * Answers a question about names out of what a cluster holds now, as Kubernetes' DNS-based service
 * discovery 1.1.0 says; names of no cluster are the outside's (`outsideEntry`).
 *
 * Total. Same cluster, same question, same answer: the order of addresses is the cluster's. A name
 * that does not exist is `nameError`; one that exists without a record of the type is `noError`
 * without answers, at which some clients end their way through the search list.
 *
 * @see https://github.com/kubernetes/dns/blob/master/docs/specification.md
 */
export function resolve(cluster: ClusterView, { name, type }: Question): Response {
  const answers: ResourceRecord[] = [];
  let asked = name;
  const authoritative = zoneOf(lowerCase(name)).length > 0;
  for (let aliases = 0; aliases <= MOST_ALIASES; aliases += 1) {
    const compared = lowerCase(asked);
    const entry = entryAt(cluster, compared);
    const authority = [recordOf(zoneOf(compared), AUTHORITY)];
    const nothing = { authoritative, answers, authority, additional: [] };
    if (entry === undefined) return { ...nothing, code: 'nameError' };
    const alias = entry.records.find(({ data }) => data.kind === 'CNAME')?.data;
    const wanted = entry.records.filter(({ data }) => type === TYPE.ANY || typeOf(data) === type);
    answers.push(...wanted.map(({ data }) => recordOf(asked, data)));
    if (wanted.length > 0) {
      return { ...nothing, code: 'noError', authority: [], additional: entry.additional };
    }
    if (alias?.kind !== 'CNAME') return { ...nothing, code: 'noError' };
    answers.push(recordOf(asked, alias));
    asked = alias.target;
  }
  return failure('serverFailure');
}

const SCHEMA_VERSION = '1.1.0';
const DNS_SERVICE = [...nameOf('kube-dns.kube-system.svc'), ...CLUSTER_DOMAIN];

/** Nobody copies a zone from here: the times between copies are what is usual, the serial is any. */
const AUTHORITY: RecordData = {
  kind: 'SOA',
  primary: DNS_SERVICE,
  mailbox: ['hostmaster', ...CLUSTER_DOMAIN],
  serial: 1,
  refreshSeconds: 7_200,
  retrySeconds: 1_800,
  expireSeconds: 86_400,
  negativeSeconds: TTL_SECONDS,
};

function entryAt(cluster: ClusterView, name: DomainName): NameEntry | undefined {
  if (isReverseName(name)) return reverseEntry(cluster, name);
  const below = labelsBelow(name, CLUSTER_DOMAIN);
  if (below === undefined) return outsideEntry(cluster, name);
  const [branch, inside] = [below.at(-1), below.slice(0, -1)];
  if (branch === undefined) {
    return entryOf(CLUSTER_DOMAIN, AUTHORITY, { kind: 'NS', target: DNS_SERVICE });
  }
  if (branch === 'svc') return serviceEntry(cluster, inside);
  if (branch === 'pod') return podEntry(cluster, inside);
  if (branch !== 'dns-version' || inside.length > 0) return undefined;
  return entryOf(name, { kind: 'TXT', text: SCHEMA_VERSION });
}

/** The zone that a name belongs to; for the outside that is the root, which is nobody's here. */
function zoneOf(name: DomainName): DomainName {
  if (labelsBelow(name, CLUSTER_DOMAIN) !== undefined) return CLUSTER_DOMAIN;
  return isReverseName(name) ? name.slice(-2) : [];
}
