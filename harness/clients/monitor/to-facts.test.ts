import { describe, expect, test } from 'vitest';
import { toSchedule, toWorkspace } from './to-facts.ts';

describe('a schedule', () => {
  test.each([
    ['manual', { scheduleType: 'manual', scheduleData: null }, { kind: 'manual' }],
    ['none, before there were types', { schedule: null }, { kind: 'manual' }],
    [
      'deprecated',
      { schedule: { units: 6, timeUnit: 'hours' } },
      { kind: 'basic', everyMs: 21_600_000, text: 'every 6 hours' },
    ],
    [
      'basic',
      { scheduleType: 'basic', scheduleData: { basicSchedule: { timeUnit: 'weeks', units: 2 } } },
      { kind: 'basic', everyMs: 1_209_600_000, text: 'every 2 weeks' },
    ],
    [
      'cron, with its time zone',
      {
        scheduleType: 'cron',
        scheduleData: { cron: { cronExpression: '0 0 9 ? * MON-FRI', cronTimeZone: 'Europe/Berlin' } },
      },
      { kind: 'cron', expression: '0 0 9 ? * MON-FRI', timeZone: 'Europe/Berlin' },
    ],
  ])('%s', (_what, reply, expected) => expect(toSchedule(reply)).toEqual(expected));

  test.each([
    ['cron that cannot be read', { scheduleType: 'cron', scheduleData: { cron: { cronExpression: 'daily' } } }],
    ['a type without data', { scheduleType: 'basic', scheduleData: null }],
    ['a type of a later version', { scheduleType: 'event', scheduleData: {} }],
    [
      'a unit that is none',
      { scheduleType: 'basic', scheduleData: { basicSchedule: { timeUnit: 'moons', units: 1 } } },
    ],
  ])('%s is unknown', (_what, reply) => expect(toSchedule(reply).kind).toBe('unknown'));
});

test.each([
  [
    'a webhook',
    {
      notificationSettings: {
        sendOnFailure: { notificationType: ['slack'], slackConfiguration: { webhook: 'http://x' } },
      },
    },
    'set',
  ],
  ['e-mail', { notificationSettings: { sendOnFailure: { notificationType: ['customerio'] } } }, 'mail'],
  [
    'a webhook without an address',
    { notificationSettings: { sendOnFailure: { notificationType: ['slack'], slackConfiguration: { webhook: '' } } } },
    'none',
  ],
  [
    'a webhook that is switched off',
    { notificationSettings: { sendOnFailure: { notificationType: [], slackConfiguration: { webhook: 'http://x' } } } },
    'none',
  ],
  ['settings for success alone', { notificationSettings: {} }, 'none'],
  ['the old list', { notifications: [{ sendOnFailure: true, slackConfiguration: { webhook: 'http://x' } }] }, 'set'],
  [
    'the old list, for success alone',
    { notifications: [{ sendOnFailure: false, slackConfiguration: { webhook: 'http://x' } }] },
    'none',
  ],
  ['neither', {}, 'unknown'],
])('the failure notice of a workspace with %s', (_what, reply, expected) => {
  const facts = toWorkspace({ workspaceId: 'w1', name: '', ...reply });
  expect(facts).toEqual({ workspaceId: 'w1', name: 'w1', failureNotice: expected });
});
