import {
  type Direction,
  type Finding,
  formatPath,
  type Path,
  type PolicyRef,
  type RuleRef,
  unreachable,
} from '@ringfence/core';
import type { Place } from '@ringfence/kube';
import type { Paint } from '../command-line/paint.ts';
import { peerPath, type Places, portPath, rulePath } from './place.ts';

/** What a finding's sentences speak of. */
export interface FindingContext {
  readonly direction: Direction;
  /** The end whose policies decide this direction, or the ends: what holds for each of them, and for none. */
  readonly subject: { readonly each: string; readonly any: string };
  /** What is missing where the finding is unknown. */
  readonly missing: string;
  readonly places: Places;
  readonly paint: Paint;
}

/** A line below a finding: where to look, and what is there. */
export interface Pointer {
  readonly place: Place | undefined;
  readonly what: string;
}

/** Explains one direction: a sentence, and the places that it rests on. */
export function findingText(
  finding: Finding,
  context: FindingContext,
): { readonly sentence: string; readonly pointers: readonly Pointer[] } {
  const { direction, subject, paint } = context;
  const passed = 'passed' in finding ? finding.passed.map((rule) => passedOn(rule, context)) : [];
  switch (finding.kind) {
    case 'notSubject':
      return said(`${paint.good('allowed')}: ${subject.each} ${NOT_SUBJECT[finding.end]}`);
    case 'self':
      return said(`${paint.good('allowed')}: a pod always reaches itself`);
    case 'ownNode':
      return said(`${paint.good('allowed')}: traffic between a pod and its own node`);
    case 'notIsolated':
      return said(
        `${paint.good('allowed')}: no policy isolates ${subject.any} for ${direction}`,
        passed,
      );
    case 'allowed':
      return said(`${paint.good('allowed')} by ${policyName(finding.by.policy)}`, [
        ...passed,
        ...ruleParts(finding.by, context),
      ]);
    case 'denied':
      return said(`${paint.bad('denied')}: isolated, and no rule allows it`, [
        ...passed,
        ...finding.isolatedBy.map((policy) => isolator(policy, context)),
      ]);
    case 'decidedByTier': {
      const outcome = finding.action === 'Accept' ? paint.good('allowed') : paint.bad('denied');
      const by = `${policyName(finding.by.policy)} (${finding.tier} tier, ${finding.action})`;
      return said(`${outcome} by ${by}`, [...passed, ...ruleParts(finding.by, context)]);
    }
    case 'unknown':
      return said(`unknown: ${context.missing}`);
    default:
      return unreachable(finding);
  }
}

const NOT_SUBJECT = {
  external: 'is outside the cluster, where no policy applies',
  node: 'is a node, and policies apply to pods only',
  hostNetwork: "uses its node's network, so policies do not apply to it",
} as const;

/** `NetworkPolicy shop/db`; without a slash for the kinds of the tiers. */
export function policyName({ kind, namespace, name }: PolicyRef): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

/** `examples/shop.yaml:12`, or nothing for what was not read from a file. */
export function placeText(place: Place | undefined): string {
  return place === undefined ? '' : `${place.file}:${place.line}`;
}

function said(
  sentence: string,
  pointers: readonly Pointer[] = [],
): { readonly sentence: string; readonly pointers: readonly Pointer[] } {
  return { sentence, pointers };
}

function isolator(policy: PolicyRef, { places }: FindingContext): Pointer {
  return { place: places.ofPolicy(policy), what: `isolated by ${policyName(policy)}` };
}

function passedOn(ref: RuleRef, { places }: FindingContext): Pointer {
  const path = rulePath(ref);
  const what = `passed on by ${policyName(ref.policy)}, ${formatPath(path)} (Pass)`;
  return { place: places.of(ref.policy, path), what };
}

/** The rule, and the peer and port in it that matched. */
function ruleParts(ref: RuleRef, { places, direction }: FindingContext): readonly Pointer[] {
  const other = direction === 'egress' ? 'anywhere' : 'anyone';
  const peer = peerPath(ref);
  const port = portPath(ref);
  const open = [peer === undefined ? other : '', port === undefined ? 'any port' : ''];
  const notes = open.filter((note) => note !== '').join(', ');
  const head = `${formatPath(rulePath(ref))}${notes === '' ? '' : ` (${notes})`}`;
  const pointer = (path: Path, what: string): Pointer => ({
    place: places.of(ref.policy, path),
    what,
  });
  return [
    pointer(rulePath(ref), head),
    ...[peer, port].flatMap((path) =>
      path === undefined ? [] : [pointer(path, formatPath(path))],
    ),
  ];
}
