import { describe, expect, test } from 'vitest';
import type { FailureNotice } from '../core/airbyte-look.ts';
import { examine } from './examine.ts';
import { remember } from './memory.ts';
import { monitorReportSchema } from './report-schema.ts';
import {
  attempt,
  failedAttempt,
  failedJob,
  found,
  HOUR,
  hourly,
  job,
  look,
  MINUTE,
  NOW,
  openJob,
} from './testing/build-look.ts';

const hung = found.bind(undefined, 'job_hung');
const failed = found.bind(undefined, 'job_failed');
const falseSuccess = found.bind(undefined, 'false_success');
const alerts = found.bind(undefined, 'alert_not_sent');
const running = (startedAt: number) =>
  attempt({ status: 'running', createdAt: startedAt, updatedAt: startedAt, endedAt: undefined });

test('when all is well nothing is found, and the report fits its schema', () => {
  const report = examine(look());
  expect(report).toMatchObject({ findings: [], verdict: 'nothing_wrong', isComplete: true });
  expect(monitorReportSchema.parse(report)).toEqual(report);
});

describe('health', () => {
  test.each([
    ['unhealthy', true, 'problem'],
    ['unreachable', true, 'problem'],
    ['unreachable', false, 'unknown'],
  ] as const)('%s, other answers %s: %s', (state, hasAnswered, verdict) => {
    const health = { state, responseMs: 5000, detail: 'It says so.' };
    expect(found('api_health', look({ health, hasAnswered }))).toMatchObject([{ verdict, severity: 'critical' }]);
  });
});

describe('failed jobs', () => {
  test('are told with origin, type and message, and critical until a later one succeeds', () => {
    const [finding] = failed(look({ jobs: [failedJob(7)] }));
    expect(finding).toMatchObject({ severity: 'critical', jobId: 7, connectionName: 'Orders', workspaceId: 'w1' });
    expect(finding?.summary).toContain('the source went away');
    expect(finding?.known).toContain('origin source, type system_error');
    const recovered = failed(look({ jobs: [failedJob(7, { createdAt: NOW - HOUR }), job(8)] }));
    expect(recovered).toMatchObject([{ severity: 'warning' }]);
  });

  test('count by their end: one made before the window that failed in it is there, one that failed before it is not', () => {
    const made = NOW - 30 * HOUR;
    const ended = (endedAt: number) =>
      failedJob(7, { createdAt: made, attempts: [failedAttempt(0, made, { endedAt })] });
    expect(failed(look({ jobs: [ended(NOW - HOUR)] }))).toHaveLength(1);
    expect(failed(look({ jobs: [ended(NOW - 25 * HOUR)] }))).toEqual([]);
  });

  test('of a connection that is not listed are told by its id; cancelled ones are no failures', () => {
    expect(failed(look({ jobs: [failedJob(7, { connectionId: 'gone' })] }))).toMatchObject([
      { connectionName: 'gone' },
    ]);
    expect(failed(look({ jobs: [job(7, { status: 'cancelled' })] }))).toEqual([]);
  });
});

