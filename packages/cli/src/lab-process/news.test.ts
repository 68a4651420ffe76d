import { expect, test } from 'vitest';
import { createNews } from './news.ts';

const never = new AbortController().signal;

test('a wait ends when what is told makes it hold', async () => {
  const news = createNews();
  let count = 0;
  const waited = news.until(() => count === 2, { signal: never, timeoutMs: 60_000 });
  for (count = 1; count <= 2; count += 1) {
    news.tell();
    if (count === 2) break;
  }
  await waited;
  expect(count).toBe(2);
});

test('nobody waits for what holds already', async () => {
  await createNews().until(() => true, { signal: never, timeoutMs: 60_000 });
});

test('a wait has an end', async () => {
  const news = createNews();
  await news.until(() => false, { signal: never, timeoutMs: 1 });
  await news.until(() => false, { signal: AbortSignal.abort(), timeoutMs: 60_000 });
  const controller = new AbortController();
  const waited = news.until(() => false, { signal: controller.signal, timeoutMs: 60_000 });
  controller.abort();
  await waited;
});
