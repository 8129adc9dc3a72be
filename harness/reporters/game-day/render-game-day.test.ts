import { describe, expect, test } from 'vitest';
import type { GameDayJournal, GameDayStep } from '../../core/game-day/journal.ts';
import { sampleAudit } from '../../core/game-day/testing/sample-audit.ts';
import { sampleGameDay } from '../testing/sample-game-day.ts';
import { HOSTILE } from '../testing/sample-run.ts';
import { renderGameDay } from './render-game-day.ts';

const AUDITED = {
  says: 'go',
  detail: 'Met is all that the plan requires (runbook_written).',
  required: [{ id: 'runbook_written', title: 'Title of runbook_written', verdict: 'met' }],
  result: sampleAudit(),
} satisfies GameDayJournal['audit'];

function file(name: string, changes: Partial<GameDayJournal> = {}): string {
  return renderGameDay(sampleGameDay(changes)).find((one) => one.file === name)?.content ?? '';
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
      'the fault was undone 800 ms, and everything was undone 1.20 s after the key',
      '2 h 00 min later',
    ])
      expect(page, text).toContain(text);
  });

  test('has every point of the audit with its evidence, what is required, when it was looked at, and the way to its own report', () => {
    const page = file('index.html', { audit: AUDITED });
    const audit = page.slice(page.indexOf('id="audit"'), page.indexOf('id="told"'));
    for (const text of [
      'Met is all that the plan requires',
      '<p>Not met: Title of backups; Title of dr_runbook. Cannot be told: Title of alerting.',
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

  test('keeps what people said of a hypothesis that they left open', () => {
    const [step] = sampleGameDay().steps;
    if (step === undefined) throw new Error('there is a step');
    const open: GameDayStep = { ...step, expected: [], measured: [], finding: 'open', judgedBy: 'nobody' };
    expect(file('index.html', { steps: [{ ...open, remark: 'it was stopped' }] })).toContain(
      'People could not say whether it held: it was stopped',
    );
    expect(file('index.html', { steps: [open] })).toContain('nobody judged it');
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
    expect(renderGameDay(sampleGameDay())).toEqual(renderGameDay(sampleGameDay()));
  });
});
