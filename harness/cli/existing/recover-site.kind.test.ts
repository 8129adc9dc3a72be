import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import pWaitFor from 'p-wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseRecord } from '../../store/record-reader.ts';
import { identifyProcess } from '../../core/process-identity.ts';
import { whyNoApiServer } from '../../platforms/cluster/testing/api-server-programs.ts';
import { discoverPlace, type DiscoverPlace } from '../testing/discover-place.ts';
import { IS_SHORT, ONLY_LONG } from '../testing/long-test.ts';
import { openPseudoTerminal } from '../testing/pseudo-terminal.ts';
import { killHard, newestRecord, rootCauses, startChaos } from '../testing/run-chaos.ts';
import { fillPlace, lostSite, node, TRAFFIC, type LostSite } from './testing/lost-site.ts';

/*
 * The loss of a site and its recovery by the operator's own commands, with a real API server; Airbyte's API is a process that the commands end and start. How it
 * could lie: recover what was never lost; call a recovery done whose step failed, or that lost a job; leave the original away, or a command running; do
 * something before it was allowed, or in a dry run; write down what it was trusted with.
 */

const reason = await whyNoApiServer();

describe.skipIf(reason !== undefined)(`the loss of a site${reason === undefined ? '' : ` (${reason})`}`, () => {
  let place: DiscoverPlace;
  let site: LostSite;

  beforeAll(async () => {
    place = await discoverPlace();
    await fillPlace(place);
  }, 300_000);
  afterAll(async () => place?.server.stop());
  beforeEach(async () => {
    site = await lostSite(place);
  });
  afterEach(async () => site?.remove());

  test('it is lost and recovered, a new sync succeeds, the original is brought back: it passes, with times that can be computed again', async () => {
    await site.configure({ more: TRAFFIC });
    const { journal, exitCode, log } = await site.run();
    expect([rootCauses(journal), exitCode]).toEqual([[], 0]);
    expect(journal.headline).toContain('was not counted');
    expect(log).toContain('token ***');
    const [trial] = journal.trials;
    const { events } = parseRecord(Buffer.from(newestRecord(site.work, 'cluster_failure')));
    const injected = events.find((event) => event.type === 'fault.injected');
    const steps = events.filter((event) => event.type === 'runbook.step');
    const sync = events.findLast((event) => event.type === 'job' && event.status === 'succeeded');
    if (injected?.type !== 'fault.injected' || sync?.type !== 'job') throw new Error('there is no fault, or no sync');
    expect(trial?.runbook?.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['database', 'done'],
      ['deploy', 'done'],
    ]);
    for (const [n, step] of steps.entries()) {
      if (step.type !== 'runbook.step') continue;
      expect(trial?.runbook?.[n]?.tookSeconds).toBeCloseTo((step.end - step.start) / 1000, 2);
    }
    expect(trial?.recovery.measuredSeconds?.high).toBeCloseTo((sync.end - injected.start) / 1000, 2);
    // The clock of the recovery starts with the command that takes the site away, not with its end.
    expect(trial?.recovery.measuredSeconds?.low).toBeLessThan((sync.end - injected.start) / 1000);
    expect(await site.health()).toBe(true);
    expect(site.original()).toContain('original');
    site.noSecret();
    // The same record gives the same verdict, without a cluster.
    const again = await startChaos(site.work, ['report', 'latest', '--json']);
    expect(JSON.parse(again.stdout)).toEqual(journal);
  });

  test('killed in a step: nothing of it goes on, no run begins, and cleanup brings the original back', async () => {
    await site.configure({
      first: `require('node:fs').writeFileSync('step', String(process.pid)); setInterval(() => {}, 1000)`,
    });
    const running = startChaos(site.work, site.words('--confirm', site.context()));
    await pWaitFor(() => existsSync(site.at('step')) && readFileSync(site.at('step'), 'utf8') !== '', {
      interval: 50,
      timeout: 120_000,
    });
    expect(await site.health()).toBe(false);
    await killHard(running);
    const refused = await startChaos(site.work, site.words('--confirm', site.context()));
    expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('cleanup')]);
    const cleaned = await startChaos(site.work, ['cleanup']);
    expect([cleaned.exitCode, cleaned.stdout]).toEqual([0, expect.stringContaining('brought back by 2 commands')]);
    expect(identifyProcess(Number(readFileSync(site.at('step'), 'utf8')))).toBeUndefined();
    expect(await site.health()).toBe(true);
    expect(site.original()).toContain('original');
  });

  test('a dry run lists every command in its order, and does none; what nobody confirmed, or could do, is refused', async () => {
    await site.configure();
    const pid = readFileSync(site.at('pid'), 'utf8');
    const shown = await startChaos(site.work, site.words('--dry-run'));
    expect([shown.exitCode, shown.stdout]).toEqual([64, expect.stringContaining('--confirm')]);
    const lines = shown.stdout.split('\n').filter((line) => /^ {2}(break|step|undo)/.test(line));
    expect(lines.map((line) => /^ {2}(\w+ ?\d?)/.exec(line)?.[1]?.trim())).toEqual([
      'break',
      'step 1',
      'step 2',
      'undo',
      'undo',
    ]);
    expect(lines[1]).toContain('Restore the database (DBA)');
    expect(lines[1]).toContain('within 5m');
    const allowed = await startChaos(site.work, site.words('--dry-run', '--confirm', site.context()));
    expect(allowed.exitCode).toBe(0);
    const unconfirmed = await startChaos(site.work, site.words());
    expect([unconfirmed.exitCode, unconfirmed.stderr]).toEqual([64, expect.stringContaining('nobody has said')]);
    const unset = { ...site.work, environment: { ...site.work.environment, VAULT_TOKEN: '' } };
    const unknown = await startChaos(unset, site.words('--confirm', site.context()));
    expect([unknown.exitCode, unknown.stderr]).toEqual([64, expect.stringContaining('VAULT_TOKEN')]);
    writeFileSync(site.config, readFileSync(site.config, 'utf8').replace(/\n {2}break: .*/, ''));
    const unattended = await startChaos(site.work, site.words('--confirm', site.context()));
    expect([unattended.exitCode, unattended.stderr]).toEqual([64, expect.stringContaining('nobody at a terminal')]);
    expect(existsSync(site.at('ran'))).toBe(false);
    expect(readFileSync(site.at('pid'), 'utf8')).toBe(pid);
  });

  test.skipIf(IS_SHORT)(
    `a person takes it away at a terminal, and it is recovered at another address: the clock starts with their word (${ONLY_LONG})`,
    async () => {
      await site.configure({ byHand: true, elsewhere: true, more: TRAFFIC });
      const terminal = openPseudoTerminal(site.words(), site.work.environment);
      try {
        await terminal.answer('Type the name of the context', site.context());
        await terminal.waitFor('Press Enter at the moment');
        // Who takes their time before they begin does not make the recovery longer.
        const looks = (): number => newestRecord(site.work, 'cluster_failure').split('"type":"sample"').length;
        const asked = looks();
        await pWaitFor(() => looks() > asked + 3, { interval: 50, timeout: 30_000 });
        terminal.type('\r');
        await site.act('stop');
        expect(await terminal.ended, terminal.screen().slice(-3000)).toBe(0);
      } finally {
        terminal.close();
      }
      const { events } = parseRecord(Buffer.from(newestRecord(site.work, 'cluster_failure')));
      const planned = events.find(({ type }) => type === 'fault.planned');
      const injected = events.find((event) => event.type === 'fault.injected');
      if (injected?.type !== 'fault.injected' || planned === undefined) throw new Error('there is no fault');
      const thinking = events.filter(
        (event) => event.type === 'sample' && event.start > planned.t && event.end < injected.start,
      );
      expect(thinking.length).toBeGreaterThan(2);
      const probes = events.flatMap((event) => (event.type === 'probe.defined' ? [event.probe] : []));
      expect(probes).toEqual(['api health', 'api health, recovered']);
      expect(site.original()).toContain('original');
      expect(await site.health()).toBe(true);
      site.noSecret();
    },
  );

  const byHand = async (code: number, words: string): Promise<void> => {
    await site.configure({ byHand: true });
    const terminal = openPseudoTerminal(site.words('--set', 'goneWithinSeconds=8'), site.work.environment);
    try {
      await terminal.answer('Type the name of the context', site.context());
      await terminal.waitFor('Press Enter at the moment');
      if (code === 2) {
        await site.act('stop');
        const bad = (): number => newestRecord(site.work, 'cluster_failure').split('"ok":false').length - 1;
        await pWaitFor(() => bad() > 1, { interval: 50, timeout: 30_000 });
      }
      terminal.type(code === 130 ? '\u0003' : '\r');
      expect(await terminal.ended).toBe(code);
    } finally {
      terminal.close();
    }
    expect(terminal.screen().replaceAll(/\s+/g, ' ')).toContain(words);
    expect(existsSync(site.at('ran'))).toBe(code === 2);
    expect(site.original()).toContain('original');
    expect(await site.health()).toBe(true);
  };

  test('a person is asked at a terminal, and leaves with Ctrl-C: it is undone', () =>
    byHand(130, 'The question was not answered'));

  test.skipIf(IS_SHORT).each([
    ['takes it away before they say so: how long it took is not known', 2, 'was away already'],
    ['never takes it away: no step is done', 70, 'the API still answers'],
  ] as const)(`a person %s (${ONLY_LONG})`, (_, code, words) => byHand(code, words));

  test.skipIf(IS_SHORT).each([
    ['fires: it passes', 'fires', [], 'What was due came'],
    ['stays silent: it fails', 'silent', ['schedules_claimed'], 'made no job when it was due'],
  ] as const)(`a schedule that is due after the recovery %s (${ONLY_LONG})`, async (_, schedule, causes, words) => {
    await site.configure({ schedule, recovery: '  schedulesWithin: 4m\n' });
    const { journal } = await site.run();
    expect(rootCauses(journal)).toEqual(causes);
    const check = journal.trials[0]?.checks.find(({ id }) => id === 'schedules_claimed');
    expect(check?.summary).toContain(words);
  });

  test.skipIf(IS_SHORT)(
    `what brings the original back ends well, and the original stays away: it fails and says so, and so does cleanup, until it answers (${ONLY_LONG})`,
    async () => {
      await site.configure({ elsewhere: true, restore: '', recovery: '  originalWithin: 2s\n' });
      const { journal, exitCode } = await site.run();
      expect([exitCode, rootCauses(journal)]).toEqual([1, ['teardown_clean']]);
      expect(journal.headline).toContain('the original does not answer well');
      expect(journal.headline).toContain('were run once, and a run does not run them again');
      const cleaned = await startChaos(site.work, ['cleanup']);
      expect([cleaned.exitCode, cleaned.stderr]).toEqual([70, expect.stringContaining('does not answer well')]);
      expect(cleaned.stdout).toContain('Running what brings the original back again (it was begun before');
      await site.act('stop');
      await site.act('start', 'original');
      const again = await startChaos(site.work, ['cleanup']);
      expect([again.exitCode, again.stdout]).toEqual([0, expect.stringContaining('it answers well')]);
    },
  );

  test.skipIf(IS_SHORT)(
    `a restore that lost a connection and jobs fails, whatever else came back (${ONLY_LONG})`,
    async () => {
      await site.configure({ state: 'lossy' });
      const { journal, exitCode } = await site.run();
      expect([exitCode, rootCauses(journal)]).toEqual([1, ['claimed_loss']]);
      expect(journal.headline).toContain('job 2');
      expect(site.original()).toContain('original');
    },
  );

  test.skipIf(IS_SHORT)(
    `a step that fails ends the recovery, is named, and nothing after it is done (${ONLY_LONG})`,
    async () => {
      await site.configure({ first: `console.log('no backup of ' + process.env.VAULT_TOKEN); process.exit(1)` });
      const { journal, exitCode } = await site.run();
      expect([exitCode, rootCauses(journal)]).toEqual([1, ['runbook_steps']]);
      expect(journal.headline).toContain('Restore the database');
      expect(journal.headline).toContain('no backup of ***');
      expect(journal.trials[0]?.runbook?.[1]?.outcome).toBe('not-reached');
      expect(site.original()).toContain('original');
      site.noSecret();
    },
  );

  test.skipIf(IS_SHORT)(`a break that breaks nothing: no step is done (${ONLY_LONG})`, async () => {
    await site.configure();
    const text = readFileSync(site.config, 'utf8').replace(/break: .*/, `break: {within: 1m, command: ${node('')}}`);
    writeFileSync(site.config, text);
    const { exitCode, stderr } = await startChaos(
      site.work,
      site.words('--confirm', site.context(), '--set', 'goneWithinSeconds=8'),
    );
    expect([exitCode, stderr]).toEqual([70, expect.stringContaining('the API still answers')]);
    expect(existsSync(site.at('ran'))).toBe(false);
  });

  test.skipIf(IS_SHORT)(
    `a stop file ends the step that runs, and the original is brought back (${ONLY_LONG})`,
    async () => {
      const stop = site.at('STOP');
      await site.configure({
        first: `require('node:fs').writeFileSync('step', String(process.pid)); setInterval(() => {}, 1000)`,
        more: `stopFile: ${stop}\n`,
      });
      const running = startChaos(site.work, site.words('--confirm', site.context()));
      await pWaitFor(() => existsSync(site.at('step')), { interval: 50, timeout: 120_000 });
      writeFileSync(stop, '');
      const { exitCode } = await running;
      expect(exitCode).toBe(130);
      expect(identifyProcess(Number(readFileSync(site.at('step'), 'utf8')))).toBeUndefined();
      expect(site.original()).toContain('original');
    },
  );
});
