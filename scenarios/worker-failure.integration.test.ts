import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkplace, runForJournal, startChaos, type Workplace } from '../harness/cli/testing/run-chaos.ts';
import type { Journal } from '../harness/core/journal.ts';
import { readRecord } from '../harness/store/record-reader.ts';

describe('worker_failure on the real stack, with load', () => {
  let place: Workplace;
  let journal: Journal;
  let exitCode: number | undefined;
  let log = '';
  const runDir = (): string => join(place.reports, journal.runId);

  beforeAll(async () => {
    place = makeWorkplace();
    ({ journal, exitCode, log } = await runForJournal(place, ['worker_failure', '--seed', '7']));
  });
  afterAll(() => place.remove());

  test('passes every check', () => {
    const bad = journal.trials.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict !== 'pass');
    expect(bad, log).toEqual([]);
    expect(journal.verdict).toBe('pass');
    expect(exitCode).toBe(0);
  });

  test('leaves a journal, a record, a page, JUnit and a summary', () => {
    for (const file of ['journal.json', 'events.ndjson', 'index.html', 'junit.xml', 'summary.md']) {
      expect(existsSync(join(runDir(), file)), file).toBe(true);
    }
    expect(existsSync(join(place.reports, 'index.html'))).toBe(true);
  });

  test('the recovery time can be recomputed by hand from the record', () => {
    const { events } = readRecord(runDir());
    const injected = events.find((event) => event.type === 'fault.injected');
    const gone = events.find((event) => event.type === 'fault.evidence' && event.kind === 'process-gone');
    if (injected?.type !== 'fault.injected' || gone?.type !== 'fault.evidence')
      throw new Error('no fault in the record');
    const looks = events.flatMap((event) => (event.type === 'delivery' && event.start >= gone.end ? [event] : []));
    const baseline = looks[0]?.maxSeq ?? Infinity;
    const first = looks.find(({ maxSeq }) => maxSeq > baseline);
    const measured = journal.trials[0]?.recovery.measuredSeconds;
    expect(measured?.high).toBeCloseTo(((first?.end ?? 0) - injected.start) / 1000, 2);
    expect(measured?.low).toBeCloseTo(((first?.previousStart ?? 0) - injected.end) / 1000, 2);
  });

  test('no secret and no path of this machine is in anything that was written', () => {
    for (const file of readdirSync(runDir())) {
      const text = readFileSync(join(runDir(), file), 'utf8');
      expect(text.includes('airbyte:airbyte@'), file).toBe(false);
      expect(text.includes(place.state), file).toBe(false);
    }
  });

  test('the report of an old record is the same, byte by byte, and needs no stack', async () => {
    const files = ['index.html', 'journal.json', 'junit.xml', 'summary.md'].map((name) => join(runDir(), name));
    const before = files.map((file) => readFileSync(file, 'utf8'));
    const again = await startChaos(place, ['report', 'latest', '--json']);
    expect(again.exitCode).toBe(0);
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(before);
  });

  test('nothing is left to undo', async () => {
    const status = await startChaos(place, ['status']);
    expect(status.stdout).toBe('No stack is up.');
  });
});
