import { expect, test } from 'vitest';
import { sentence } from './sentence.ts';

test.each([
  ['job 1 hangs', 'Job 1 hangs.'],
  ['Job 1 failed: the worker was gone.', 'Job 1 failed: the worker was gone.'],
  ['what is it?', 'What is it?'],
])('%s', (text, expected) => {
  expect(sentence(text)).toBe(expected);
});
