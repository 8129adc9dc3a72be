import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AUDIT_REQUIREMENTS, EXISTING_AUDIT_REQUIREMENTS, type AuditPoint } from '../../core/audit.ts';
import {
  seen,
  unseen,
  type ArchiveSeen,
  type AutoscalerSeen,
  type BaseBackupSeen,
  type BudgetSeen,
  type ComponentSeen,
  type DrillSeen,
  type Observations,
  type TestAlertSeen,
} from '../../core/audit-observations.ts';
import { auditResult, judgeReadiness } from './judge-readiness.ts';
import { renderAuditText } from './render-text.ts';
import { ago, autoscaler, budget, component, drill, readySystem } from './testing/ready-system.ts';

/*
 * How it could lie: show met what was not seen; believe a setting where the system shows otherwise (a budget that keeps nothing, an autoscaler that cannot act,
 * a standby that does not stream, an archive that PostgreSQL believes in); take an old backup, drill or export for a fresh one; count a drill that was made
 * elsewhere, or one that a newer failed one has overtaken; take a time in the future for a fresh one.
 */

function verdicts(observed: Observations): Record<string, string> {
  return Object.fromEntries(judgeReadiness(observed).map(({ id, verdict }) => [id, verdict]));
}

function pointOf(id: string, changes: Partial<Observations>): AuditPoint {
  const found = judgeReadiness(readySystem(changes)).find((point) => point.id === id);
  if (found === undefined) throw new Error(`there is no point ${id}`);
  return found;
}

const summariesOf = ({ aspects }: AuditPoint): string => aspects.map(({ summary }) => summary).join(' ');

