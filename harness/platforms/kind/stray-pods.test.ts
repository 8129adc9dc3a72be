import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { isOverdue } from './stray-pods.ts';

const NOW_MS = Date.parse('2026-11-28T12:00:00Z');
const ending = (agoSeconds: number) => ({ metadata: { deletionTimestamp: new Date(NOW_MS - agoSeconds * 1000) } });

test.each([
  ['that nobody ends', { metadata: {} }, false],
  ['within its time of grace', ending(-20), false],
  ['whose time of grace has just ended', ending(5), false],
  ['whose node has come back and has not told yet', ending(45), false],
  ['that does not end', ending(46), true],
])('a pod %s is overdue: %s', (_what, pod, expected) => {
  expect(isOverdue(pod, NOW_MS)).toBe(expected);
});

test('also as a watch tells of it, with a text for a time', () => {
  const told: V1Pod = JSON.parse(JSON.stringify(ending(46)));
  expect(isOverdue(told, NOW_MS)).toBe(true);
});
