import { type ManifestRound, renderIssue } from '@ringfence/kube';
import type { LabOptions } from '../up/options.ts';

/** What keeps the manifests from being in force, each as people read it. */
export function errorTexts(round: ManifestRound, options: LabOptions): readonly string[] {
  if (round.kind === 'inForce') return [];
  const unread = round.unread.map(({ message }) => `error: -f: ${message}`);
  return [...unread, ...round.errors.map(renderIssue)].map((text) => asTyped(text, options));
}

/** What the manifests are warned about, and what is wrong with watching them. */
export function warningTexts(
  { warnings, watching }: ManifestRound,
  options: LabOptions,
): readonly string[] {
  const texts = warnings.map((issue) => `${renderIssue(issue)}\n`);
  const watched = watching.kind === 'events' ? [] : [`${watching.reason}\n`];
  return [...texts, ...watched].map((text) => asTyped(text, options));
}

/** What became of an edit, in a few lines. */
export function roundText(round: ManifestRound, options: LabOptions): string {
  const names = options.manifests.join(', ');
  const errors = errorTexts(round, options);
  if (errors.length > 0) {
    const title = `${names}: nothing is changed, because of what is wrong there now:`;
    return [title, ...errors].join('\n');
  }
  const count = round.kind === 'inForce' ? round.changes.length : 0;
  const changes = count === 1 ? 'one object has' : `${count} objects have`;
  const what = count === 0 ? 'what is said there is in force' : `${changes} changed`;
  return [`${names}: ${what}`, ...warningTexts(round, options).map((each) => each.trimEnd())].join(
    '\n',
  );
}

/** Places are told by the paths that were typed, whatever they are for the lab's process. */
function asTyped(text: string, { paths, manifests }: LabOptions): string {
  return paths.reduce((told, path, index) => {
    const typed = manifests[index] ?? path;
    return told.replaceAll(path, typed === '-' ? '<stdin>' : typed.replace(/(?<=.)\/$/u, ''));
  }, text);
}
