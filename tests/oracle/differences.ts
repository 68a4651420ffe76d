import { type Decoded, formatPath, type Issue } from '@ringfence/core';
import { type Answer, isRefusal } from './answer.ts';
import { type Comparison, type Difference, reasonFor } from './on-purpose.ts';

/** In what our reading of a manifest differs from the server's, other than on purpose. */
export function differences(
  decoded: Decoded,
  answer: Answer,
  {
    custom,
    used,
  }: { readonly custom: boolean /** Takes the reasons that held. */; readonly used: Set<string> },
): readonly string[] {
  const ours = decoded.kind === 'invalid' ? errorsOf(decoded.issues) : [];
  const comparison: Comparison = { custom, ours, answer };
  return allDifferences(comparison).flatMap((difference) => {
    const reason = reasonFor(difference, comparison);
    if (reason === undefined) return [`only ${difference.by}: ${difference.message}`];
    used.add(reason);
    return [];
  });
}

function errorsOf(issues: readonly Issue[]): readonly Issue[] {
  return issues.filter(({ severity }) => severity === 'error');
}

/** Complaints that one side has and the other has not, as often as they occur. */
function allDifferences({ ours, answer }: Comparison): readonly Difference[] {
  const our = ours.map((issue): Difference => {
    const path = formatPath(issue.path);
    const isType = issue.code === 'typeMismatch';
    return { by: 'us', path, message: isType ? wrongType(path) : issue.message };
  });
  const their = complaintsOf(answer);
  if (isRefusal(answer) !== ours.length > 0 && their.length + our.length === 0) {
    throw new Error('a refusal without a complaint');
  }
  return [...without(our, their), ...without(their, our)];
}

function complaintsOf({ decode, strict = [], errors = [] }: Answer): readonly Difference[] {
  const by = 'Kubernetes';
  if (decode !== undefined) {
    const path = /Go struct field \w*\.(\S+) of type/u.exec(decode)?.[1];
    return [{ by, path: path ?? '', message: path === undefined ? decode : wrongType(path) }];
  }
  return [
    ...strict.map(
      (message) => ({ by, path: /"(.*)"/u.exec(message)?.[1] ?? '', message }) as const,
    ),
    ...errors.map(({ field, message }) => {
      const isType = message.includes(`${field} in body must be of type`);
      return {
        by,
        path: field,
        message: isType ? wrongType(field) : `${field}: ${message}`,
      } as const;
    }),
  ];
}

/** Kubernetes says this in two ways, and neither is meant for people; we say it in one. */
function wrongType(path: string): string {
  return `${path}: of a wrong type`;
}

function without(
  some: readonly Difference[],
  others: readonly Difference[],
): readonly Difference[] {
  const left = others.map(({ message }) => message);
  return some.filter(({ message }) => {
    const index = left.indexOf(message);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}
