import { type ManifestRound, renderIssue } from '@ringfence/kube';
import type { LabOptions } from '../up/options.ts';

/** What keeps the manifests from being in force, each as people read it. */
export function errorTexts(round: ManifestRound): readonly string[] {
  if (round.kind === 'inForce') return [];
  return [...round.unread.map(({ message }) => message), ...round.errors.map(renderIssue)];
}

/** What the manifests are warned about, and what is wrong with watching them. */
export function warningTexts({ warnings, watching }: ManifestRound): readonly string[] {
  const texts = warnings.map((issue) => `${renderIssue(issue)}\n`);
  return watching.kind === 'events' ? texts : [...texts, `${watching.reason}\n`];
}

/** What became of an edit, in a few lines. */
export function roundText(round: ManifestRound, { manifests }: LabOptions): string {
  const names = manifests.join(', ');
  const errors = errorTexts(round);
  if (errors.length > 0) {
    return [`${names}: nothing is changed, because of what is wrong there now:`, ...errors].join(
      '\n',
    );
  }
  const count = round.kind === 'inForce' ? round.changes.length : 0;
  const changes = count === 1 ? 'one object has' : `${count} objects have`;
  const text =
    count === 0
      ? `${names}: what is said there is in force`
      : `${names}: ${changes} changed, and it is in force`;
  return [text, ...warningTexts(round).map((each) => each.trimEnd())].join('\n');
}
