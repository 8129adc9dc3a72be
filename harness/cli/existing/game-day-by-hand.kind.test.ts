import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GameDayEvent } from '../../core/game-day/events.ts';
import { gameDayJournalSchema, type GameDayJournal } from '../../core/game-day/journal.ts';
import { signalProcess } from '../../core/process-identity.ts';
import { whyNoApiServer } from '../../platforms/cluster/testing/api-server-programs.ts';
import { readGameDayRecord } from '../../store/game-day-record.ts';
import { listGameDays } from '../../store/game-days.ts';
import { parseRecord } from '../../store/record-reader.ts';
import { IS_SHORT, ONLY_LONG } from '../testing/long-test.ts';
import { openPseudoTerminal, type PseudoTerminal } from '../testing/pseudo-terminal.ts';
import { newestRecord, startChaos } from '../testing/run-chaos.ts';
import { existingPlace, type ExistingPlace } from './testing/existing-place.ts';
import { lostSite, type LostSite } from './testing/lost-site.ts';

/*
 * A site that the people of a game day take away themselves, on a real API server. How it could lie: start the clock with the question; begin without a word;
 * lose the question when the day is killed; leave the site away, or the run waiting, when the room ends it.
 */

const reason = await whyNoApiServer();
const ESC = '\u001B';

describe.skipIf(reason !== undefined || IS_SHORT)(`a site that the room takes away (${reason ?? ONLY_LONG})`, () => {
  let place: ExistingPlace;
  let site: LostSite;
  let terminal: PseudoTerminal | undefined;

  beforeAll(async () => {
    place = await existingPlace();
  }, 300_000);
  afterAll(async () => place?.stop());
  beforeEach(async () => {
    site = await lostSite(place);
    await site.configure({ byHand: true, elsewhere: true });
  });
  afterEach(async () => {
    terminal?.close();
    terminal = undefined;
    await startChaos(site.work, ['cleanup']);
    await site?.remove();
  });

  const folder = (): string => join(site.work.reports, listGameDays(site.work.reports)[0] ?? '');
  const events = (): readonly GameDayEvent[] => readGameDayRecord(folder()).entries;
  const journal = (): GameDayJournal =>
    gameDayJournalSchema.parse(JSON.parse(readFileSync(join(folder(), 'journal.json'), 'utf8')));
  const record = () => parseRecord(Buffer.from(newestRecord(site.work, 'cluster_failure'))).events;

  function plan(): string {
    const file = site.at('plan.yaml');
    writeFileSync(
      file,
      `version: 1
title: A day there
purpose: To see.
briefing: [The site is lost.]
platform: cluster
config: chaos.config.yaml
countdown: 1s
steps:
  - {scenario: cluster_failure, confirm: ${site.context()}, hypothesis: It is recovered.}
abort: [{when: not_put_right}]
tell: [{who: Support, how: by phone}]
`,
    );
    return file;
  }

  /** Up to the question to the room. */
  async function open(): Promise<PseudoTerminal> {
    const opened = openPseudoTerminal(['game-day', plan()], site.work.environment);
    terminal = opened;
    await opened.answer('when everybody in the room has understood', '');
    await opened.answer('Go or no-go?', 'go');
    await opened.answer('Begin? [go / skip]', 'go');
    await opened.answer('Type that name', site.context());
    await opened.waitFor('Press Enter at the moment at which you begin');
    return opened;
  }

  test('the room is asked at the step, and the clock starts with its Enter; killed while it thinks, it is asked again', async () => {
    const first = await open();
    first.type('we call the data centre\r');
    await first.waitFor('noted: we call the data centre');
    const session = events().findLast((event) => event.type === 'session.began');
    expect(session?.type === 'session.began' && signalProcess(session, 'SIGKILL')).toBe(true);
    await first.ended;
    expect(await site.health()).toBe(true);
    const again = openPseudoTerminal(['game-day', '--resume'], site.work.environment);
    terminal = again;
    await again.waitFor('Press Enter at the moment at which you begin');
    // Who takes their time before they begin does not make the recovery longer.
    const looks = (): number => newestRecord(site.work, 'cluster_failure').split('"type":"sample"').length;
    const asked = looks();
    await pWaitFor(() => looks() > asked + 3, { interval: 50, timeout: 30_000 });
    expect(record().some(({ type }) => type === 'fault.injected')).toBe(false);
    again.type('\r');
    await again.waitFor('The clock runs');
    await site.act('stop');
    await again.answer('Did it hold?', 'yes', 300_000);
    await again.answer('Action item:', '');
    await again.waitFor('Report: ');
    const [step] = journal().steps;
    expect([step?.run?.outcome, step?.run?.causes.filter(({ verdict }) => verdict === 'fail')]).toEqual([
      'completed',
      [],
    ]);
    const planned = record().find(({ type }) => type === 'fault.planned');
    const injected = record().find((event) => event.type === 'fault.injected');
    if (planned === undefined || injected?.type !== 'fault.injected') throw new Error('there is no fault');
    const thinking = record().filter(
      (event) => event.type === 'sample' && event.start > planned.t && event.end < injected.start,
    );
    expect(thinking.length).toBeGreaterThan(2);
    expect(journal().axis.filter(({ kind }) => kind === 'by-hand')).toHaveLength(1);
    expect(await site.health()).toBe(true);
    site.noSecret();
  });

  test.each([
    ['Esc', ESC],
    ['the word abort', 'abort\r'],
  ])('%s ends it at that question: nothing is begun, and nobody waits any more', async (_, typed) => {
    const opened = await open();
    opened.type(typed);
    await opened.answer('It was stopped. What now?', 'next');
    await opened.answer('Did it hold?', 'open');
    await opened.answer('Action item:', '');
    await opened.waitFor('Report: ');
    expect(events().some(({ type }) => type === 'taken-by-hand')).toBe(false);
    expect(record().some(({ type }) => type === 'fault.injected')).toBe(false);
    expect(journal().stops).toMatchObject([{ undoneAfterSeconds: expect.any(Number) }]);
    expect(existsSync(site.at('ran'))).toBe(false);
    expect(await site.health()).toBe(true);
    expect((await startChaos(site.work, ['cleanup'])).stdout).toContain('Nothing was left to undo');
  });

  test('without people it is refused by name before the day begins', async () => {
    const { exitCode } = await startChaos(site.work, ['game-day', plan(), '--unattended']);
    expect(exitCode).toBe(2);
    expect(journal()).toMatchObject({ outcome: 'no-go' });
    expect(journal().reason).toContain('cluster_failure: No command takes the site away');
    expect(events().some(({ type }) => type === 'scenario.began')).toBe(false);
    expect(await site.health()).toBe(true);
  });
});
