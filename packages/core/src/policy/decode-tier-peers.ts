import { type Issue, type Path } from '../issue.ts';
import type { Draft } from '../objects/draft.ts';
import type { Wire } from '../schema/definitions.ts';
import { duplicateValue, isUnreadable, tooLong, warning } from '../schema/field-error.ts';
import { countCharacters } from '../schema/limits.ts';
import { decodeNetwork } from './decode-cidr.ts';
import { domainNameIssues } from './domain-names.ts';
import { decodeSelector } from './decode-selector.ts';
import { decodeSubject } from './decode-subject.ts';
import type { IpBlock, Peer, Peers } from './policy.ts';

/** Every kind of peer that some tier's rule can have; no rule can have them all. */
export type WireTierPeer = Wire<'TierIngressPeer'> & Partial<Wire<'TierEgressPeer'>>;

/** Decodes the peers of a tier's rule; at least one is required. */
export function decodeTierPeers(
  wire: readonly WireTierPeer[] | undefined,
  path: Path,
  draft: Draft,
): Peers {
  const peers = (wire ?? []).map((peer, index) => decodeTierPeer(peer, [...path, index], draft));
  return { kind: 'peers', peers };
}

function decodeTierPeer(wire: WireTierPeer, path: Path, draft: Draft): Peer {
  const { reading, issues } = draft;
  const field = reading === 'stored' ? takeUnknownField(path, issues) : undefined;
  if (field !== undefined) return { kind: 'unknown', field };
  if (wire.domainNames !== undefined) {
    const found = domainNameIssues(wire.domainNames, [...path, 'domainNames'], issues);
    for (const issue of found) issues.push(issue);
    const detail =
      'domain names cannot be evaluated: an Accept rule accepts nothing by them, any other rule denies everything';
    issues.push(warning('ambiguous', { path: [...path, 'domainNames'] }, detail));
    return { kind: 'unknown', field: 'domainNames' };
  }
  if (wire.nodes !== undefined) {
    const nodes = decodeSelector(wire.nodes, { path: [...path, 'nodes'], reading, issues });
    return { kind: 'nodes', nodes };
  }
  if (wire.networks !== undefined) {
    return {
      kind: 'ipBlocks',
      blocks: decodeNetworks(wire.networks, [...path, 'networks'], draft),
    };
  }
  const { namespaces, pods } = decodeSubject(wire, { path, reading, issues });
  return { kind: 'pods', namespaces: { kind: 'matching', namespaces }, pods };
}

/**
 * Takes back the complaint about a stored peer that says nothing we know: a newer server knew it.
 * The rule then fails closed.
 */
function takeUnknownField(path: Path, issues: Issue[]): string | undefined {
  const isOfPeer = (issue: Issue): boolean =>
    path.every((step, index) => issue.path[index] === step) &&
    (issue.path.length === path.length ||
      (issue.code === 'unknownField' && issue.path.length === path.length + 1));
  const index = issues.findIndex(isOfPeer);
  const issue = issues[index];
  if (issue === undefined) return undefined;
  const field = issue.code === 'unknownField' ? String(issue.path.at(-1)) : '';
  const detail = `${issue.message}: the rule fails closed`;
  issues[index] = { ...issue, code: 'ambiguous', severity: 'warning', message: detail };
  return field;
}

/** No block in its canonical form is longer. */
const LONGEST_NETWORK = 43;

function decodeNetworks(texts: readonly string[], path: Path, draft: Draft): readonly IpBlock[] {
  const { reading, issues } = draft;
  const blocks: IpBlock[] = [];
  for (const [index, text] of texts.entries()) {
    const at = [...path, index];
    if (isUnreadable(issues, at)) continue;
    if (texts.indexOf(text) < index) issues.push(duplicateValue({ path: at }, text));
    if (countCharacters(text) > LONGEST_NETWORK) {
      issues.push(tooLong({ path: at }, LONGEST_NETWORK));
      continue;
    }
    const cidr = decodeNetwork(text, { path: at, reading, issues });
    if (cidr !== undefined) blocks.push({ cidr, except: [] });
  }
  return blocks;
}
