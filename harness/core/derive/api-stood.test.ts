import { expect, test } from 'vitest';
import { History } from '../history.ts';
import { apiStoodUntil } from './api-stood.ts';

/** Each with its start, its end and whether it was good, in the order in which the answers came. */
function historyOf(samples: readonly (readonly [start: number, end: number, ok: boolean])[]): History {
  const history = new History(1);
  for (const [i, [start, end, ok]] of samples.entries()) {
    history.add({ type: 'sample', probe: 'api health', intended: start, start, end, ok, i, t: end, trial: 1 });
  }
  return history;
}

test.each([
  [
    'it stood',
    [
      [0, 5, true],
      [500, 505, true],
      [1000, 1001, false],
      [1500, 1501, false],
    ],
    true,
  ],
  [
    'it was away before',
    [
      [0, 5, true],
      [500, 501, false],
      [1000, 1001, false],
    ],
    false,
  ],
  [
    'it was silent before, and what was asked then was answered late',
    [
      [0, 5, true],
      [1000, 1001, false],
      [500, 2500, false],
    ],
    false,
  ],
  [
    'it was bad once, and good again',
    [
      [0, 1, false],
      [500, 505, true],
      [1000, 1001, false],
    ],
    true,
  ],
  [
    'it never answered',
    [
      [0, 1, false],
      [1000, 1001, false],
    ],
    false,
  ],
] as const)('of an API that is away at 2 s, and was said to be taken away at 0.8 s: %s', (_, samples, stood) => {
  expect(apiStoodUntil(historyOf(samples), 800)).toBe(stood);
});
