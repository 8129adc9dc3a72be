/**
 * A whole game day through a real pseudo-terminal: four scenarios, two manual steps, a stop, an abort, killed twice in the middle.
 * The default version plays the recorded sample in place of each scenario (`testing/recorded-run.ts`). It proves the day: its record, its
 * terminal, resuming, abort, report. It does not prove that a stop undoes a fault, that a stack becomes steady again, or how long either
 * takes; with --long the same day is driven on the real stack.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pWaitFor from 'p-wait-for';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { GameDayEvent } from '../core/game-day/events.ts';
import { gameDayJournalSchema, type GameDayJournal } from '../core/game-day/journal.ts';
import { isSameProcessAlive, signalProcess } from '../core/process-identity.ts';
import { readGameDayRecord } from '../store/game-day-record.ts';
import { listGameDays } from '../store/game-days.ts';
import { writePlan, type PlanShape } from './testing/game-day-plan.ts';
import { IS_SHORT, ONLY_LONG } from './testing/long-test.ts';
import { openPseudoTerminal, type PseudoTerminal } from './testing/pseudo-terminal.ts';
import { makeWorkplace, startChaos, type Workplace } from './testing/run-chaos.ts';

const STAND_IN = fileURLToPath(new URL('testing/recorded-run.ts', import.meta.url));
const ESC = '\u001B';
const RECORDED = { scenario: 'worker_failure', set: '{}' };
/** What these mean is said in `testing/recorded-run.ts`. */
const LOSSY = { scenario: 'worker_failure', set: '{records: 1}' };
const DYING = { scenario: 'worker_failure', set: '{records: 2}' };
const STUCK = { scenario: 'worker_failure', set: '{records: 4}' };
const told = z.object({ occasion: z.string(), text: z.string() });

let place: Workplace;
let server: Server;
let received: z.infer<typeof told>[] = [];
let environment: Record<string, string> = {};
let terminals: PseudoTerminal[] = [];

beforeEach(async () => {
  place = makeWorkplace();
  received = [];
  terminals = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push(told.parse(JSON.parse(body)));
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  environment = {
    ...place.environment,
    TEST_WEBHOOK: `http://127.0.0.1:${portOf(server)}/secret-path`,
    TEST_DEAD_WEBHOOK: 'http://127.0.0.1:1/secret-path',
  };
});
afterEach(async () => {
  for (const terminal of terminals) terminal.close();
  // What a test that failed left is put away; nothing is there after one of recordings.
  await startChaos(place, ['cleanup']);
  await startChaos(place, ['down']);
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
  place.remove();
});

