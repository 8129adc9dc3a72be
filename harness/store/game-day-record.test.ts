import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { judgeGameDay } from '../checks/game-day/judge-game-day.ts';
import { systemClock } from '../core/clock.ts';
import { sampleAudit } from '../core/game-day/testing/sample-audit.ts';
import { recordOf, wholeDay } from '../core/game-day/testing/sample-day.ts';
import { beginGameDayRecord, readGameDayRecord, resumeGameDayRecord } from './game-day-record.ts';
import { readEarlierDays } from './game-days.ts';
import { writeJournal } from './journal-file.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chaos-day-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = (): string => join(dir, 'events.ndjson');

test('each event is in the file when append returns, and a further session goes on behind it', () => {
  const first = beginGameDayRecord(dir, systemClock());
  for (const body of wholeDay().slice(0, 3)) first.append(body);
  expect(readGameDayRecord(dir).entries).toHaveLength(3);
  expect(() => beginGameDayRecord(dir, systemClock())).toThrow(/No record of a game day could be made/);
  const second = resumeGameDayRecord(dir, systemClock());
  expect(second.append({ type: 'observed', text: 'again' })).toMatchObject({ i: 3, session: 2 });
  expect(readGameDayRecord(dir).entries.map(({ session }) => session)).toEqual([1, 1, 1, 2]);
});

test('killed at any byte of a line, the record goes on with the line before', () => {
  const record = beginGameDayRecord(dir, systemClock());
  for (const body of wholeDay().slice(0, 2)) record.append(body);
  const whole = readFileSync(file());
  const lineStart = whole.indexOf(0x0a) + 1;
  for (let end = lineStart; end <= whole.length; end += 1) {
    writeFileSync(file(), whole.subarray(0, end));
    const resumed = resumeGameDayRecord(dir, systemClock());
    const isWhole = end >= whole.length - 1;
    expect(resumed.events).toHaveLength(isWhole ? 2 : 1);
    expect(resumed.tornBytes).toBe(isWhole ? 0 : end - lineStart);
    resumed.append({ type: 'paused' });
    resumed.close();
    expect(readGameDayRecord(dir).torn).toBeNull();
    expect(readGameDayRecord(dir).entries.at(-1)?.type).toBe('paused');
  }
});

test('a line in the middle that was changed is refused by its number', () => {
  const record = beginGameDayRecord(dir, systemClock());
  for (const body of wholeDay().slice(0, 2)) record.append(body);
  appendFileSync(file(), '{"i":7}\n');
  expect(() => readGameDayRecord(dir)).toThrow(/Line 3 .* is damaged/);
});

test('a day of before there were audits is read as one without, and is in the trend', () => {
  const id = 'game-day-2026-11-01T10-00-00Z';
  const record = beginGameDayRecord(join(dir, id), systemClock());
  for (const body of wholeDay()) record.append(body);
  record.close();
  const path = join(dir, id, 'events.ndjson');
  const old = readFileSync(path, 'utf8').replace('"go_no_go":{"audit":{"must_be_met":[]}},', '');
  expect(old).not.toContain('go_no_go');
  writeFileSync(path, old);
  const journal = judgeGameDay(readGameDayRecord(join(dir, id)).entries);
  expect(journal).toMatchObject({ verdict: 'pass', audit: null });
  writeJournal(join(dir, id), { ...journal, earlier: [] });
  expect(readEarlierDays(dir, 'local')).toMatchObject({ days: [{ dayId: journal.dayId, audit: null }], damaged: [] });
});

test('what an earlier day measured says how many points of its audit were met', () => {
  const audited = { type: 'audited', result: sampleAudit(), detail: '' } as const;
  const journal = judgeGameDay(recordOf(wholeDay().toSpliced(4, 0, audited)));
  const id = 'game-day-2026-11-01T10-00-00Z';
  beginGameDayRecord(join(dir, id), systemClock()).close();
  writeJournal(join(dir, id), journal);
  expect(readEarlierDays(dir, 'local').days).toMatchObject([{ audit: { met: 1, of: 4 } }]);
});

test('a new day sees the open items of earlier ones, and no recordings in its trend', () => {
  const day = judgeGameDay(recordOf(wholeDay()));
  const item = { id: 'x#1', what: 'Write', owner: 'Ben', due: null, isOld: false, remark: '' } as const;
  const days = [
    { ...day, dayId: 'game-day-2026-11-01T10-00-00Z', items: [{ ...item, state: 'open' as const }] },
    {
      ...day,
      dayId: 'game-day-2026-11-02T10-00-00Z',
      standIn: 'a file',
      items: [{ ...item, state: 'closed' as const }],
    },
    { ...day, dayId: 'game-day-2026-11-03T10-00-00Z', items: [{ ...item, id: 'y#1', state: 'open' as const }] },
  ];
  for (const journal of days) {
    const record = beginGameDayRecord(join(dir, journal.dayId), systemClock());
    record.close();
    writeJournal(join(dir, journal.dayId), journal);
  }
  beginGameDayRecord(join(dir, 'game-day-2026-11-04T10-00-00Z'), systemClock()).close();
  const earlier = readEarlierDays(dir, 'local');
  expect(earlier.days.map(({ dayId }) => dayId)).toEqual([days[2]?.dayId, days[0]?.dayId]);
  expect(earlier.openItems.map(({ id }) => id)).toEqual(['y#1']);
  expect(earlier.damaged).toEqual(['game-day-2026-11-04T10-00-00Z']);
});
