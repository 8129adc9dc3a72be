import { expect, test } from 'vitest';
import type { EventBody } from '../../core/events.ts';
import { withoutRepeats } from './sentences.ts';

/* How it could mislead: be silent about the one sync of many that was interrupted, or bury it among all that went well. */

type Job = Extract<EventBody, { type: 'job' }>;
const attempt = (number: number, status: Job['attempts'][number]['status']): Job['attempts'][number] => ({
  number,
  status,
});
const LOOK = { trigger: 'schedule', previousStart: 0, start: 1, end: 2 } as const;

test('of syncs beside the one that is looked at those are told that were interrupted or ended badly', () => {
  const say = withoutRepeats();
  const told = (body: EventBody): string | undefined => say({ ...body, i: 0, t: 0, trial: 1 });
  for (const [connectionId, role] of [
    ['subject', 'subject'],
    ['other', 'background'],
  ] as const)
    told({ type: 'connection', connectionId, name: connectionId, role, schedule: 'its own' });
  const of = (connectionId: string, jobId: string, status: Job['status'], attempts: Job['attempts']): EventBody => ({
    type: 'job',
    jobId,
    connectionId,
    status,
    attempts,
    ...LOOK,
  });
  expect(told(of('subject', '1', 'running', [attempt(0, 'running')]))).toBe('  job 1: running, attempt 1 running');
  expect(told(of('other', '2', 'running', [attempt(0, 'running')]))).toBeUndefined();
  expect(told(of('other', '3', 'succeeded', [attempt(0, 'succeeded')]))).toBeUndefined();
  const second = [attempt(0, 'failed'), attempt(1, 'running')];
  expect(told(of('other', '2', 'running', second))).toBe('  job 2: running, attempt 2 running');
  expect(told(of('other', '2', 'running', second))).toBeUndefined();
  expect(told(of('other', '4', 'cancelled', [attempt(0, 'running')]))).toBe('  job 4: cancelled, attempt 1 running');
});
