import { expect, test } from 'vitest';
import { History } from '../core/history.ts';
import { afterFault } from './faults.ts';

const INJECTED = {
  i: 0,
  t: 1010,
  trial: 1,
  type: 'fault.injected',
  fault: 'kill',
  targets: [],
  start: 1000,
  end: 1010,
} as const;

test('the next fault comes so much time after the latest one was injected', () => {
  const wait = afterFault({ delay: '2s' });
  const history = new History(1, [{ ...INJECTED, targets: [] }]);
  expect(wait.isOver(history, 3009)).toContain('after the fault');
  expect(wait.isOver(history, 3010)).toBe(true);
  history.add({ ...INJECTED, targets: [], i: 1, start: 4000, end: 4001 });
  expect(wait.isOver(history, 5000)).not.toBe(true);
});

test('without a delay it comes at once, but never before the first', () => {
  const wait = afterFault({ delay: '0s' });
  expect(wait.isOver(new History(1), 9000)).toBe('no fault has been injected yet');
  expect(wait.isOver(new History(1, [{ ...INJECTED, targets: [] }]), 1010)).toBe(true);
  expect(wait.name).toBe('right after the fault before it');
});
