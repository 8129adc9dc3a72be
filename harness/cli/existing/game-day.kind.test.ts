import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fakeAirbyte, type FakeAirbyte, type FakeJob } from '../../clients/monitor/testing/fake-airbyte.ts';
import { fakeConnection, fakeJob } from '../../clients/monitor/testing/fake-content.ts';
import type { GameDayEvent } from '../../core/game-day/events.ts';
import { gameDayJournalSchema, type GameDayJournal } from '../../core/game-day/journal.ts';
import { signalProcess } from '../../core/process-identity.ts';
import { whyNoApiServer } from '../../platforms/cluster/testing/api-server-programs.ts';
import { readGameDayRecord } from '../../store/game-day-record.ts';
import { listGameDays } from '../../store/game-days.ts';
import { IS_SHORT, ONLY_LONG } from '../testing/long-test.ts';
import { openPseudoTerminal, type PseudoTerminal } from '../testing/pseudo-terminal.ts';
import { makeWorkplace, newestRecord, startChaos, type Workplace } from '../testing/run-chaos.ts';
import { existingPlace, type ExistingPlace } from './testing/existing-place.ts';

/*
 * A game day on an existing cluster: a real API server with the controllers that make pods. How it could lie: touch another cluster than the one that was
 * allowed; call what was refused passed, or failed; confirm for somebody; call records whole that nobody counted; lose a run that goes on while it is dead.
 */

const reason = await whyNoApiServer();
const CONNECTION = '11111111-2222-4333-8444-555555555555';
const ESC = '\u001B';
const NOT_FAILED = /^(pass|unknown)$/;
/** The slowest that a stop may be, by the issue; measured is less than half of it. */
const STOP_LIMIT_SECONDS = 2;

const WEEK = 'monday, tuesday, wednesday, thursday, friday, saturday, sunday';
const WORKER = `{scenario: worker_failure, hypothesis: Another worker takes over., expect: {verdict: pass, lost_records: 0}}`;
const database = (more = ''): string =>
  `{scenario: database_failure, hypothesis: It is made again., expect: {verdict: pass}${more}}`;
const CALL = `{manual: Call somebody, id: call, owner: Ana, within: 5m, hypothesis: They answer.}`;

