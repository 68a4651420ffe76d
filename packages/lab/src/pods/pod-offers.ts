import { FAMILIES, type Family, type Pod } from '@ringfence/core';
import { serveDns } from '../dns/server.ts';
import type { AnswerMessage } from '../dns/server.ts';
import { respond } from '../traffic/responder.ts';
import type { AnsweredPort } from './answered-ports.ts';
import type { Offer, RunningPod } from './pod-runner.ts';

const DNS_PORT = 53;

/** Whether a pod is one that answers for cluster DNS. */
function isNameServer({ namespace, labels }: Pod): boolean {
  return namespace === 'kube-system' && labels.get('k8s-app') === 'kube-dns';
}

/**
 * What a pod answers with: its name, on each of its ports, in each family that it has; a name server
 * on port 53 with names.
 */
export function podOffers(
  { pod, addresses, station: { namespace } }: RunningPod,
  {
    ports,
    answer,
    onError,
  }: {
    readonly ports: readonly AnsweredPort[];
    readonly answer: AnswerMessage;
    readonly onError: (error: Error) => void;
  },
): readonly Offer[] {
  const used = new Set(addresses.map(({ family }) => family));
  const families: readonly Family[] = FAMILIES.filter((family) => used.has(family));
  const named = isNameServer(pod);
  const plain = ports.filter(
    ({ protocol, port }) => !(named && port === DNS_PORT && protocol !== 'SCTP'),
  );
  const offers = plain.flatMap(({ protocol, port }) =>
    families.map(
      (family): Offer => ({
        key: `${protocol} ${port} ${family}`,
        start: () => respond(namespace, { protocol, port, family, name: pod.name }, onError),
      }),
    ),
  );
  if (!named) return offers;
  return [
    ...offers,
    {
      key: `DNS ${families.join(' ')}`,
      start: () => serveDns(namespace, { families }, answer, onError),
    },
  ];
}
