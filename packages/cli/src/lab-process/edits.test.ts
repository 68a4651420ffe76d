import { expect, test } from 'vitest';
import { createEdits } from './edits.ts';

const limits = { signal: new AbortController().signal, timeoutMs: 60_000 };

test('whoever asks waits for what is pending, also where it is noticed only now', async () => {
  const edits = createEdits();
  const order: string[] = [];
  const read = edits.read(limits).then(() => order.push('read'));
  await new Promise(setImmediate);
  edits.onPending(true);
  setImmediate(() => {
    order.push('told');
    edits.onPending(false);
  });
  await read;
  expect(order).toEqual(['told', 'read']);
});

test('nobody waits where nothing is pending', async () => {
  await createEdits().read(limits);
});
