import type { Issue, Path } from '../issue.ts';
import type { Wire } from '../schema/definitions.ts';
import { warning } from '../schema/field-error.ts';
import { fieldOf, type JsonObject, valueAt } from '../schema/json-object.ts';
import { flowYaml } from '../yaml.ts';

type Spec = Wire<'NetworkPolicySpec'>;
type WirePeer = Wire<'NetworkPolicyPeer'>;

/** What a server accepts without a word, though it seldom means what its author thinks. */
export function ambiguities(value: JsonObject, spec: Spec | undefined): readonly Issue[] {
  if (spec === undefined) return [];
  return [
    ...lostEgress(value, spec),
    ...inertRules(spec),
    ...(spec.ingress ?? []).flatMap(({ from }, index) =>
      twoDashes(value, from ?? [], ['spec', 'ingress', index, 'from']),
    ),
    ...(spec.egress ?? []).flatMap(({ to }, index) =>
      twoDashes(value, to ?? [], ['spec', 'egress', index, 'to']),
    ),
  ];
}

/** `egress: []` without `policyTypes` looks like "deny all egress", and leaves egress open. */
function lostEgress(value: JsonObject, spec: Spec): readonly Issue[] {
  const written = fieldOf(fieldOf(value, 'spec'), 'egress');
  const isEmpty = written === null || (Array.isArray(written) && written.length === 0);
  if (!isEmpty || (spec.policyTypes ?? []).length > 0) return [];
  const types =
    fieldOf(fieldOf(value, 'spec'), 'ingress') === undefined ? '[Egress]' : '[Ingress, Egress]';
  const detail =
    'without policyTypes an empty list does not isolate for egress: only ingress is denied';
  const hint = `to deny all egress write \`policyTypes: ${types}\``;
  return [warning('ambiguous', { path: ['spec', 'egress'], hint }, detail)];
}

/** Rules of a direction that `policyTypes` leaves out. */
function inertRules({ policyTypes = [], ingress = [], egress = [] }: Spec): readonly Issue[] {
  if (policyTypes.length === 0) return [];
  const written = [
    { field: 'ingress', type: 'Ingress', count: ingress.length },
    { field: 'egress', type: 'Egress', count: egress.length },
  ];
  // A type in the wrong case is an error of its own.
  const lower = policyTypes.map((type) => type.toLowerCase());
  return written
    .filter(({ field, count }) => count > 0 && !lower.includes(field))
    .map(({ field, type }) => {
      const detail = `these rules have no effect: policyTypes does not list "${type}"`;
      const hint = `add \`${type}\` to \`policyTypes\`, or remove \`${field}\``;
      return warning('ambiguous', { path: ['spec', field], hint }, detail);
    });
}

/** Two items, of which one selects pods only and the other namespaces only: OR, where AND may be meant. */
function twoDashes(value: JsonObject, peers: readonly WirePeer[], path: Path): readonly Issue[] {
  return peers.flatMap((peer, index) => {
    const previous = peers[index - 1];
    if (previous === undefined || !complement(previous, peer)) return [];
    const first = valueAt(value, [...path, index - 1]);
    const both = Object.assign({}, first, valueAt(value, [...path, index]));
    const detail = `this item and the one before it are alternatives: each alone allows a connection`;
    const hint = `to require both write one item, with one dash: \`- ${flowYaml(both)}\``;
    return [warning('ambiguous', { path: [...path, index], hint }, detail)];
  });
}

function complement(left: WirePeer, right: WirePeer): boolean {
  return (
    (selectsPods(left) && selectsNamespaces(right)) ||
    (selectsNamespaces(left) && selectsPods(right))
  );
}

function selectsPods(peer: WirePeer): boolean {
  return (
    peer.podSelector !== undefined &&
    peer.namespaceSelector === undefined &&
    peer.ipBlock === undefined
  );
}

function selectsNamespaces(peer: WirePeer): boolean {
  return (
    peer.namespaceSelector !== undefined &&
    peer.podSelector === undefined &&
    peer.ipBlock === undefined
  );
}
