import { formatPath, type Issue, type Path } from '../issue.ts';
import { duplicateValue, invalidValue, isUnreadable } from '../schema/field-error.ts';

/** The pattern of the custom resources, with its slip: `A-z` takes more than letters. */
const PATTERN =
  '^(\\*\\.)?([a-zA-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\\.)+[a-zA-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\\.?$';
const DOMAIN_NAME = new RegExp(PATTERN, 'u');

/** What is wrong with the domain names of a peer, other than what is known already. */
export function domainNameIssues(
  names: readonly string[],
  path: Path,
  known: readonly Issue[],
): readonly Issue[] {
  return names.flatMap((name, index) => {
    const at = [...path, index];
    if (isUnreadable(known, at)) return [];
    const issues: Issue[] = [];
    if (names.indexOf(name) < index) issues.push(duplicateValue({ path: at }, name));
    if (!DOMAIN_NAME.test(name)) {
      issues.push(
        invalidValue({ path: at }, name, `${formatPath(at)} in body should match '${PATTERN}'`),
      );
    }
    return issues;
  });
}
