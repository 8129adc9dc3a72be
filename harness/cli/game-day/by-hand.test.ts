import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import type { RunEvent } from '../../core/events.ts';
import { all } from '../../core/game-day/progress.ts';
import { OPENING } from '../../core/game-day/testing/sample-day.ts';
import { History } from '../../core/history.ts';
import { beginGameDayRecord } from '../../store/game-day-record.ts';
import { giveWord, waitsForWord, wordOf, type WordGiver } from './by-hand.ts';
import type { Day } from './day.ts';
import { StopSwitch, type Question } from './room.ts';
import { quietProgram, quietRoom } from './testing/quiet-room.ts';

/*
 * How it could lie: start the clock of what nobody began; ask while nothing is ready, or for what is broken already; ask nobody, and wait for ever; leave a
 * question open that a later line would answer.
 */

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chaos-by-hand-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = { trial: 1, t: 0 } as const;
const FAULT = { fault: 'take-site-away', nth: 1, targets: [] };
const phase = (name: 'fault' | 'recovery' | 'teardown'): RunEvent => ({ i: 0, ...at, type: 'phase', name });
const PLANNED: RunEvent = { i: 1, ...at, type: 'fault.planned', ...FAULT, description: 'by a person', undo: [] };
const INJECTED: RunEvent = { i: 2, ...at, type: 'fault.injected', ...FAULT, start: 1, end: 1 };
const WAITS = new History(1, [phase('fault'), PLANNED]);

interface Scene {
  readonly giver: WordGiver;
  readonly file: string;
  readonly onNobody: () => void;
  readonly stop: AbortSignal;
  /** What is asked now. */
  readonly open: () => boolean;
  /** False when it is no answer. */
  readonly type: (line: string) => Promise<boolean>;
  readonly taken: () => number;
}

function play({ attended = true } = {}): Scene {
  const record = beginGameDayRecord(join(dir, 'day'), systemClock());
  for (const body of OPENING()) record.append(body);
  const stop = new StopSwitch();
  const signal = stop.arm();
  let take: ((line: string) => boolean) | undefined;
  const day: Day = {
    record,
    clock: systemClock(),
    reports: dir,
    room: quietRoom({
      attended,
      ask: <Answer>(question: Question<Answer>) =>
        new Promise<Answer>((resolve, reject) => {
          take = (line) => {
            const answer = question.accept(line);
            if (answer !== undefined) resolve(answer);
            return answer !== undefined;
          };
          const { until } = question;
          until?.addEventListener('abort', () => {
            take = undefined;
            reject(until.reason);
          });
        }),
      stop,
    }),
    program: quietProgram(async () => Promise.resolve({ exitCode: 0, stdout: '', stderr: '' })),
  };
  const file = join(dir, 'begin');
  const onNobody = vi.fn();
  return {
    giver: giveWord(day, { step: 'cluster_failure', runId: 'r', file, onNobody }),
    file,
    onNobody,
    stop: signal,
    open: () => take !== undefined,
    async type(line) {
      const taken = take?.(line) ?? false;
      await Promise.resolve();
      return taken;
    },
    taken: () => all(record.events, 'taken-by-hand').length,
  };
}

test('the room is asked once everything is ready, and its Enter is passed on', async () => {
  const { giver, file, open, type, taken } = play();
  giver.look(new History(1, []));
  giver.look(new History(1, [phase('fault')]));
  expect(open()).toBe(false);
  giver.look(WAITS);
  expect([open(), existsSync(file), taken()]).toEqual([true, false, 0]);
  // What else is typed is an observation.
  expect(await type('the dashboard is green')).toBe(false);
  expect(existsSync(file)).toBe(false);
  expect(await type('')).toBe(true);
  await vi.waitFor(() => expect(existsSync(file)).toBe(true));
  expect(taken()).toBe(1);
});

test.each([
  ['was broken already', [phase('fault'), PLANNED, INJECTED]],
  ['is over', [phase('fault'), PLANNED, phase('teardown')]],
])('nobody is asked for what %s', (_, events) => {
  const { giver, open } = play();
  giver.look(new History(1, events));
  expect(open()).toBe(false);
});

test('a run that has the word already, from before the day was interrupted, is not asked for again', async () => {
  const first = play();
  first.giver.look(WAITS);
  await first.type('');
  await vi.waitFor(() => expect(existsSync(first.file)).toBe(true));
  rmSync(join(dir, 'day'), { recursive: true });
  const second = play();
  second.giver.look(WAITS);
  expect(second.open()).toBe(false);
});

test.each([
  ['the run ends while it is open', (giver: WordGiver) => giver.look(new History(1, [phase('teardown'), PLANNED]))],
  ['its process is gone', (giver: WordGiver) => giver.close()],
])('the question is taken back when %s', async (_, end) => {
  const { giver, file, open, type, taken } = play();
  giver.look(WAITS);
  end(giver);
  expect(open()).toBe(false);
  expect(await type('')).toBe(false);
  expect([existsSync(file), taken()]).toEqual([false, 0]);
});

test('abort is the stop key, and begins nothing', async () => {
  const { giver, file, stop, type } = play();
  giver.look(WAITS);
  expect(await type('abort')).toBe(true);
  await vi.waitFor(() => expect(stop.aborted).toBe(true));
  expect(existsSync(file)).toBe(false);
});

test('without people nobody is waited for', () => {
  const { giver, open, onNobody } = play({ attended: false });
  giver.look(WAITS);
  giver.look(WAITS);
  expect(open()).toBe(false);
  expect(onNobody).toHaveBeenCalledTimes(1);
});

test('a run that was begun before can be told from its arguments', () => {
  expect(wordOf(['cluster_failure', '--seed', '1', ...waitsForWord('/a/begin')])).toBe('/a/begin');
  expect(wordOf(['cluster_failure', '--seed', '1'])).toBeUndefined();
});
