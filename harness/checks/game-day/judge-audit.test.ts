import { describe, expect, test } from 'vitest';
import { AUDIT_REQUIREMENTS, type AuditRequirement, type AuditResult } from '../../core/audit.ts';
import type { GameDayBody } from '../../core/game-day/events.ts';
import type { GameDayAudit, GameDayJournal } from '../../core/game-day/journal.ts';
import { sampleAudit } from '../../core/game-day/testing/sample-audit.ts';
import { recordOf, samplePlan, wholeDay } from '../../core/game-day/testing/sample-day.ts';
import { judgeAudit, proposalsOf } from './judge-audit.ts';
import { judgeGameDay } from './judge-game-day.ts';

/*
 * How it could lie: begin although what is required is not met, cannot be told, or was never asked for; keep a day from beginning by what nobody
 * required; take the audit of another system, or none at all, for one of this day.
 */

const requiring = (...ids: AuditRequirement[]): ReturnType<typeof samplePlan> =>
  samplePlan({ go_no_go: { audit: { must_be_met: ids } } });
const judge = (ids: readonly AuditRequirement[], result: AuditResult | null = sampleAudit()): GameDayAudit =>
  judgeAudit(requiring(...ids), { result, detail: 'The disk is full.' });

describe('what an audit says to beginning', () => {
  test.each([
    ['a point that is met', ['database_ha'], 'go'],
    ['what a point that is not met asks for, and is met', ['runbook_written', 'wal_archive'], 'go'],
    ['a point that is not met', ['database_ha', 'dr_runbook'], 'no-go'],
    ['what a point asks for, and is not met', ['base_backup'], 'no-go'],
    ['a point that cannot be told', ['alerting'], 'unknown'],
    ['what a point asks for, and cannot be told', ['restore_drill'], 'unknown'],
    ['what was never asked', ['redundancy'], 'unknown'],
    ['one that cannot be told beside one that is not met', ['alerting', 'backups'], 'no-go'],
    ['nothing', [], 'go'],
  ] as const)('required: %s', (_, ids, says) => {
    expect(judge(ids).says).toBe(says);
  });

  test('is never a go by an audit that said nothing, or is of something else, where something is required', () => {
    for (const id of AUDIT_REQUIREMENTS) {
      expect(judge([id], null).says, id).toBe('unknown');
      expect(judge([id], sampleAudit({ platform: 'kind' })).says, id).toBe('unknown');
      expect(judge([id], sampleAudit({ points: [] })).says, id).toBe('unknown');
    }
    expect(judge(['database_ha'], null).detail).toContain('The disk is full.');
    expect(judge(['database_ha'], sampleAudit({ platform: 'kind' })).detail).toContain('on kind');
  });

  test('does not weigh where nothing is required, and says so', () => {
    expect(judge([]).detail).toContain('The plan requires nothing of it. 1 of 4 points met, 2 not met');
    expect(judge([], null)).toMatchObject({ says: 'go', detail: expect.stringContaining('could not be made') });
  });

  test('names what is missing with its evidence, and what to do', () => {
    expect(judge(['base_backup', 'dr_runbook']).detail).toBe(
      'Required and not met: Title of base_backup: base_backup was looked at. → Put base_backup right. Title of dr_runbook: runbook_drill was looked at. → Put runbook_drill right.',
    );
  });
});

describe('the journal of a day', () => {
  const audited = (result: AuditResult | null): GameDayBody => ({ type: 'audited', result, detail: 'It ended.' });
  const day = (ids: readonly AuditRequirement[], ...more: readonly GameDayBody[]): GameDayJournal =>
    judgeGameDay(recordOf(wholeDay(requiring(...ids)).toSpliced(4, 0, ...more)));
  const texts = ({ findings }: GameDayJournal): string[] =>
    findings.map(({ severity, text }) => `${severity}: ${text}`);

  test('has the audit from the record, the newest where a day was killed before it was decided', () => {
    const journal = day(['runbook_written'], audited(null), audited(sampleAudit()));
    expect(journal.audit).toMatchObject({
      says: 'go',
      result: { auditId: 'audit-2026-11-28T10-00-20Z', counts: { met: 1 } },
      required: [{ id: 'runbook_written', title: 'Title of runbook_written', verdict: 'met' }],
    });
    expect(texts(journal)).toEqual([
      'low: Audit: not met: Title of backups. base_backup was looked at. → Put base_backup right.',
      'low: Audit: cannot be told: Title of alerting. test_alert was looked at. → Put test_alert right.',
      'low: Audit: not met: Title of dr_runbook. runbook_drill was looked at. → Put runbook_drill right.',
    ]);
    expect(journal.verdict).toBe('pass');
  });

  test('has a finding to act on where it was begun against what the plan requires', () => {
    const found = texts(day(['backups'], audited(sampleAudit())));
    expect(found[0]).toMatch(/^high: The audit: Required and not met: Title of backups: .* It was begun all the same/);
  });

  test.each([
    ['a whole point', 'backups', ['alerting', 'dr_runbook']],
    ['a part of one, beside what cannot be told of it', 'base_backup', ['backups', 'alerting', 'dr_runbook']],
    ['all that is not met of one', 'runbook_drill', ['backups', 'alerting']],
  ] as const)('tells what is required and not met once: %s', (_, id, others) => {
    const found = texts(day([id], audited(sampleAudit())));
    const [first, ...rest] = found.filter((text) => text.includes('Audit') || text.includes('audit'));
    expect(first).toContain(`high: The audit: Required and not met: Title of ${id}`);
    expect(rest.map((text) => /: Title of (\w+)\./.exec(text)?.[1])).toEqual(others);
    // What it lacks is said in one place alone.
    const lacks = id === 'backups' ? 'base_backup' : id;
    expect(found.filter((text) => text.includes(`${lacks} was looked at`))).toHaveLength(1);
  });

  test('tells all that is not met of a point where only another part is required', () => {
    const bad = sampleAudit({}, { backups: { base_backup: 'not_met', wal_archive: 'not_met' } });
    const found = texts(day(['base_backup'], audited(bad)));
    expect(found).toContain(
      'low: Audit: not met: Title of backups. wal_archive was looked at. → Put wal_archive right.',
    );
  });

  test('says that none was made, or that it could not be', () => {
    expect(texts(day([]))).toEqual(['low: No audit of the system was made before the day.']);
    expect(day([]).audit).toBeNull();
    expect(texts(day([], audited(null)))).toEqual([expect.stringContaining('The audit could not be made: It ended.')]);
  });
});

test('each thing that is not met is proposed once, without what is promised already', () => {
  const audit = { result: sampleAudit() };
  expect(proposalsOf(audit, [])).toEqual([
    'Title of backups: Put base_backup right.',
    'Title of dr_runbook: Put runbook_drill right.',
  ]);
  expect(proposalsOf(audit, [{ what: 'Title of backups: Put base_backup right.' }])).toHaveLength(1);
  expect(proposalsOf({ result: null }, [])).toEqual([]);
});
