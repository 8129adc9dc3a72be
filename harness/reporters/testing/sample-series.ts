import { seriesJournalSchema, type SeriesJournal } from '../../core/series-journal.ts';
import { failingRun, sampleRun } from './sample-run.ts';

/** A series of a run that passed, one that failed, and one that did not begin. */
export function sampleSeries(changes: Partial<SeriesJournal> = {}): SeriesJournal {
  const [good, bad] = [sampleRun().journal, failingRun().journal];
  const run = (journal: typeof good, runId: string, id: string): SeriesJournal['runs'][number] => ({
    runId,
    scenario: { ...journal.scenario, id },
    verdict: journal.verdict,
    headline: journal.headline,
    outcome: journal.outcome,
    durationSeconds: 90,
    recoverySeconds: journal.trials[0]?.recovery.measuredSeconds ?? null,
    objectiveSeconds: 300,
    objectiveSource: 'the guide',
    checks: { pass: 13, fail: journal.verdict === 'fail' ? 1 : 0, unknown: 0 },
    causes:
      journal.verdict === 'fail'
        ? [{ check: 'recovery_time', verdict: 'fail', summary: 'Not within the objective.' }]
        : [],
    steadyAgainSeconds: id === 'first' ? 3.2 : null,
  });
  return seriesJournalSchema.parse({
    schemaVersion: 1,
    kind: 'series',
    runId: '2026-11-23T07-01-00Z-everything-fc80',
    verdict: 'fail',
    headline: '1 of 3 scenarios passed; failed: second; 1 not run.',
    outcome: 'refused',
    reason: 'The stack was not steady.',
    wallStart: '2026-11-23T07:01:00.000Z',
    durationSeconds: 217.5,
    targetSeconds: 1500,
    runs: [run(good, 'run-1', 'first'), run(bad, 'run-2', 'second')],
    notRun: [{ scenario: 'third', title: 'The third' }],
    leftOut: ['fourth'],
    checks: [
      {
        id: 'all_scenarios_ran',
        title: 'Every scenario was run',
        verdict: 'unknown',
        summary: 'Not run: third.',
        evidence: [],
      },
      {
        id: 'teardown_clean',
        title: 'The run left nothing behind',
        verdict: 'pass',
        summary: 'Nothing.',
        evidence: [],
      },
    ],
    command: 'npm run chaos -- everything --seed 1',
    seed: 1,
    environment: { node: '24' },
    eventCount: 9,
    ...changes,
  } satisfies SeriesJournal);
}