function portOf(listening: Server): number {
  const address: string | AddressInfo | null = listening.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function folder(): string {
  return join(place.reports, listGameDays(place.reports)[0] ?? '');
}
function events(): readonly GameDayEvent[] {
  return readGameDayRecord(folder()).entries;
}
function journal(): GameDayJournal {
  return gameDayJournalSchema.parse(JSON.parse(readFileSync(join(folder(), 'journal.json'), 'utf8')));
}

/** The run that is under way, once its record has got that far. */
async function runReaches(step: string, text: string): Promise<void> {
  await pWaitFor(
    () => {
      const began = events().findLast((event) => event.type === 'scenario.began' && event.step === step);
      if (began?.type !== 'scenario.began') return false;
      try {
        return readFileSync(join(place.reports, began.runId, 'events.ndjson'), 'utf8').includes(text);
      } catch {
        return false;
      }
    },
    { interval: 20, timeout: 400_000 },
  );
}

/** SIGKILL to the game day itself, by the identity in its own record. */
async function killDay(terminal: PseudoTerminal): Promise<void> {
  const session = events().findLast((event) => event.type === 'session.began');
  if (session?.type !== 'session.began') throw new Error('no session');
  expect(signalProcess(session, 'SIGKILL')).toBe(true);
  expect(await terminal.ended).toBe(137);
}

interface Way {
  readonly shape: PlanShape;
  readonly more: readonly string[];
  readonly stepMs: number;
  readonly endDay: (terminal: PseudoTerminal, stepMs: number) => Promise<void>;
}

/** The fourth scenario meets an abort criterion, and the room ends the day. */
async function endByCriterion(terminal: PseudoTerminal, stepMs: number): Promise<void> {
  await terminal.waitFor('ABORT CRITERION MET', stepMs);
  await terminal.answer('The plan says that the day ends here. [end / go-on]', 'end');
}

/** The fourth scenario is stopped, and the day with it, for one of the reasons in the plan. */
async function endByHand(terminal: PseudoTerminal): Promise<void> {
  await runReaches('fourth', '"type":"fault.injected"');
  terminal.type(ESC);
  await terminal.answer('What now? [next / again / abort]', 'abort', 120_000);
  await terminal.answer('Why does the day end here?', '1');
}

/** The whole day, as people would live it. */
async function liveThroughIt({ shape, more, stepMs, endDay }: Way): Promise<void> {
  const plan = writePlan(place.dir, shape);
  const open = (...args: string[]): PseudoTerminal => {
    const opened = openPseudoTerminal(['game-day', ...args], environment);
    terminals.push(opened);
    return opened;
  };
  let terminal = open(plan, ...more);
  await terminal.answer('when everybody in the room has understood', '');
  await terminal.waitFor('not met: Backups daily', stepMs);
  await terminal.answer('Go or no-go? [go / no-go]', 'go', stepMs);

  // The first scenario ends by itself, while somebody notes something.
  await terminal.answer('Begin? [go / skip]', 'go');
  await runReaches('first', '"type":"fault.injected"');
  terminal.type('the dashboard is red\r');
  await terminal.waitFor('noted: the dashboard is red');

  // A manual step, in the middle of which the game day is killed.
  await terminal.answer('Does Ana begin now?', 'go', stepMs);
  await terminal.waitFor('Type done or failed');
  await killDay(terminal);
  terminal = open('--resume');
  await terminal.waitFor('taken up again');
  await terminal.waitFor('by wall time');
  await terminal.answer('Type done or failed', 'done she answered at once');

  // The second scenario is stopped with the key, and left at that.
  await terminal.answer('Begin? [go / skip]', 'go');
  await runReaches('second', '"type":"fault.injected"');
  terminal.type(ESC);
  await terminal.waitFor('everything was undone');
  await terminal.answer('What now? [next / again / abort]', 'next');
  await terminal.answer('Does Ben begin now?', 'go');
  await terminal.answer('Type done or failed', 'done');

  // The game day is killed while the third one runs; what it runs goes on by itself, and is followed to its end.
  await terminal.answer('Begin? [go / skip]', 'go', stepMs);
  await runReaches('third', '"type":"fault.injected"');
  await killDay(terminal);
  terminal = open('--resume');
  await terminal.waitFor('its run ', stepMs);

  await terminal.answer('Begin? [go / skip]', 'go', stepMs);
  await endDay(terminal, stepMs);

  // The debrief: what has no numbers is judged by people, and something is promised.
  await terminal.answer('“This is no trouble (second).” Did it hold?', 'open it was stopped', stepMs);
  await terminal.answer('“This is no trouble (third).” Did it hold?', 'yes');
  await terminal.answer('Action item:', 'Write down who calls whom; Ana; 2027-01-31');
  await terminal.answer('Action item:', '1; Ben');
  await terminal.answer('Action item:', '');
  await terminal.waitFor('Report: ');
  expect([1, 2]).toContain(await terminal.ended);
}

/** What must be true of it, whatever ran. */
function expectWholeDay(): GameDayJournal {
  const day = journal();
  expect(day).toMatchObject({ outcome: 'aborted', attended: true, audit: { says: 'go' } });
  expectAudited(day);
  expect(day.steps.map(({ id, attempts }) => `${id} ${attempts}`)).toEqual([
    'first 1',
    'call 0',
    'second 1',
    'read 0',
    'third 1',
    'fourth 1',
    'never 0',
  ]);
  expect(day.steps.map(({ clock }) => clock)).toEqual([null, 'wall', null, 'monotonic', null, null, null]);
  expect(day.sessions.map(({ after }) => after)).toEqual([null, 'crash', 'crash']);
  expect(day.axis).toContainEqual(expect.objectContaining({ kind: 'observation', text: 'the dashboard is red' }));
  expect(day.items).toMatchObject([
    { what: 'Write down who calls whom', owner: 'Ana', due: '2027-01-31', state: 'open' },
    { what: expect.stringMatching(/^Backups daily, with the log archived: /), owner: 'Ben', due: null, state: 'open' },
  ]);
  const outcomes = Object.fromEntries(day.steps.map(({ id, run }) => [id, run?.outcome]));
  expect(outcomes).toMatchObject({ first: 'completed', second: 'interrupted', third: 'completed' });
  expect(day.stops[0]).toMatchObject({ step: 'second', undoneAfterSeconds: expect.any(Number) });
  // Told before, on abort and after, each once, and who cannot be reached stops nothing.
  expect(received.map(({ occasion }) => occasion)).toEqual(['before', 'abort', 'after']);
  expect(day.told.filter(({ delivered }) => delivered === false)).toHaveLength(3);
  expect(readFileSync(join(folder(), 'events.ndjson'), 'utf8')).not.toContain('secret-path');
  return day;
}

/** The audit is in the record with its evidence, and its own report is where the day's report says. */
function expectAudited({ audit, findings }: GameDayJournal): void {
  expect(audit?.required).toEqual([expect.objectContaining({ id: 'database_ha', verdict: 'met' })]);
  const points = Object.fromEntries(audit?.result?.points.map(({ id, verdict }) => [id, verdict]) ?? []);
  expect(points).toMatchObject({ database_ha: 'met', backups: 'not_met', redundancy: 'not_met' });
  expect(findings.some(({ text }) => text.startsWith('Audit: not met: Backups daily'))).toBe(true);
  expect(existsSync(join(place.reports, audit?.result?.auditId ?? 'none', 'index.html'))).toBe(true);
}

describe('a game day through a real terminal', () => {
  test('of recordings: killed twice, stopped once, ended by a criterion, and nothing is lost', async () => {
    const shape = {
      scenarios: [RECORDED, RECORDED, RECORDED, LOSSY],
      abort: '{when: data_lost}',
      countdown: '1s',
      mustBeMet: '[database_ha]',
    } as const;
    await liveThroughIt({ shape, more: ['--stand-in', STAND_IN], stepMs: 120_000, endDay: endByCriterion });
    const day = expectWholeDay();
    expect(day.verdict).toBe('fail');
    expect(day.criteria[0]).toMatchObject({ state: 'met', step: 'fourth' });
    expect(day.steps.map(({ verdict, finding }) => `${verdict}, ${finding}`)).toEqual([
      'pass, confirmed',
      'pass, confirmed',
      'unknown, open',
      'pass, confirmed',
      'pass, confirmed',
      'fail, refuted',
      'unknown, open',
    ]);
    expect(day.findings[0]?.text).toContain('No scenario was run');
    // The same record gives the same bytes.
    const before = readFileSync(join(folder(), 'index.html'), 'utf8');
    expect((await startChaos(place, ['game-day', '--report', 'latest'])).exitCode).toBe(1);
    expect(readFileSync(join(folder(), 'index.html'), 'utf8')).toBe(before);
    expect(readFileSync(join(place.reports, 'index.html'), 'utf8')).toContain(`./${day.dayId}/index.html`);
  });

  test.skipIf(IS_SHORT)(`on the real stack (${ONLY_LONG})`, async () => {
    const shape = {
      scenarios: [
        { scenario: 'worker_failure', set: '{records: 12000}' },
        { scenario: 'server_failure', set: '{}' },
        { scenario: 'webapp_failure', set: '{}' },
        { scenario: 'worker_failure', set: '{records: 12000}' },
      ],
      abort: '{when: data_lost}',
      countdown: '3s',
      mustBeMet: '[database_ha]',
    } as const;
    await liveThroughIt({ shape, more: [], stepMs: 400_000, endDay: endByHand });
    const day = expectWholeDay();
    expect(day.standIn).toBeNull();
    expect(day.reason).toBe('Somebody is needed elsewhere.');
    expect(day.stops.map(({ step }) => step)).toEqual(['second', 'fourth']);
    for (const { run } of day.steps) expect(run?.leftNothing ?? 'pass').toBe('pass');
    expect(readdirSync(join(place.state, 'stacks'))).toEqual([]);
    expect((await startChaos(place, ['cleanup'])).stdout).toContain('Nothing was left to undo');
    const alive = events().flatMap((event) =>
      event.type === 'scenario.process' && isSameProcessAlive(event) ? [event] : [],
    );
    expect(alive).toEqual([]);
  });
});

test('the same plan runs without people: what only they can do is not known, and it ends by the criterion', async () => {
  const scenarios = [RECORDED, DYING, RECORDED, LOSSY] as const;
  const plan = writePlan(place.dir, { scenarios, abort: '{when: data_lost}', countdown: '1s' });
  const run = await startChaos({ ...place, environment }, ['game-day', plan, '--unattended', '--stand-in', STAND_IN]);
  expect(run.stderr).toBe('');
  expect(run.exitCode).toBe(1);
  const day = journal();
  expect(day).toMatchObject({ outcome: 'aborted', attended: false });
  expect(day.steps.map(({ id, verdict, attempts }) => [id, verdict, attempts])).toEqual([
    ['first', 'pass', 1],
    ['call', 'unknown', 0],
    // Its runs were killed: cleaned up, begun once more, and then left.
    ['second', 'unknown', 2],
    ['read', 'unknown', 0],
    ['third', 'pass', 1],
    ['fourth', 'fail', 1],
    ['never', 'unknown', 0],
  ]);
  expect(events().filter((event) => event.type === 'cleaned-up' && event.succeeded)).toHaveLength(2);
  expect(received.map(({ occasion }) => occasion)).toEqual(['before', 'abort', 'after']);
});

describe('a criterion that is met while a run goes on', () => {
  const shape = {
    scenarios: [RECORDED, STUCK, RECORDED, RECORDED],
    abort: '{when: recovery_longer_than, limit: 20s}',
    countdown: '1s',
  } as const;

  test('stops the run and, without people, ends the day', async () => {
    const plan = writePlan(place.dir, shape);
    const run = await startChaos({ ...place, environment }, ['game-day', plan, '--unattended', '--stand-in', STAND_IN]);
    expect([run.stderr, journal().outcome]).toEqual(['', 'aborted']);
    const day = journal();
    expect(day.steps.map(({ id, run: ran }) => [id, ran?.outcome])).toEqual([
      ['first', 'completed'],
      ['call', undefined],
      ['second', 'interrupted'],
      ['read', undefined],
      ['third', undefined],
      ['fourth', undefined],
      ['never', undefined],
    ]);
    const [met] = day.criteria;
    expect(met).toMatchObject({ state: 'met', step: 'second', during: { event: expect.any(Number) } });
    expect(met?.detail).toMatch(/^Not recovered [2-5]\d\.\d s after the fault; the limit is 20\.0 s/);
    // The event that it names is the last that was known of the run: it is in its record, and the run was stopped after it.
    const { runId = '', event = 0, atSeconds = 0 } = met?.during ?? {};
    const lines = readFileSync(join(place.reports, runId, 'events.ndjson'), 'utf8').split('\n');
    expect(JSON.parse(lines[event] ?? '')).toMatchObject({ i: event });
    expect(JSON.parse(lines[event] ?? '').t / 1000).toBeCloseTo(atSeconds, 2);
    expect(day.stops).toMatchObject([{ step: 'second', undoneAfterSeconds: expect.any(Number) }]);
    expect(day.reason).toContain('Not recovered');
    // The same record gives the same bytes.
    const before = readFileSync(join(folder(), 'index.html'), 'utf8');
    await startChaos(place, ['game-day', '--report', 'latest']);
    expect(readFileSync(join(folder(), 'index.html'), 'utf8')).toBe(before);
  });

  test.skipIf(IS_SHORT)(`is told to the room at once, which may go on all the same (${ONLY_LONG})`, async () => {
    const terminal = openPseudoTerminal(['game-day', writePlan(place.dir, shape), '--stand-in', STAND_IN], environment);
    terminals.push(terminal);
    await terminal.answer('when everybody in the room has understood', '');
    await terminal.answer('Go or no-go?', 'go');
    await terminal.answer('Begin? [go / skip]', 'go');
    await terminal.answer('Does Ana begin now?', 'skip');
    await terminal.answer('Begin? [go / skip]', 'go');
    await terminal.waitFor('ABORT CRITERION MET');
    await terminal.waitFor('Stopping: the run undoes what it did');
    await terminal.answer('The plan says that the day ends here. [end / go-on]', 'go-on');
    await terminal.answer('Why does it go on all the same?', 'We want to see the next one.');
    await terminal.answer('It was stopped. What now?', 'next');
    await terminal.answer('Does Ben begin now?', 'abort');
    await terminal.answer('Why does the day end here?', '1');
    await terminal.answer('“This is no trouble (second).” Did it hold?', 'open');
    await terminal.answer('Action item:', '');
    await terminal.waitFor('Report: ');
    expect(journal().criteria[0]).toMatchObject({ state: 'met-and-overruled', step: 'second' });
    expect(events().filter(({ type }) => type === 'criterion.met')).toHaveLength(1);
  });
});

test('without people a day does not begin where a point is not met that the plan requires', async () => {
  const scenarios = [RECORDED, RECORDED, RECORDED, RECORDED] as const;
  const shape = {
    scenarios,
    abort: '{when: data_lost}',
    countdown: '1s',
    mustBeMet: '[database_ha, alerting]',
  } as const;
  const plan = writePlan(place.dir, shape);
  const run = await startChaos({ ...place, environment }, ['game-day', plan, '--unattended', '--stand-in', STAND_IN]);
  expect(run.exitCode).toBe(2);
  expect(journal()).toMatchObject({ outcome: 'no-go', audit: { says: 'no-go' } });
  expect(journal().reason).toContain('Required and not met: Monitoring and alerting for failed jobs');
  expect(events().some(({ type }) => type === 'scenario.began')).toBe(false);
});

test('a plan with mistakes is refused with line and column of each', async () => {
  const scenarios = [RECORDED, RECORDED, RECORDED, { scenario: 'worker_failur', set: '{}' }] as const;
  const plan = writePlan(place.dir, { scenarios, abort: '{when: never}', countdown: '1' });
  const { exitCode, stderr } = await startChaos(place, ['game-day', plan, '--check']);
  expect(exitCode).toBe(64);
  expect(stderr).toMatch(/plan\.yaml:5:12: countdown: is not a duration/);
  expect(stderr).toMatch(/plan\.yaml:16:\d+: abort\.0\.when: /);
});
