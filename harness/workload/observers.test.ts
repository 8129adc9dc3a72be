import { expect, test } from 'vitest';
import { changedViews } from './observers.ts';

type View = Parameters<typeof changedViews>[1][number];
const running: View = { jobId: '1', connectionId: 'c', status: 'running', attempts: [], trigger: 'schedule' };
const seen = (...views: Parameters<typeof changedViews>[1]): Map<string, (typeof views)[number]> =>
  new Map(views.map((view) => [view.jobId, view]));

test('a job that looks as before is not news', () => {
  expect(changedViews(seen(running), [{ ...running }])).toEqual([]);
});

test('a job whose status changed is news', () => {
  const failed: View = { ...running, status: 'failed' };
  expect(changedViews(seen(running), [failed])).toEqual([failed]);
});

test('a job that the API no longer knows is said to be gone, once', () => {
  const gone = { ...running, isGone: true };
  expect(changedViews(seen(running), [])).toEqual([gone]);
  expect(changedViews(seen(gone), [])).toEqual([]);
});

test('a job that comes back is news again', () => {
  expect(changedViews(seen({ ...running, isGone: true }), [running])).toEqual([running]);
});

test('a job that a full page pushed out is not gone', () => {
  const page = Array.from({ length: 20 }, (_, index) => ({ ...running, jobId: `${index + 2}` }));
  expect(changedViews(seen(running, ...page), page)).toEqual([]);
});
