import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../core/events.ts';
import { History } from '../core/history.ts';
import { overdueRecovery } from '../core/derive/overdue-recovery.ts';
import { parseRecord } from '../store/record-reader.ts';
import { RECORD_FILE } from '../store/record-writer.ts';
import { measuredRecovery, recoveryTime } from './recovery-time.ts';

/*
 * How a recovery could be told too short: a database goes on with a commit that it was sent by a worker that is dead since, and a look a second later shows
 * it as new records (seen in two runs on a busy machine).
 */

const SAMPLE = fileURLToPath(new URL(`../../reports/sample/${RECORD_FILE}`, import.meta.url));
/** A whole passing run of worker_failure. */
const events = parseRecord(readFileSync(SAMPLE)).events;
const measured = measuredRecovery(new History(1, events));
const goneAt = new History(1, events).first('fault.evidence')?.end ?? NaN;
const subject = new History(1, events).first('connection', ({ role }) => role === 'subject')?.connectionId;

/** The third look after the worker was gone shows a further batch, and so do those after it until the recovery. */
const lateCommit = (() => {
  const looks = events.filter((event) => event.type === 'delivery' && event.connectionId === subject);
  const third = looks.filter((look) => look.type === 'delivery' && look.start >= goneAt)[2];
  return events.map((event): RunEvent => {
    if (event.type !== 'delivery' || event.connectionId !== subject || event.i < (third?.i ?? Infinity)) return event;
    if (event.end >= (measured?.end?.at?.high ?? NaN)) return event;
    return { ...event, rows: event.rows + 100, maxSeq: event.maxSeq + 100 };
  });
})();

describe('a commit of the dead worker that becomes visible late', () => {
  test('is no recovery: the time is that of the records of the next attempt', () => {
    expect(lateCommit).not.toEqual(events);
    expect(measuredRecovery(new History(1, lateCommit))?.time).toEqual(measured?.time);
  });

  test('is not called one while no further attempt was seen, and the recovery is not called missing either', () => {
    const isOfLater = (event: RunEvent): boolean => event.type === 'job' && event.t > goneAt;
    const noAttempt = new History(
      1,
      lateCommit.filter((event) => !isOfLater(event)),
    );
    const judged = recoveryTime().judge(noAttempt);
    expect([judged.verdict, judged.summary]).toEqual([
      'unknown',
      expect.stringContaining('no further attempt was seen'),
    ]);
    expect(overdueRecovery(noAttempt, 1000)).toBeUndefined();
  });
});