describe('hung jobs', () => {
  test('a long first sync is not called hung; one that takes far longer than usual is suspected, not convicted', () => {
    const open = openJob(1, NOW - 5 * HOUR, [running(NOW - 5 * HOUR)]);
    expect(hung(look({ jobs: [open] }))).toEqual([]);
    const [finding] = hung(look({ jobs: [...hourly(24).slice(0, 10), open] }));
    expect(finding).toMatchObject({ severity: 'warning', verdict: 'problem' });
    expect(finding?.cannotTell.join()).toContain('slow sync and a dead one look the same');
  });

  test('a running job within the time that the version takes to notice a death is not suspected', () => {
    const open = openJob(1, NOW - 20 * MINUTE, [running(NOW - 20 * MINUTE)]);
    const jobs = [...hourly(24).slice(0, 10), open];
    expect(hung(look({ jobs }))).toEqual([]);
    expect(hung(look({ jobs, version: '1.8.5' }))).toHaveLength(1);
  });

  test('between 0.63 and 1.3 nothing ends it by itself, which makes it critical', () => {
    const jobs = [...hourly(24).slice(0, 10), openJob(1, NOW - 5 * HOUR, [running(NOW - 5 * HOUR)])];
    expect(hung(look({ jobs, version: '1.2.0' }))).toMatchObject([{ severity: 'critical' }]);
    expect(hung(look({ jobs, version: '1.2.0' }))[0]?.known.join()).toContain('WORKLOAD_MONITOR_ENABLED');
  });

  test('a watching monitor suspects what shows nothing new, and not what moves on', () => {
    const at = (now: number, records: number) =>
      look({
        at: now,
        jobs: [openJob(1, NOW - HOUR, [{ ...running(NOW - HOUR), recordsEmitted: records }])],
      });
    const stuck = remember(remember(undefined, at(NOW, 5)), at(NOW + HOUR, 5));
    expect(hung(at(NOW + HOUR, 5), { memory: stuck })).toHaveLength(1);
    const moving = remember(remember(undefined, at(NOW, 5)), at(NOW + HOUR, 6));
    expect(hung(at(NOW + HOUR, 6), { memory: moving })).toEqual([]);
  });

  test('nothing lives longer than three days', () => {
    expect(hung(look({ jobs: [openJob(1, NOW - 73 * HOUR, [running(NOW - 73 * HOUR)])] }))).toMatchObject([
      { severity: 'critical' },
    ]);
  });

  test('the pause that the retry policy prescribes is none; one far beyond it is', () => {
    const attempts = [0, 1, 2].map((number) => failedAttempt(number, NOW - (40 - number) * MINUTE));
    const open = (agoMinutes: number) =>
      openJob(1, NOW - HOUR, [...attempts, failedAttempt(3, NOW - (agoMinutes + 1) * MINUTE)], 'incomplete');
    expect(hung(look({ jobs: [open(30)] }))).toEqual([]);
    expect(hung(look({ jobs: [open(33)] }))).toMatchObject([{ severity: 'critical' }]);
  });

  test('a job whose last attempt succeeded, or whose attempts are used up, should be over', () => {
    const done = openJob(1, NOW - HOUR, [attempt({ createdAt: NOW - HOUR })]);
    expect(hung(look({ jobs: [done] }))[0]?.summary).toContain('the attempt succeeded');
    const used = [0, 1, 2, 3, 4].map((number) => failedAttempt(number, NOW - (60 - number) * MINUTE));
    expect(hung(look({ jobs: [openJob(1, NOW - HOUR, used, 'incomplete')] }))[0]?.summary).toContain(
      'complete failures in a row',
    );
  });

  test('a job without an attempt, and one queued for long', () => {
    expect(hung(look({ jobs: [openJob(1, NOW - 20 * MINUTE, [], 'pending')] }))).toEqual([]);
    expect(hung(look({ jobs: [openJob(1, NOW - 40 * MINUTE, [], 'pending')] }))).toMatchObject([
      { severity: 'critical' },
    ]);
    expect(hung(look({ jobs: [openJob(1, NOW - 40 * MINUTE, [], 'queued')] }))).toEqual([]);
    expect(hung(look({ jobs: [openJob(1, NOW - 90 * MINUTE, [], 'queued')] }))).toMatchObject([
      { severity: 'warning' },
    ]);
  });

  test('a limit that is given replaces the timers', () => {
    const jobs = [openJob(1, NOW - 5 * MINUTE, [running(NOW - 5 * MINUTE)])];
    expect(hung(look({ jobs }), { hungAfterMs: 6 * MINUTE })).toEqual([]);
    expect(hung(look({ jobs }), { hungAfterMs: 4 * MINUTE })).toMatchObject([{ severity: 'critical' }]);
  });
});

describe('false successes', () => {
  const succeeded = (id: number, changes: Parameters<typeof attempt>[0]) => job(id, { attempts: [attempt(changes)] });
  test('records that were emitted and not committed', () => {
    const [finding] = falseSuccess(look({ jobs: [succeeded(1, { recordsCommitted: 90 })] }));
    expect(finding).toMatchObject({ severity: 'critical', verdict: 'problem' });
    expect(finding?.summary).toContain('10 of its 100 records were not committed');
  });

  test('rejected records, nothing new, and what an earlier attempt emitted in vain are no contradiction', () => {
    const jobs = [
      succeeded(1, { recordsCommitted: 90, recordsRejected: 10 }),
      succeeded(2, { recordsEmitted: 0, recordsCommitted: 0 }),
      job(3, { attempts: [failedAttempt(0, NOW - HOUR, { recordsEmitted: 50 }), attempt({ number: 1 })] }),
    ];
    expect(falseSuccess(look({ jobs }))).toEqual([]);
  });

  const none = { recordsEmitted: undefined, recordsCommitted: undefined, recordsRejected: undefined } as const;
  test('no numbers at all, where others have them', () => {
    expect(falseSuccess(look({ jobs: [job(1), succeeded(2, none)] }))).toMatchObject([
      { jobId: 2, verdict: 'problem' },
    ]);
    expect(falseSuccess(look({ jobs: [job(1), job(2, { attempts: [] })] }))).toMatchObject([{ jobId: 2 }]);
  });

  test('where no job shows numbers it is unknown, once', () => {
    expect(falseSuccess(look({ jobs: [succeeded(1, none), succeeded(2, none)] }))).toMatchObject([
      { verdict: 'unknown' },
    ]);
  });

  test('where committed records are not told it is unknown; a reset moves nothing', () => {
    expect(falseSuccess(look({ jobs: [succeeded(1, { recordsCommitted: undefined })] }))).toMatchObject([
      { verdict: 'unknown' },
    ]);
    expect(falseSuccess(look({ jobs: [job(1, { type: 'clear', attempts: [] })] }))).toEqual([]);
  });

  test('a success whose last attempt failed', () => {
    const jobs = [job(1, { attempts: [failedAttempt(0, NOW - HOUR)] })];
    expect(falseSuccess(look({ jobs }))[0]?.summary).toContain('its last attempt is failed');
  });
});

