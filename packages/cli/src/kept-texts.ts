// An `import` of node:fs would load all of its streams, a tenth of a start.
const { readFileSync, renameSync, statSync, writeFileSync } = process.getBuiltinModule('node:fs');

/** What programs are made of, by the files that it is written in. */
export interface KeptTexts {
  /** The text of a file as it is now. */
  textOf(path: string): string;
  /** Keeps for the next process what this one had to make. Where that is impossible nothing is kept. */
  keep(): void;
}

interface Text {
  /** Of the file when it was read: whoever changes it changes one of them. */
  readonly changedAt: number;
  readonly size: number;
  readonly text: () => string;
}

/**
 * Makes texts of files, and keeps them in one file for all: to open two hundred files takes longer
 * than to ask the system when they were last changed.
 *
 * @param file where they are kept.
 * @param make what a file's content is turned into.
 */
export function keptTexts(file: string, make: (content: string) => string): KeptTexts {
  const texts = readTexts(file);
  let isNew = false;
  return {
    textOf(path) {
      // First, so that what is written meanwhile is read again the next time.
      const { ctimeMs: changedAt, size } = statSync(path);
      const known = texts.get(path);
      if (known?.changedAt === changedAt && known.size === size) return known.text();
      const text = make(readFileSync(path, 'utf8'));
      texts.set(path, { changedAt, size, text: () => text });
      isNew = true;
      return text;
    },
    keep() {
      if (isNew) writeTexts(file, texts);
    },
  };
}

/** A line that says what follows, in the order in which it follows. */
type Head = readonly (readonly [path: string, changedAt: number, size: number, bytes: number])[];

const NEWLINE = 10;

function readTexts(file: string): Map<string, Text> {
  const texts = new Map<string, Text>();
  try {
    const bytes = readFileSync(file);
    let start = bytes.indexOf(NEWLINE) + 1;
    const head: Head = JSON.parse(bytes.toString('utf8', 0, start));
    for (const [path, changedAt, size, length] of head) {
      const from = start;
      texts.set(path, { changedAt, size, text: () => bytes.toString('utf8', from, from + length) });
      start += length;
    }
    // It was cut short.
    if (start !== bytes.length) texts.clear();
  } catch {
    // There is none yet, or none that can be read: everything is made anew.
    texts.clear();
  }
  return texts;
}

function writeTexts(file: string, texts: ReadonlyMap<string, Text>): void {
  const kept = [...texts].filter(([path]) => statSync(path, { throwIfNoEntry: false }));
  const bodies = kept.map(([, { text }]) => Buffer.from(text()));
  const head: Head = kept.map(([path, { changedAt, size }], index) => [
    path,
    changedAt,
    size,
    bodies[index]?.length ?? 0,
  ]);
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...bodies]));
    // Others that start meanwhile read the whole of it, or of the one before.
    renameSync(draft, file);
  } catch {
    // The folder cannot be written: the next start takes as long as this one.
  }
}
