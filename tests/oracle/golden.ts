import type { Answer, Case, Cause } from './answer.ts';
import type { JsonMap } from './corpus/mutations.ts';

/** A golden file: the versions that answered, and what they answered. */
export interface Golden {
  /** Go modules and their versions. */
  readonly madeWith: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}

interface Head {
  readonly madeWith: Readonly<Record<string, string>>;
  /** Ends of messages that occur often; `§0` stands for the first. */
  readonly phrases: readonly string[];
}

interface Line extends Answer {
  readonly manifest: JsonMap;
}

/** Writes a golden file: one line of JSON for each case, below a head. */
export function writeGolden({ madeWith, cases }: Golden): string {
  const messages = cases.flatMap(({ answer }) =>
    (answer.errors ?? []).map(({ message }) => message),
  );
  const phrases = frequentPhrases(messages);
  const head: Head = { madeWith, phrases };
  const lines = cases.map(({ manifest, answer }): Line => {
    const errors = answer.errors?.map((cause) => abbreviated(cause, phrases));
    return errors === undefined ? { manifest, ...answer } : { manifest, ...answer, errors };
  });
  return `${[head, ...lines].map((line) => JSON.stringify(line)).join('\n')}\n`;
}

/** Reads a golden file. */
export function readGolden(text: string): Golden {
  const [first = '', ...rest] = text.trimEnd().split('\n');
  const { madeWith, phrases }: Head = JSON.parse(first);
  const cases = rest.map((line): Case => {
    const { manifest, ...answer }: Line = JSON.parse(line);
    const errors = answer.errors?.map((cause) => spelledOut(cause, phrases));
    return { manifest, answer: errors === undefined ? answer : { ...answer, errors } };
  });
  return { madeWith, cases };
}

function frequentPhrases(messages: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const message of messages) {
    const phrase = /: ((?:a|name part|prefix part|must) [^"]{40,})$/u.exec(message)?.[1];
    if (phrase !== undefined) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 5).map(([phrase]) => phrase);
}

function abbreviated({ field, message }: Cause, phrases: readonly string[]): Cause {
  const index = phrases.findIndex((phrase) => message.endsWith(`: ${phrase}`));
  const phrase = phrases[index];
  return phrase === undefined
    ? { field, message }
    : { field, message: `${message.slice(0, -phrase.length)}§${index}` };
}

function spelledOut({ field, message }: Cause, phrases: readonly string[]): Cause {
  const written = message.replace(/§(\d+)$/u, (_, index: string) => phrases[Number(index)] ?? '');
  return { field, message: written };
}
