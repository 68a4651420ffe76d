import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { createFeedLine, type FeedLine } from './feed-line.ts';
import { isFeedMessage } from './feed-message.ts';
import { createFeedState } from './feed-state.ts';
import { createFrameReader, frameOf } from './frames.ts';
import { comes, goes, recorder, type Recorder } from './testing.ts';

/** A socket that is full when it is told so; what is read from it is written down. */
function reading(): {
  readonly line: FeedLine;
  readonly state: ReturnType<typeof createFeedState>;
  readonly heard: Recorder;
  fill(): void;
  drain(): void;
} {
  const events = new EventEmitter();
  const heard = recorder();
  const read = createFrameReader(1_000_000);
  let full = false;
  const socket = {
    on: events.on.bind(events),
    write(bytes: Buffer): boolean {
      for (const message of read(bytes)) {
        if (!isFeedMessage(message)) throw new Error('no message');
        if (message.kind === 'replace') heard.replace(message.objects, message.version);
        else if (message.kind === 'change') heard.change(message.changes, message.version);
        else heard.trouble(message.message);
      }
      return !full;
    },
  };
  const state = createFeedState();
  const line = createFeedLine(socket, state);
  return {
    line,
    state,
    heard,
    fill: () => void (full = true),
    drain() {
      full = false;
      events.emit('drain');
    },
  };
}

test('who reads slowly is told the last change of each object, in the order of these', () => {
  const { line, state, heard, fill, drain } = reading();
  const change = (version: number, ...changes: ReturnType<typeof comes>[]): void => {
    state.change(changes, `${version}`);
    const message = { kind: 'change', changes, version: `${version}` };
    line.change(changes, `${version}`, () => frameOf(message));
  };
  fill();
  change(1, comes('a'));
  change(2, comes('b'), comes('c'));
  change(3, goes('b'));
  change(4, comes('d'), comes('c', 'other'));
  line.trouble('passes');
  change(5, comes('e'));
  line.trouble('stays');
  expect(heard.told).toEqual(['~1 +a']);
  drain();
  expect(heard.told.slice(1)).toEqual(['~5 -b +d +c +e', '! stays']);
  change(6, goes('e'));
  expect(heard.told.at(-1)).toBe('~6 -e');
});

test('who is very far behind is told all that there is, once', () => {
  const { line, state, heard, fill, drain } = reading();
  state.replace([], '0');
  fill();
  line.replace();
  for (let round = 1; round <= 1_200; round += 1) {
    const changes = [comes(`p${round}`), goes(`p${round}`)];
    state.change(changes, `${round}`);
    line.change(changes, `${round}`, () => Buffer.alloc(0));
  }
  drain();
  expect(heard.told).toEqual(['=0', '=1200']);
});