describe('alerts that were not sent', () => {
  const workspaces = (failureNotice: FailureNotice) => ({
    items: [{ workspaceId: 'w1', name: 'Main', failureNotice }],
    gaps: [],
  });
  const jobs = [failedJob(7)];
  const sink = (jobIds: number[], withoutJob: string[] = []) =>
    ({ kind: 'read', jobIds: new Set(jobIds), withoutJob }) as const;

  test('a failure in a workspace without a notification', () => {
    expect(alerts(look({ jobs, workspaces: workspaces('none') }))).toMatchObject([
      { verdict: 'problem', workspaceId: 'w1' },
    ]);
    expect(alerts(look({ jobs, workspaces: workspaces('unknown') }))).toMatchObject([{ verdict: 'unknown' }]);
    // E-mail is the default of every workspace, and sent by few.
    expect(alerts(look({ jobs, workspaces: workspaces('mail') }))).toMatchObject([{ verdict: 'unknown' }]);
    expect(alerts(look({ jobs, workspaces: workspaces('set') }))).toEqual([]);
    expect(alerts(look({ workspaces: workspaces('none') }))).toEqual([]);
  });

  test('a failure of which the sink has no alert', () => {
    expect(alerts(look({ jobs, alerts: sink([8]) }))).toMatchObject([
      { verdict: 'problem', jobId: 7, severity: 'critical' },
    ]);
    expect(alerts(look({ jobs, alerts: sink([7]) }))).toEqual([]);
    const fresh = [failedJob(7, { createdAt: NOW - 90_000 })];
    expect(alerts(look({ jobs: fresh, alerts: sink([]) }))).toEqual([]);
  });

  test('unknown where the sink does not answer, or an alert does not name its job', () => {
    expect(alerts(look({ jobs, alerts: { kind: 'unknown', detail: 'no answer' } }))).toMatchObject([
      { verdict: 'unknown' },
    ]);
    expect(alerts(look({ jobs, alerts: sink([], ['Your connection Orders just failed']) }))).toMatchObject([
      { verdict: 'unknown' },
    ]);
  });
});

describe('what was not read', () => {
  test('makes the report incomplete and its verdict unknown', () => {
    const report = examine(
      look({ jobs: { items: hourly(24), gaps: [{ sentence: 'jobs from number 501 on: no answer' }] } }),
    );
    expect(report).toMatchObject({ isComplete: false, verdict: 'unknown' });
    expect(report.findings).toMatchObject([{ kind: 'not_read', verdict: 'unknown' }]);
  });

  test('a status of a later version, and an Airbyte that shows no connection, are not fine', () => {
    expect(found('not_read', look({ jobs: [job(1, { status: 'paused' })] }))[0]?.summary).toContain('paused');
    expect(examine(look({ jobs: [], connections: [] })).verdict).toBe('unknown');
  });
});

test('problems come first, the gravest of them on top, and each connection tells how many name it', () => {
  const report = examine(
    look({ jobs: [failedJob(7), failedJob(6, { createdAt: NOW - 2 * HOUR }), job(5, { status: 'paused' })] }),
  );
  expect(report.findings.map(({ severity, verdict }) => `${severity} ${verdict}`)).toEqual([
    'critical problem',
    'critical problem',
    'warning problem',
    'warning unknown',
  ]);
  expect(report.connections).toMatchObject([
    { name: 'Orders', source: 'Shop', destination: 'Warehouse', findings: 3, schedule: { text: 'every 1 hours' } },
  ]);
  expect(report.failedJobs[0]).toMatchObject({ jobId: 7, failureOrigin: 'source', bytesSynced: 0 });
});
