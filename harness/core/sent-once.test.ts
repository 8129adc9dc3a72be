import { expect, test } from 'vitest';
import { sentOnce } from './sent-once.ts';

/* How it could lie: call clear what was asked for and not answered. */

const refused = { ofAnswer: (status: number) => status >= 500, ofError: (error: unknown) => error !== 'refused' };

test('nothing is unclear before anything is sent, and everything while it is', async () => {
  const once = sentOnce();
  expect(once.isUnclear()).toBe(false);
  let answer: (status: number) => void = () => undefined;
  const sent = once.send(() => new Promise<number>((resolve) => (answer = resolve)), refused);
  expect(once.isUnclear()).toBe(true);
  answer(200);
  expect([await sent, once.isUnclear()]).toEqual([200, false]);
});

test.each([
  ['an answer that leaves it open', () => Promise.resolve(503), true],
  ['a refusal', () => Promise.reject('refused'), false],
  ['a silence', () => Promise.reject('silent'), true],
])('what is unclear is told after %s', async (_, ask, isUnclear) => {
  const once = sentOnce();
  await once.send(ask, refused).catch(() => undefined);
  expect(once.isUnclear()).toBe(isUnclear);
});
