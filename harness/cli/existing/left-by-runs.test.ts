import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireRunLock } from '../../runner/run-lock.ts';
import { UndoJournal } from '../../runner/undo-journal.ts';
import { leftByAnother } from './left-by-runs.ts';

const RUN = '2026-11-29T05-05-26Z-network_partition-cac1';
const SAYS = 'There is NetworkChaos airbyte/chaos-2026-11-29t05-05-26z-network-partition-cac1.';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chaos-left-'));
  process.env['CHAOS_STATE_DIR'] = dir;
});
afterEach(() => {
  delete process.env['CHAOS_STATE_DIR'];
  rmSync(dir, { recursive: true, force: true });
});

test('what a run of this machine left when it was killed is put right here, and nobody is told to wait', () => {
  new UndoJournal(RUN).plan('cluster', {
    kind: 'remove-chaos',
    chaos: 'partition',
    config: 'c',
    runId: RUN,
    withinMs: 1,
  });
  expect(leftByAnother(SAYS).tryThis).toMatch(/^That run ended on this machine .* npm run chaos -- cleanup$/);
});

test('what is of another machine, or of a run that goes on, may have to be waited for', () => {
  expect(leftByAnother(SAYS).tryThis).toContain('wait for its end');
  const lock = acquireRunLock(RUN);
  new UndoJournal(RUN).plan('cluster', {
    kind: 'remove-chaos',
    chaos: 'partition',
    config: 'c',
    runId: RUN,
    withinMs: 1,
  });
  expect(leftByAnother(SAYS).tryThis).toContain('wait for its end');
  lock.release();
  new UndoJournal(RUN).close();
  new UndoJournal('2026-11-28T05-05-26Z-worker_failure-aaaa').plan('local', {
    kind: 'ensure-running',
    dir: 'd',
    instance: 'worker-0',
  });
  expect(leftByAnother(SAYS).tryThis).toContain('wait for its end');
});
