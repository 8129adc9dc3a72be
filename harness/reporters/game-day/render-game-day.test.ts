import { describe, expect, test } from 'vitest';
import { gameDayJournalSchema, type GameDayJournal } from '../../core/game-day/journal.ts';
import { sampleAudit } from '../../core/game-day/testing/sample-audit.ts';
import { HOSTILE } from '../testing/sample-run.ts';
import { renderGameDay } from './render-game-day.ts';

/** A journal that holds every kind of part. */
function journal(changes: Partial<GameDayJournal> = {}): GameDayJournal {
  return gameDayJournalSchema.parse({
    schemaVersion: 1,
    kind: 'game-day',
    dayId: 'game-day-2026-11-28T10-00-00Z',
    title: 'Quarterly',
    purpose: 'To see.',
    planFile: 'plan.yaml',
    verdict: 'unknown',
    headline: '0 of 1 scenario passed.',
    outcome: 'aborted',
    reason: 'Data was lost.',
    attended: true,
    standIn: null,
    wallStart: '2026-11-28T10:00:00.000Z',
    wallEnd: '2026-11-28T10:10:00.000Z',
    durationSeconds: 600,
    steps: [
      {
        id: 'call',
        title: 'Call somebody',
        kind: 'manual',
        verdict: 'pass',
        summary: 'Done by Ana.',
        hypothesis: 'They answer.',
        expected: ['done within 5 min'],
        measured: ['done after 1 min'],
        finding: 'confirmed',
        judgedBy: 'numbers',
        remark: '',
        run: null,
        attempts: 0,
        owner: 'Ana',
        limitSeconds: 300,
        tookSeconds: 60,
        clock: 'wall',
      },
    ],
    findings: [{ severity: 'high', text: 'Data was lost.', step: 'call' }],
    goNoGo: {
      inputs: [{ id: 'stack', title: 'The stack is up', says: 'go', detail: 'It is.' }],
      decision: 'go',
      by: 'room',
      reason: '',
    },
    audit: null,
    criteria: [{ text: 'Data was lost.', state: 'met', step: 'call', detail: '1 record' }],
    axis: [{ atSeconds: 30, wall: '2026-11-28T10:00:30.000Z', kind: 'observation', text: 'the dashboard is red' }],
    bars: [{ step: 'call', fromSeconds: 10, toSeconds: 70, isOpen: false }],
    sessions: [
      { atSeconds: 0, seconds: 300, wall: '2026-11-28T10:00:00.000Z', after: null, gapSeconds: null },
      { atSeconds: 300, seconds: 300, wall: '2026-11-28T10:05:00.000Z', after: 'crash', gapSeconds: 7200 },
    ],
    stops: [{ step: 'call', undoneAfterSeconds: 1.2 }],
    told: [{ who: 'Operations', occasion: 'before', delivered: false, detail: 'It did not answer.' }],
    items: [{ id: 'd#1', what: 'Write', owner: 'Ben', due: '2026-11-01', isOld: true, state: 'open', remark: '' }],
    earlier: [
      {
        dayId: 'd',
        wallStart: '2026-08-28T10:00:00.000Z',
        title: 'Quarterly',
        verdict: 'pass',
        steps: [{ id: 'call', verdict: 'fail', seconds: 400 }],
        audit: { met: 3, of: 8 },
      },
    ],
    nextDue: '2027-02-26',
    environment: { harness: '0.1.0' },
    eventCount: 40,
    ...changes,
  } satisfies GameDayJournal);
}

const AUDITED = {
  says: 'go',
  detail: 'Met is all that the plan requires (runbook_written).',
  required: [{ id: 'runbook_written', title: 'Title of runbook_written', verdict: 'met' }],
  result: sampleAudit(),
} satisfies GameDayJournal['audit'];

function file(name: string, changes: Partial<GameDayJournal> = {}): string {
  return renderGameDay(journal(changes)).find((one) => one.file === name)?.content ?? '';
}

describe('the report of a game day', () => {
  test('has findings, expectations, notes, items, trend, criteria, the missing audit, who was told, and the next date', () => {
    const page = file('index.html');
    for (const text of [
      'Data was lost.',
      'They answer.',
      'the dashboard is red',
      'Overdue',
      '28 Aug 2026',
      '✗ 6 min 40.0 s',
      'No audit of the system was made',
      'Not told',
      'The next game day is due on 2027-02-26.',
      '(wall time)',
      'everything was undone 1.20 s after the key',
      '2 h 00 min later',
    ])
      expect(page, text).toContain(text);
  });

  test('has every point of the audit with its evidence, what is required, when it was looked at, and the way to its own report', () => {
    const page = file('index.html', { audit: AUDITED });
    const audit = page.slice(page.indexOf('id="audit"'), page.indexOf('id="told"'));
    for (const text of [
      'Met is all that the plan requires',
      '1 of 4 points are met. Not met: Title of backups; Title of dr_runbook. Cannot be told: Title of alerting.',
      '28 Nov 2026, 10:00',
      'href="../audit-2026-11-28T10-00-20Z/index.html"',
      'base_backup was looked at.<br>→ Put base_backup right.',
      'of it: Title of runbook_written',
    ])
      expect(audit, text).toContain(text);
    for (const { title } of AUDITED.result.points) expect(audit).toContain(title);
    expect(page).not.toContain('No audit of the system was made');
    expect(page).toContain('1 of 4 met');
    expect(page).toContain('3 of 8 met');
    expect(file('summary.md', { audit: AUDITED })).toContain('Audit: 1 of 4 points met, 2 not met, 1 cannot be told.');
    expect(file('summary.md')).toContain('No audit was made.');
  });

  test('says why an audit could not be made', () => {
    const audit = {
      ...AUDITED,
      says: 'unknown',
      detail: 'The audit could not be made: no disk.',
      result: null,
    } as const;
    expect(file('index.html', { audit })).toContain('The audit could not be made: no disk.');
    expect(file('summary.md', { audit })).toContain('The audit could not be made.');
  });

  test('says in large letters when recordings were played', () => {
    expect(file('index.html', { standIn: 'a file' })).toContain('Nothing here says anything about the system.');
    expect(file('index.html')).not.toContain('Nothing here says anything about the system.');
  });

  test('says how a day that is not over is taken up again', () => {
    expect(file('index.html', { outcome: 'unfinished' })).toContain(
      'npm run game-day -- --resume game-day-2026-11-28T10-00-00Z',
    );
  });

  test('asks the network for nothing, runs no script, and shows hostile texts as text', () => {
    const page = file('index.html', {
      title: HOSTILE,
      purpose: HOSTILE,
      headline: HOSTILE,
      findings: [{ severity: 'low', text: HOSTILE, step: null }],
      axis: [{ atSeconds: 1, wall: HOSTILE, kind: 'observation', text: HOSTILE }],
      audit: {
        ...AUDITED,
        detail: HOSTILE,
        result: sampleAudit(
          { auditId: HOSTILE, target: HOSTILE, command: HOSTILE },
          { [HOSTILE]: { [HOSTILE]: 'not_met' } },
        ),
      },
      items: [{ id: HOSTILE, what: HOSTILE, owner: HOSTILE, due: null, isOld: true, state: 'open', remark: HOSTILE }],
    });
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
    expect(page).not.toMatch(/(?:src|href)="https?:/);
    expect(file('summary.md', { title: HOSTILE, headline: HOSTILE })).not.toContain('<script>');
  });

  test('the same journal gives the same bytes', () => {
    expect(renderGameDay(journal())).toEqual(renderGameDay(journal()));
  });
});
