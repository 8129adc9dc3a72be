import { expect, test } from 'vitest';
import { describeNothing } from './run-outcome.ts';

const refusal =
  '\n✗ It may not be done, and nothing was touched. Changes are frozen now: Black Friday.\n  The label protects pod a.\n  → Wait for its end.\n  → Take the label away.\n';

test('a run that says why it may not begin was refused, with every reason and what to do', () => {
  expect(describeNothing(64, { stdout: '', stderr: refusal })).toEqual({
    how: 'refused',
    detail:
      'It may not be done, and nothing was touched. Changes are frozen now: Black Friday. The label protects pod a. → Wait for its end. → Take the label away.',
  });
});

test('a run that broke down, or was ended, was not refused', () => {
  for (const exitCode of [70, 130, 0, 1, null])
    expect(describeNothing(exitCode, { stdout: '', stderr: refusal }).how).toBe('not-begun');
});