test('a system that is ready meets every point', () => {
  const result = auditResult(readySystem(), { auditId: 'audit-1', target: 'it', durationSeconds: 1, command: 'audit' });
  expect(result.points.filter(({ verdict }) => verdict !== 'met')).toEqual([]);
  expect(result).toMatchObject({ verdict: 'met', counts: { met: 11, notMet: 0, cannotTell: 0 } });
  expect(result.points.slice(0, 7).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

/** All that is asked, by its id, but what is named after a component. */
function askedOf(changes: Partial<Observations>): string[] {
  const points = judgeReadiness(readySystem(changes));
  const asked = new Set(points.flatMap(({ id, aspects }) => [id, ...aspects.map((aspect) => aspect.id)]));
  return [...asked].filter((id) => !/^(instances|budget|probes)_/.test(id)).toSorted();
}

test('what can be required of a stack of the harness is what is asked of one', () => {
  const asked = askedOf({ platform: 'local', airbyte: undefined, autoscalers: null });
  expect(asked).toEqual([...AUDIT_REQUIREMENTS].toSorted());
});

test('what can be required of an existing Airbyte is what is asked of one', () => {
  const all = [...AUDIT_REQUIREMENTS, ...EXISTING_AUDIT_REQUIREMENTS];
  expect(askedOf({ platform: 'cluster' })).toEqual(all.toSorted());
});

/** Which points rest on what is observed. */
const RESTS_ON: Readonly<Record<string, readonly string[]>> = {
  topology: ['database_ha'],
  replication: ['database_ha'],
  baseBackups: ['backups'],
  archive: ['backups'],
  exports: ['configuration_export'],
  drills: ['backups', 'dr_runbook'],
  autoscalers: ['worker_autoscaling'],
  components: ['disruption_budgets', 'redundancy', 'probes', 'object_store'],
  notifications: ['alerting'],
  testAlert: ['alerting'],
  runbooks: ['dr_runbook'],
  airbyte: ['hung_jobs', 'object_store'],
};

test('whatever is not seen, the points that rest on it cannot be told, and all others are as they were', () => {
  fc.assert(
    fc.property(fc.subarray(Object.keys(RESTS_ON), { minLength: 1 }), (hidden) => {
      const changes = Object.fromEntries(hidden.map((name) => [name, unseen('it was hidden')]));
      const blind = new Set(hidden.flatMap((name) => RESTS_ON[name] ?? []));
      const judged = verdicts(readySystem(changes));
      for (const [id, verdict] of Object.entries(judged))
        expect([id, verdict]).toEqual([id, blind.has(id) ? 'cannot_tell' : 'met']);
    }),
  );
});

test('what cannot be told has a reason and something to do, and so has what is not met', () => {
  const nothing = Object.fromEntries(Object.keys(RESTS_ON).map((name) => [name, unseen('it was hidden')]));
  const aspects = judgeReadiness(readySystem(nothing)).flatMap((point) => point.aspects);
  expect(aspects.filter(({ summary, tryThis }) => summary === '' || (tryThis ?? '') === '')).toEqual([]);
});

test('with nothing that says who fails the database over, its high availability cannot be told', () => {
  expect(pointOf('database_ha', { topology: undefined }).verdict).toBe('cannot_tell');
  expect(pointOf('database_ha', { topology: undefined, replication: undefined }).verdict).toBe('cannot_tell');
});

describe('the database', () => {
  const [members] = [[{ name: 'db-0', role: 'primary', state: 'running' } as const]];
  test.each<[string, Partial<Observations>, string]>([
    [
      'not redundant by its provider',
      { topology: seen({ members, isRedundant: false, lacks: 'no standby' }) },
      'no standby',
    ],
    [
      'whose standbys may not be promoted',
      {
        topology: seen({
          members: [...members, { name: 'db-1', role: 'replica', state: 'streaming', mayBePromoted: false }],
          isRedundant: true,
        }),
      },
      'No standby may be promoted',
    ],
    [
      'without a standby',
      { replication: seen({ isStandby: false, synchronousCommit: 'on', standbys: [] }) },
      'is empty',
    ],
    [
      'with asynchronous standbys alone',
      {
        replication: seen({
          isStandby: false,
          synchronousCommit: 'on',
          standbys: [{ name: 'db-1', state: 'streaming', syncState: 'async', lagBytes: 0 }],
        }),
      },
      'No standby is synchronous',
    ],
    [
      'that does not wait for its standby',
      {
        replication: seen({
          isStandby: false,
          synchronousCommit: 'local',
          standbys: [{ name: 'db-1', state: 'streaming', syncState: 'sync', lagBytes: 0 }],
        }),
      },
      'synchronous_commit is local',
    ],
    [
      'that is the chart’s own',
      { components: seen([component('database', { wanted: 1, ready: 1, workload: 'StatefulSet/airbyte-db' })]) },
      'StatefulSet/airbyte-db is the only database',
    ],
  ])('%s is not met', (_what, changes, says) => {
    const point = pointOf('database_ha', changes);
    expect([point.verdict, summariesOf(point)]).toEqual(['not_met', expect.stringContaining(says)]);
  });
});

describe('backups', () => {
  const archive = (changes: Partial<ArchiveSeen>): Partial<Observations> => {
    const { archive: ready } = readySystem();
    if (ready.is !== 'seen') throw new Error('it is seen');
    return { archive: seen({ ...ready.value, ...changes }) };
  };
  const base = (...all: readonly Partial<BaseBackupSeen>[]): Partial<Observations> => ({
    baseBackups: seen(
      all.map((one, nth) => ({
        backupId: `20261128T0${nth}0000`,
        status: 'DONE',
        endedAt: ago(8),
        bytes: 1,
        lacks: undefined,
        ...one,
      })),
    ),
  });
  const stored = { segment: '000000010000000000000009', at: ago(2), problem: undefined };
  test.each<[string, Partial<Observations>, string]>([
    ['none', base(), 'The store has none'],
    ['one of yesterday’s yesterday', base({ endedAt: ago(27) }), 'Too old'],
    ['one that failed', base({ status: 'FAILED' }), 'is FAILED'],
    ['one without its data', base({ lacks: 'its data are not in the store' }), 'called DONE, but its data'],
    ['an archive that is off', archive({ mode: 'off' }), 'archive_mode is off'],
    ['an archive without a segment', archive({ stored: undefined }), 'no segment'],
    ['an archive that PostgreSQL alone believes in', archive({ claimedBeyondStored: true }), 'PostgreSQL believes'],
    ['an archive that fails', archive({ isFailing: true }), 'the last try to archive failed'],
    ['an archive that is behind', archive({ segmentsBehind: 3 }), '3 finished segments'],
    ['a hole in the archive', archive({ missing: ['000000010000000000000005'] }), '000000010000000000000005'],
    [
      'a segment that does not unpack',
      archive({ stored: { ...stored, problem: 'does not unpack' } }),
      'does not unpack',
    ],
    ['an open segment that nobody archives', archive({ stored, timeoutSeconds: 0 }), 'archive_timeout'],
  ])('%s: not met', (_what, changes, says) => {
    const point = pointOf('backups', changes);
    const worst = point.aspects.find(({ verdict }) => verdict === 'not_met');
    expect([point.verdict, `${worst?.summary} ${worst?.tryThis}`]).toEqual(['not_met', expect.stringContaining(says)]);
  });

  test('an archive that is catching up cannot be told from one that never does', () => {
    expect(pointOf('backups', archive({ segmentsBehind: 3, isMoving: true })).verdict).toBe('cannot_tell');
    expect(pointOf('backups', archive({ segmentsBehind: 3, isMoving: true, isFailing: true })).verdict).toBe('not_met');
  });

  test('a newer backup that failed is told beside the last good one', () => {
    const point = pointOf('backups', base({}, { status: 'FAILED' }));
    expect([point.verdict, summariesOf(point)]).toEqual([
      'met',
      expect.stringContaining('A newer one, 20261128T010000'),
    ]);
  });

  test('a backup of the future cannot be told from one of another clock', () => {
    expect(pointOf('backups', base({ endedAt: ago(-2) })).verdict).toBe('cannot_tell');
  });

  const exported = (at: string, problem?: string): Partial<Observations> => ({
    exports: seen([{ exportId: 'e.json', at, bytes: 1, problem }]),
  });
  test.each<[string, Partial<Observations>, string]>([
    ['none', { exports: seen([]) }, 'not_met'],
    ['nine days old', exported(ago(24 * 9)), 'not_met'],
    ['that holds nothing', exported(ago(1), 'holds no connections'), 'not_met'],
    ['of the future', exported(ago(-24)), 'cannot_tell'],
  ])('an export %s', (_what, changes, verdict) => {
    expect(pointOf('configuration_export', changes).verdict).toBe(verdict);
  });
});

describe('drills', () => {
  const drills = (...all: readonly Partial<DrillSeen>[]): Partial<Observations> => ({
    drills: seen(all.map((one) => ({ ...drill, ...one }))),
  });
  test.each<[string, Partial<Observations>, string]>([
    ['longer ago than a quarter', drills({ at: ago(24 * 93) }), 'not_met'],
    ['that passed before a newer one failed', drills({}, { at: ago(24), verdict: 'fail' }), 'not_met'],
    ['that passed before a newer one was undecided', drills({}, { at: ago(24), verdict: 'unknown' }), 'cannot_tell'],
    ['that failed before a newer one passed', drills({ verdict: 'fail' }, { at: ago(24) }), 'met'],
    ['elsewhere', drills({ platform: 'local' }), 'cannot_tell'],
    ['at a place that its record does not tell', drills({ platform: undefined }), 'cannot_tell'],
    ['of the future', drills({ at: ago(-48) }), 'cannot_tell'],
    ['of which there is none, on a cluster that the harness does not rehearse', drills(), 'cannot_tell'],
    ['of which there is none, on a stack of its own', { ...drills(), platform: 'local' }, 'not_met'],
  ])('one %s', (_what, changes, verdict) => {
    expect([pointOf('backups', changes).verdict, pointOf('dr_runbook', changes).verdict]).toEqual([verdict, verdict]);
  });
});

describe('autoscaling', () => {
  const scales = (...all: readonly Partial<AutoscalerSeen>[]): Partial<Observations> => ({
    autoscalers: seen(all.map((one) => ({ ...autoscaler, ...one }))),
  });
  const [able] = autoscaler.conditions;
  if (able === undefined) throw new Error('it has conditions');
  const inactive = { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'no metrics' };
  const limited = { type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas', message: '' };
  test.each<[string, Partial<Observations>, string]>([
    ['none', scales(), 'not_met'],
    ['no such thing on the platform', { autoscalers: null }, 'not_met'],
    ['of another component', scales({ component: 'server', target: 'Deployment/airbyte-server' }), 'not_met'],
    [
      'that points at nothing',
      scales({ component: undefined, target: 'Deployment/workers', doesTargetExist: false }),
      'not_met',
    ],
    [
      'of what is not read',
      scales({ component: undefined, target: 'Rollout/w', doesTargetExist: undefined }),
      'cannot_tell',
    ],
    ['without room', scales({ min: 3, max: 3 }), 'not_met'],
    ['that nothing has looked at', scales({ conditions: [] }), 'cannot_tell'],
    ['that does not say whether it is active', scales({ conditions: [able] }), 'cannot_tell'],
    ['that is not active', scales({ conditions: [able, inactive] }), 'not_met'],
    ['that may not scale', scales({ conditions: [{ ...able, status: 'False' }] }), 'not_met'],
    ['without a value', scales({ metricsMeasured: 0 }), 'not_met'],
    ['without metrics at all', scales({ metricsMeasured: 0, metricsWanted: 0 }), 'not_met'],
    ['at its end', scales({ max: 2, min: 1, conditions: [...autoscaler.conditions, limited] }), 'not_met'],
    ['that cannot act, beside one that can', scales({ conditions: [able, inactive] }, {}), 'met'],
  ])('%s', (_what, changes, verdict) => {
    expect(pointOf('worker_autoscaling', changes).verdict).toBe(verdict);
  });
});

describe('budgets', () => {
  const server = (changes: Partial<ComponentSeen>): Partial<Observations> => ({
    components: seen([component('worker'), component('server', changes)]),
  });
  const says = (changes: Partial<BudgetSeen>): Partial<Observations> =>
    server({ budgets: seen([{ ...budget, ...changes }]) });
  test.each<[string, Partial<Observations>, string]>([
    ['none that selects its pods', server({ budgets: seen([]) }), 'not_met'],
    ['two that select the same pods', server({ budgets: seen([budget, { ...budget, name: 'other' }]) }), 'not_met'],
    ['one that keeps nothing', says({ desiredHealthy: 0, disruptionsAllowed: 2 }), 'not_met'],
    ['one that counts no pod', says({ expectedPods: 0, desiredHealthy: 0 }), 'not_met'],
    ['one that lets nobody go', says({ desiredHealthy: 2, disruptionsAllowed: 0 }), 'not_met'],
    ['one that lets nobody go now', says({ currentHealthy: 1, disruptionsAllowed: 0 }), 'not_met'],
    ['one that its controller has not looked at', says({ isCurrent: false }), 'cannot_tell'],
    ['budgets that may not be read', server({ budgets: unseen('403') }), 'cannot_tell'],
    ['a platform without any', { components: seen([component('server', { budgets: undefined })]) }, 'not_met'],
    [
      'one instance by design, without a budget',
      { components: seen([component('server'), component('cron', { wanted: 1, budgets: seen([]) })]) },
      'met',
    ],
  ])('%s', (_what, changes, verdict) => {
    expect(pointOf('disruption_budgets', changes).verdict).toBe(verdict);
  });

  test('where nothing at all was found nothing is met', () => {
    expect(pointOf('disruption_budgets', { components: seen([]) }).verdict).not.toBe('met');
    expect(pointOf('redundancy', { components: seen([]) }).verdict).toBe('cannot_tell');
    expect(pointOf('probes', { components: seen([]) }).verdict).toBe('cannot_tell');
  });
});

describe('alerts', () => {
  const alert = (outcome: TestAlertSeen['outcome']): Partial<Observations> => ({
    testAlert: seen({ how: 'A test', outcome, waitedMs: 60_000, detail: 'sent.' }),
  });
  test.each<[string, Partial<Observations>, string]>([
    ['one that did not arrive', alert('not-arrived'), 'not_met'],
    ['a receiver that is down', alert('receiver-down'), 'not_met'],
    ['one that nobody looked for', alert('accepted-unseen'), 'cannot_tell'],
    ['none that was sent', { testAlert: unseen('not asked for') }, 'cannot_tell'],
    [
      'a workspace that tells nobody',
      {
        notifications: seen([
          { workspace: 'A', failuresGoTo: 'x' },
          { workspace: 'B', failuresGoTo: undefined },
        ]),
      },
      'not_met',
    ],
    ['no workspace', { notifications: seen([]) }, 'cannot_tell'],
    ['e-mail alone', { notifications: seen([{ workspace: 'Main', failuresGoTo: 'mail' }]) }, 'cannot_tell'],
  ])('%s', (_what, changes, verdict) => {
    expect(pointOf('alerting', changes).verdict).toBe(verdict);
  });
});

describe('what else', () => {
  const runbook = { file: 'r.md', changedAt: ago(24), changedBy: 'file', words: 400 } as const;
  test.each<[string, Partial<Observations>, string, string]>([
    ['no runbook', { runbooks: seen([]) }, 'dr_runbook', 'not_met'],
    ['a runbook of a few words', { runbooks: seen([{ ...runbook, words: 9 }]) }, 'dr_runbook', 'not_met'],
    ['a runbook of years ago', { runbooks: seen([{ ...runbook, changedAt: ago(24 * 400) }]) }, 'dr_runbook', 'not_met'],
    ['one server', { components: seen([component('server', { wanted: 1, ready: 1 })]) }, 'redundancy', 'not_met'],
    ['one of two servers ready', { components: seen([component('server', { ready: 1 })]) }, 'redundancy', 'not_met'],
    ['both on one machine', { components: seen([component('server', { nodes: ['a'] })]) }, 'redundancy', 'not_met'],
    [
      'two Temporals that are no cluster',
      { components: seen([component('temporal', { image: 'temporalio/auto-setup:1.27.2' })]) },
      'redundancy',
      'cannot_tell',
    ],
    ['no probes', { components: seen([component('cron', { probes: [] })]) }, 'probes', 'not_met'],
    ['the chart’s own object store', { components: seen([component('object-store')]) }, 'object_store', 'not_met'],
    [
      'a monitor that is off',
      { airbyte: seen({ version: '1.2.0', hungJobs: { is: 'off', because: 'by default' }, external: [] }) },
      'hung_jobs',
      'not_met',
    ],
    [
      'a store that was not found',
      { airbyte: seen({ version: '1.2.0', hungJobs: { is: 'on', because: '' }, external: [] }) },
      'object_store',
      'cannot_tell',
    ],
    [
      'a store whose Service is not there',
      {
        airbyte: seen({
          version: '1.2.0',
          hungJobs: { is: 'on', because: '' },
          external: [{ what: 'object-store', where: 'not found: there is no such Service in this namespace' }],
        }),
      },
      'object_store',
      'cannot_tell',
    ],
    [
      'a store elsewhere in this cluster',
      {
        airbyte: seen({
          version: '1.2.0',
          hungJobs: { is: 'on', because: '' },
          external: [{ what: 'object-store', where: 'in namespace minio of this cluster' }],
        }),
      },
      'object_store',
      'not_met',
    ],
  ])('%s', (_what, changes, id, verdict) => {
    expect(pointOf(id, changes).verdict).toBe(verdict);
  });
});

test('for people: each point in one line, then what was seen and what to do; names cannot steer a terminal', () => {
  const observed = readySystem({
    exports: seen([]),
    notifications: seen([{ workspace: '\u001B[2J', failuresGoTo: undefined }]),
  });
  const text = renderAuditText(
    auditResult(observed, { auditId: 'audit-1', target: 'stack s1', durationSeconds: 1, command: 'audit' }),
  );
  expect(text).toContain('Readiness of stack s1, 2026-11-28 10:00 UTC');
  expect(text).toContain('✗ 9 of 11 points met, 2 not met, 0 cannot be told.');
  expect(text).toMatch(/✗ not met {6}3 {2}Configuration exported every week/);
  expect(text).toMatch(/The store has no export\.\n {6}→ Export it now/);
  expect(text).not.toContain('\u001B');
});