describe.skipIf(reason !== undefined)(
  `a game day on an existing cluster${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let place: ExistingPlace;
    let work: Workplace;
    let airbyte: FakeAirbyte;
    let terminal: PseudoTerminal | undefined;
    let jobs: FakeJob[] = [];
    let context = '';
    const config = (): string => join(work.dir, 'conf', 'chaos.config.yaml');

    beforeAll(async () => {
      place = await existingPlace();
    }, 300_000);
    afterAll(async () => {
      await place?.stop();
    });
    beforeEach(async () => {
      work = makeWorkplace();
      jobs = [];
      airbyte = await fakeAirbyte({ jobs, connections: [fakeConnection(CONNECTION)] });
      await configure();
    });
    afterEach(async () => {
      terminal?.close();
      terminal = undefined;
      await startChaos(work, ['cleanup']);
      await airbyte[Symbol.asyncDispose]();
      work.remove();
    });

    /** Allows to take a worker and the database away. The plan lies in the folder above that of the configuration. */
    async function configure(): Promise<void> {
      const allowed = {
        api: airbyte.url,
        scenarios: 'worker_failure,database_failure',
        components: 'worker,database',
      };
      await place.allow(work, allowed);
      const written = readFileSync(join(work.dir, 'chaos.config.yaml'), 'utf8')
        .replace(/credentials:\n {2}api:\n.*\n.*\n/, '')
        .replace(/maxShare: .*/, 'maxShare: 1');
      context = /context: (\S+)/.exec(written)?.[1] ?? '';
      rewrite(() => written);
    }
    function rewrite(change: (text: string) => string): void {
      mkdirSync(join(work.dir, 'conf'), { recursive: true });
      writeFileSync(config(), change(existsSync(config()) ? readFileSync(config(), 'utf8') : ''));
    }
    const FREEZE = `freezes:\n  - {reason: Black Friday, days: [${WEEK}], between: ['00:00', '24:00']}\n`;
    const freeze = (): void => rewrite((text) => `${text.replace(/^freezes:.*\n/m, '')}\n${FREEZE}`);
    function plan(steps: readonly string[], countdown = '1s'): string {
      const file = join(work.dir, 'plan.yaml');
      const head = `version: 1\ntitle: A day there\npurpose: To see.\nbriefing: [Nothing else is touched.]\nplatform: cluster\nconfig: conf/chaos.config.yaml\ncountdown: ${countdown}\n`;
      const rest = `abort: [{when: data_lost}, {when: not_put_right}]\ntell: [{who: Support, how: by phone}]\n`;
      writeFileSync(file, `${head}steps:\n${steps.map((step) => `  - ${step}\n`).join('')}${rest}`);
      return file;
    }
    function showSync(status: string): void {
      const now = Math.floor(Date.now() / 1000);
      const totalStats = { recordsEmitted: 2000, recordsCommitted: status === 'succeeded' ? 2000 : 500 };
      const attempts = [{ id: 0, status, createdAt: now - 60, totalStats }];
      const made = { connectionId: CONNECTION, createdAt: now - 60, updatedAt: now, status };
      const job = { id: 7, configType: 'sync', configId: CONNECTION, ...made };
      jobs[0] = { ...fakeJob(7, made), json: JSON.stringify({ job, attempts }) };
    }
    const folder = (): string => join(work.reports, listGameDays(work.reports)[0] ?? '');
    const events = (): readonly GameDayEvent[] => {
      try {
        return readGameDayRecord(folder()).entries;
      } catch {
        return [];
      }
    };
    const journal = (): GameDayJournal =>
      gameDayJournalSchema.parse(JSON.parse(readFileSync(join(folder(), 'journal.json'), 'utf8')));
    const until = (is: () => boolean): Promise<void> => pWaitFor(is, { interval: 20, timeout: 300_000 });
    const has = (type: GameDayEvent['type'], step?: string): boolean =>
      events().some((event) => event.type === type && (step === undefined || ('step' in event && event.step === step)));
    const pods = (done: readonly string[]): string[] =>
      done.map((one) => one.replace(/^delete .*\/pods\/(airbyte-[a-z]+).*$/, '$1'));

    test('another cluster under the same name: no-go before anything is changed', async () => {
      rewrite((text) => text.replace(/kubeSystemUid: .*/, 'kubeSystemUid: 00000000-0000-4000-8000-000000000000'));
      const before = place.server.requests().length;
      const { exitCode, stderr } = await startChaos(work, ['game-day', plan([WORKER, CALL]), '--unattended']);
      expect([exitCode, stderr]).toEqual([2, '']);
      expect(journal()).toMatchObject({ outcome: 'no-go', where: `airbyte in airbyte of context ${context}` });
      expect(journal().reason).toContain('leads to another cluster than the one that is allowed');
      expect(has('scenario.began')).toBe(false);
      expect(place.changes(before)).toEqual([]);
    });

    test.skipIf(IS_SHORT)(
      `what is refused is neither passed nor failed, and the day says why (${ONLY_LONG})`,
      async () => {
        const running = startChaos(work, ['game-day', plan([WORKER, database()], '3s'), '--unattended']);
        const before = place.server.requests().length;
        // Nobody said that the database is meant.
        const { exitCode } = await running;
        expect(exitCode).toBe(2);
        expect(journal()).toMatchObject({ outcome: 'no-go' });
        expect(journal().reason).toContain(`It reaches the database of ${context}`);

        const second = startChaos(work, [
          'game-day',
          plan([WORKER, database(`, confirm: ${context}`)], '3s'),
          '--unattended',
        ]);
        // The first is refused by the run itself, after everything had been looked at; the second before its countdown.
        await until(() => listGameDays(work.reports).length === 2 && has('steady', 'worker_failure'));
        freeze();
        expect((await second).exitCode).toBe(2);
        const day = journal();
        expect(day).toMatchObject({ outcome: 'completed', verdict: 'unknown' });
        expect(day.headline).toContain('2 steps refused');
        for (const step of day.steps) {
          expect(step).toMatchObject({ verdict: 'unknown', isRefused: true, finding: 'open', run: null });
          expect(step.summary).toContain('Changes are frozen now: Black Friday');
        }
        expect(day.steps.map(({ attempts }) => attempts)).toEqual([1, 0]);
        expect(place.changes(before)).toEqual([]);
      },
    );

    test.skipIf(IS_SHORT)(
      `two scenarios and a manual step, killed in the middle and taken up again (${ONLY_LONG})`,
      async () => {
        showSync('running');
        const before = place.server.requests().length;
        const file = plan([WORKER, CALL, database(`, confirm: ${context}`)]);
        const day = startChaos(work, ['game-day', file, '--unattended']);
        day.then(undefined, () => undefined);
        await until(() => newestRecord(work, 'worker_failure').includes('"fault.evidence"'));
        const session = events().findLast((event) => event.type === 'session.began');
        expect(session?.type === 'session.began' && signalProcess(session, 'SIGKILL')).toBe(true);
        await day;
        showSync('succeeded');
        const { exitCode } = await startChaos(work, ['game-day', '--resume', '--unattended']);
        const { steps, ...whole } = journal();
        expect([exitCode, whole.outcome, whole.sessions.length]).toEqual([2, 'completed', 2]);
        expect(steps.map(({ id, verdict, attempts }) => [id, verdict, attempts])).toEqual([
          ['worker_failure', expect.stringMatching(NOT_FAILED), 1],
          ['call', 'unknown', 0],
          ['database_failure', expect.stringMatching(NOT_FAILED), 1],
        ]);
        // On a busy machine the prober may have had its own stalls; the sync is told by Airbyte's count.
        expect(steps[0]?.run?.causes.map(({ check }) => check)).not.toContain('job_outcome');
        // Airbyte's count is its own: nobody here saw the records.
        expect(steps[0]).toMatchObject({ finding: 'open' });
        expect(steps[0]?.measured).toContain('not all records were counted');
        expect(whole.criteria[0]).toMatchObject({ state: 'seen-to' });
        expect(events().filter(({ type }) => type === 'confirmed')).toMatchObject([{ name: context, by: 'plan' }]);
        expect(pods(place.changes(before))).toEqual(['airbyte-worker', 'airbyte-db']);
        // Nothing is brought up or taken down.
        expect(has('stack') || has('stack.down')).toBe(false);
        expect(readdirSync(join(folder(), 'logs')).filter((name) => /-(up|down|status|doctor)\./.test(name))).toEqual(
          [],
        );
        const page = readFileSync(join(folder(), 'index.html'), 'utf8');
        expect((await startChaos(work, ['game-day', '--report', 'latest'])).exitCode).toBe(2);
        expect(readFileSync(join(folder(), 'index.html'), 'utf8')).toBe(page);
      },
    );

    test.skipIf(IS_SHORT)(
      `the room types the name, in vain and then rightly, and the stop key ends the run (${ONLY_LONG})`,
      async () => {
        const before = place.server.requests().length;
        terminal = openPseudoTerminal(['game-day', plan([database()])], work.environment);
        await terminal.answer('when everybody in the room has understood', '');
        await terminal.answer('Go or no-go?', 'go');
        await terminal.answer('Begin? [go / skip]', 'go');
        await terminal.answer(`It reaches the database of ${context}. Type that name`, 'yes');
        await terminal.answer('It was refused', 'again');
        expect(place.changes(before)).toEqual([]);
        await terminal.answer('Begin? [go / skip]', 'go');
        await terminal.answer('Type that name', context);
        await until(() => newestRecord(work, 'database_failure').includes('"fault.evidence"'));
        terminal.type(ESC);
        await terminal.answer('It was stopped. What now?', 'next');
        await terminal.answer('Action item:', '');
        await terminal.waitFor('Report: ');
        const day = journal();
        const [stop] = day.stops;
        console.log(`a run on an existing cluster was undone ${stop?.undoneAfterSeconds ?? '?'} s after the stop key`);
        expect(stop?.undoneAfterSeconds).toBeLessThan(STOP_LIMIT_SECONDS);
        expect(day.steps).toMatchObject([{ attempts: 2, verdict: 'unknown', isRefused: false }]);
        expect(events().filter(({ type }) => type === 'confirmed')).toMatchObject([
          { name: 'yes', by: 'room' },
          { name: context, by: 'room' },
        ]);
        expect(pods(place.changes(before))).toEqual(['airbyte-db']);
      },
    );
  },
);
