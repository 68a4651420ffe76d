import type { Path } from '../issue.ts';
import type { Draft } from '../objects/draft.ts';
import type { Wire } from '../schema/definitions.ts';
import { forbidden, isUnreadable, invalidValue, requiredValue } from '../schema/field-error.ts';
import { valueAt, isObject } from '../schema/json-object.ts';
import { type Cidr, cidrContains, formatCidr } from '../sets/cidr.ts';
import { decodeCidr } from './decode-cidr.ts';
import { decodeSelector } from './decode-selector.ts';
import type { IpBlock, Peer, Peers } from './policy.ts';

/** Decodes the peers of a NetworkPolicy's rule; no entry at all means anyone. */
export function decodePeers(
  wire: readonly Wire<'NetworkPolicyPeer'>[] | undefined,
  path: Path,
  draft: Draft,
): Peers {
  if (wire === undefined || wire.length === 0) return { kind: 'anyone' };
  const peers: Peer[] = [];
  for (const [index, each] of wire.entries()) {
    const peer = decodePeer(each, [...path, index], draft);
    if (peer !== undefined) peers.push(peer);
  }
  return { kind: 'peers', peers };
}

function decodePeer(
  { podSelector, namespaceSelector, ipBlock }: Wire<'NetworkPolicyPeer'>,
  path: Path,
  draft: Draft,
): Peer | undefined {
  const { reading, issues } = draft;
  const selectorAt = (
    field: string,
  ): { path: Path; reading: typeof reading; issues: typeof issues } => ({
    path: [...path, field],
    reading,
    issues,
  });
  if (podSelector === undefined && namespaceSelector === undefined && ipBlock === undefined) {
    if (!isUnreadable(issues, path)) {
      const hint = hintForNoPeer(valueAt(draft.value, path));
      issues.push(requiredValue({ path, hint }, 'must specify a peer'));
    }
    return undefined;
  }
  const pods = decodeSelector(podSelector, selectorAt('podSelector'));
  const namespaces = decodeSelector(namespaceSelector, selectorAt('namespaceSelector'));
  if (ipBlock === undefined) {
    return {
      kind: 'pods',
      namespaces:
        namespaceSelector === undefined ? { kind: 'own' } : { kind: 'matching', namespaces },
      pods,
    };
  }
  const block = decodeIpBlock(ipBlock, [...path, 'ipBlock'], draft);
  if (podSelector !== undefined || namespaceSelector !== undefined) {
    const hint = 'make it two items, with a dash each: either one then allows the connection';
    issues.push(forbidden({ path, hint }, 'may not specify both ipBlock and another peer'));
  }
  return block && { kind: 'ipBlocks', blocks: [block] };
}

function hintForNoPeer(written: unknown): string {
  const names = isObject(written) ? Object.keys(written) : [];
  const [name] = names;
  if (names.length === 1 && (name === 'podSelector' || name === 'namespaceSelector')) {
    return `write \`${name}: {}\`, which selects all`;
  }
  return 'write `podSelector: {}` for every pod of the namespace; a rule without peers allows anyone';
}

function decodeIpBlock(
  { cidr = '', except = [] }: Wire<'IPBlock'>,
  path: Path,
  draft: Draft,
): IpBlock | undefined {
  const { reading, issues } = draft;
  if (cidr === '') {
    if (!isUnreadable(issues, path)) issues.push(requiredValue({ path: [...path, 'cidr'] }));
    return undefined;
  }
  const outer = decodeCidr(cidr, { path: [...path, 'cidr'], reading, issues });
  if (outer === undefined) return undefined;
  const holes: Cidr[] = [];
  // What follows adds no issues of this kind: those that are there are looked through once.
  const unreadable = issues.filter((issue) => isUnreadable([issue], [...path, 'except']));
  for (const [index, text] of except.entries()) {
    const at = [...path, 'except', index];
    if (isUnreadable(unreadable, at)) continue;
    const hole = decodeCidr(text, { path: at, reading, issues });
    if (hole === undefined) continue;
    if (hole.length > outer.length && cidrContains(outer, hole)) holes.push(hole);
    else {
      const hint = `an \`except\` lies inside \`${formatCidr(outer)}\` and is smaller than it`;
      issues.push(invalidValue({ path: at, hint }, text, 'must be a strict subset of `cidr`'));
    }
  }
  return { cidr: outer, except: holes };
}
