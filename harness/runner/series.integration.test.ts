import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeWorkplace, startChaos, type Workplace } from '../cli/testing/run-chaos.ts';
import { findMarkedProcesses } from '../core/process-identity.ts';
import { seriesJournalSchema, type SeriesJournal } from '../core/series-journal.ts';

const SCENARIOS = ['worker_failure', 'temporal_and_worker_failure'];
/** Little work, and a dead worker that is noticed soon; retries wait as the shipped objectives say that they do. */
const SMALL = ['--set', 'records=12000', '--set', 'killAtShare=0.5', '--set', 'ATTEMPT_HEARTBEAT_TIMEOUT_SECONDS=4'];
const EVERYTHING = ['everything', '--only', SCENARIOS.join(','), '--no-load', ...SMALL];

describe('two scenarios on one stack', () => {
  let place: Workplace;
  let journal: SeriesJournal;
  let exitCode: number | undefined;
  let log = '';
  const file = (runId: string, name: string): string => readFileSync(join(place.reports, runId, name), 'utf8');

  beforeAll(async () => {
    place = makeWorkplace();
    const ended = await startChaos(place, [...EVERYTHING, '--json']);
    ({ exitCode, stderr: log } = ended);
    journal = seriesJournalSchema.parse(JSON.parse(ended.stdout));
  });
  afterAll(() => place.remove());

  test('both pass, it was steady in between, and nothing is left', () => {
    expect(
      journal.runs.flatMap(({ causes }) => causes),
      log,
    ).toEqual([]);
    expect(
      journal.runs.map(({ scenario, verdict }) => [scenario.id, verdict]),
      log,
    ).toEqual(SCENARIOS.map((id) => [id, 'pass']));
    expect(
      journal.checks.filter(({ verdict }) => verdict !== 'pass'),
      log,
    ).toEqual([]);
    expect(journal.verdict).toBe('pass');
    expect(exitCode).toBe(0);
    expect(readdirSync(join(place.state, 'stacks'))).toEqual([]);
    expect(existsSync(join(place.state, 'run.lock'))).toBe(false);
  });

  test('they ran on one stack, which was brought up once', () => {
    const details = journal.runs.map(
      ({ runId }) => /"type":"platform.ready".*/.exec(file(runId, 'events.ndjson'))?.[0],
    );
    expect(new Set(details).size).toBe(1);
    expect(file(journal.runId, 'events.ndjson').match(/"type":"phase","name":"teardown"/g)).toHaveLength(1);
  });

  test('both faults of the compound failure happened, and its report tells them apart', () => {
    const runId = journal.runs.at(-1)?.runId ?? '';
    const record = file(runId, 'events.ndjson');
    expect(record.match(/"type":"fault.injected"/g)).toHaveLength(2);
    const page = file(runId, 'index.html');
    expect(page).toContain('Fault 1 of 2');
    expect(page).toContain('Fault 2 of 2');
    expect(page.match(/class="fault-line"/g)).toHaveLength(2);
  });

  test('the combined report links both runs and can be made again from the records', async () => {
    const files = ['index.html', 'journal.json', 'junit.xml', 'summary.md'];
    const before = files.map((name) => file(journal.runId, name));
    for (const { runId } of journal.runs) expect(before[0]).toContain(`href="../${runId}/index.html"`);
    expect((await startChaos(place, ['report', journal.runId])).exitCode).toBe(0);
    expect(files.map((name) => file(journal.runId, name))).toEqual(before);
  });
});

describe('a series that is cut short', () => {
  let place: Workplace;
  beforeEach(() => {
    place = makeWorkplace();
  });
  afterEach(() => place.remove());

  /** The record of the first scenario so far. */
  function firstRecord(): string {
    const run = readdirSync(place.reports).find((name) => name.includes('-worker_failure-'));
    const path = join(place.reports, run ?? '', 'events.ndjson');
    return run !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
  const isBroken = (): boolean => firstRecord().includes('"type":"fault.injected"');

  test('by SIGKILL in the middle leaves nothing that cleanup does not put right', async () => {
    const run = startChaos(place, EVERYTHING);
    await pWaitFor(isBroken, { interval: 10, timeout: 240_000 });
    const stacks = readdirSync(join(place.state, 'stacks'));
    run.kill('SIGKILL');
    await run;
    expect((await startChaos(place, EVERYTHING)).stderr).toContain('npm run chaos -- cleanup');
    const cleanUp = await startChaos(place, ['cleanup']);
    expect(cleanUp.exitCode, cleanUp.stderr).toBe(0);
    for (const stack of stacks) expect(findMarkedProcesses(stack, join(place.state, 'stacks', stack))).toEqual([]);
    expect(readdirSync(join(place.state, 'stacks'))).toEqual([]);
    expect(readdirSync(join(place.state, 'undo'))).toEqual([]);
    expect(existsSync(join(place.state, 'run.lock'))).toBe(false);
  });

  test('by SIGINT undoes everything, says what was not run, and exits with 130', async () => {
    const run = startChaos(place, EVERYTHING);
    await pWaitFor(isBroken, { interval: 10, timeout: 240_000 });
    run.kill('SIGINT');
    const { exitCode, stdout } = await run;
    expect(exitCode, stdout).toBe(130);
    expect(stdout).toContain('temporal_and_worker_failure: not run');
    expect(stdout).toContain('UNKNOWN  everything');
    expect(firstRecord()).toContain('"type":"fault.undone"');
    expect(readdirSync(join(place.state, 'stacks'))).toEqual([]);
    expect((await startChaos(place, ['cleanup'])).stdout).toContain('Nothing was left to undo');
  });
});
