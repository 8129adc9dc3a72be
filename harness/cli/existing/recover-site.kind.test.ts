import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import pWaitFor from 'p-wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseRecord } from '../../store/record-reader.ts';
import { identifyProcess } from '../../core/process-identity.ts';
import { whyNoApiServer } from '../../platforms/cluster/testing/api-server-programs.ts';
import { freePorts } from '../../platforms/cluster/testing/free-ports.ts';
import { airbyteObjects, manifestOf } from '../../profiles/testing/airbyte-objects.ts';
import { discoverPlace, type DiscoverPlace } from '../testing/discover-place.ts';
import { IS_SHORT, ONLY_LONG } from '../testing/long-test.ts';
import {
  killHard,
  makeWorkplace,
  newestRecord,
  rootCauses,
  runForJournal,
  startChaos,
  type Workplace,
} from '../testing/run-chaos.ts';

/*
 * The loss of a site and its recovery by the operator's own commands, with a real API server; Airbyte's API is a process that the commands end and start. How it
 * could lie: recover what was never lost; call a recovery done whose step failed, or that lost a job; leave the original away, or a command running; do
 * something before it was allowed, or in a dry run; write down what it was trusted with.
 */

const reason = await whyNoApiServer();
const NAMESPACE = 'airbyte';
const CONNECTION = '11111111-2222-4333-8444-555555555555';
const OTHER = '99999999-2222-4333-8444-555555555555';
const SECRET = 'canary-of-the-vault';
const SITE = fileURLToPath(new URL('testing/stand-in-site.ts', import.meta.url));

describe.skipIf(reason !== undefined)(`the loss of a site${reason === undefined ? '' : ` (${reason})`}`, () => {
  let place: DiscoverPlace;
  let work: Workplace;
  let port = 0;
  const config = (): string => join(work.dir, 'chaos.config.yaml');
  const at = (name: string): string => join(work.dir, name);
  const health = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/api/v1/health`).then(
      (answer) => answer.ok,
      () => false,
    );

  beforeAll(async () => {
    place = await discoverPlace();
    await place.fill(NAMESPACE, manifestOf(airbyteObjects()));
  }, 300_000);
  afterAll(async () => place?.server.stop());
  beforeEach(async () => {
    work = makeWorkplace();
    work.environment['VAULT_TOKEN'] = SECRET;
    [port = 0] = await freePorts(1);
    writeFileSync(at('port'), String(port));
    const now = Math.floor(Date.now() / 1000);
    const jobs = [1, 2, 3].map((id) => ({
      id,
      connectionId: id === 3 ? OTHER : CONNECTION,
      createdAt: now - 7200 + id,
    }));
    const state = { connections: [CONNECTION, OTHER], jobs };
    writeFileSync(at('original.json'), JSON.stringify(state));
    writeFileSync(at('restored.json'), JSON.stringify(state));
    writeFileSync(at('lossy.json'), JSON.stringify({ connections: [CONNECTION], jobs: jobs.slice(0, 1) }));
    await execa(process.execPath, [SITE, 'start', work.dir, 'original']);
  });
  afterEach(async () => {
    await execa(process.execPath, [SITE, 'stop', work.dir]);
    work.remove();
  });

  const site = (...words: readonly string[]): string =>
    JSON.stringify([process.execPath, SITE, words[0], '.', ...words.slice(1)]);
  const node = (script: string): string => JSON.stringify([process.execPath, '-e', script]);
  const database = (script: string): string =>
    `    - {id: database, title: Restore the database, owner: DBA, within: 5m, command: ${node(script)}}\n`;
  const RESTORE = `require('node:fs').appendFileSync('ran', 'database\\n'); console.log('token ' + process.env.VAULT_TOKEN)`;

  async function configure({
    first = RESTORE,
    state = 'restored',
    allow = 'cluster_failure',
    more = '',
  } = {}): Promise<void> {
    const where = ['--kubeconfig', place.server.kubeconfig, '--namespace', NAMESPACE];
    const what = ['--api', `http://127.0.0.1:${port}`, '--allow', allow, '--components', 'server'];
    const { exitCode, stderr } = await place.chaos(work.dir, 'init', ...where, ...what);
    if (exitCode !== 0) throw new Error(stderr);
    const written = readFileSync(config(), 'utf8').replace(/credentials:\n {2}api:\n.*\n.*\n/, '');
    const recovery = `recovery:
  env: [VAULT_TOKEN]
  break: {within: 1m, command: ${site('stop')}}
  steps:
${database(first)}    - {id: deploy, title: Deploy Airbyte, within: 1m, command: ${site('start', state)}}
  restoreOriginal:
    - {within: 1m, command: ${site('stop')}}
    - {within: 1m, command: ${site('start', 'original')}}
`;
    writeFileSync(config(), `${written}\n${recovery}${more}`);
  }
  const TRAFFIC = `traffic: {connection: ${CONNECTION}, startSync: true}\n`;
  const context = (): string => /context: (\S+)/.exec(readFileSync(config(), 'utf8'))?.[1] ?? '';
  const words = (...more: readonly string[]): readonly string[] => [
    'cluster_failure',
    '--platform',
    'cluster',
    '--config',
    config(),
    ...more,
  ];
  const run = (...more: readonly string[]) => runForJournal(work, words('--confirm', context(), ...more));
  const original = (): string =>
    readFileSync(`/proc/${readFileSync(at('pid'), 'utf8')}/cmdline`, 'utf8').replaceAll('\0', ' ');

  function noSecret(): void {
    for (const file of readdirSync(work.dir, { recursive: true, encoding: 'utf8' })) {
      const path = join(work.dir, file);
      if (!/\.(json|ndjson|html|xml|md|log)$/.test(file) || !existsSync(path)) continue;
      expect(readFileSync(path, 'utf8'), file).not.toContain('canary');
    }
  }

  test('it is lost and recovered, a new sync succeeds, the original is brought back: it passes, with times that can be computed again', async () => {
    await configure({ more: TRAFFIC });
    const { journal, exitCode, log } = await run();
    expect([rootCauses(journal), exitCode]).toEqual([[], 0]);
    expect(journal.headline).toContain('was not counted');
    expect(log).toContain('token ***');
    const [trial] = journal.trials;
    const { events } = parseRecord(Buffer.from(newestRecord(work, 'cluster_failure')));
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
    expect(await health()).toBe(true);
    expect(original()).toContain('original');
    noSecret();
    // The same record gives the same verdict, without a cluster.
    const again = await startChaos(work, ['report', 'latest', '--json']);
    expect(JSON.parse(again.stdout)).toEqual(journal);
  });

  test('killed in a step: nothing of it goes on, no run begins, and cleanup brings the original back', async () => {
    await configure({
      first: `require('node:fs').writeFileSync('step', String(process.pid)); setInterval(() => {}, 1000)`,
    });
    const running = startChaos(work, words('--confirm', context()));
    await pWaitFor(() => existsSync(at('step')) && readFileSync(at('step'), 'utf8') !== '', {
      interval: 50,
      timeout: 120_000,
    });
    expect(await health()).toBe(false);
    await killHard(running);
    const refused = await startChaos(work, words('--confirm', context()));
    expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('cleanup')]);
    const cleaned = await startChaos(work, ['cleanup']);
    expect([cleaned.exitCode, cleaned.stdout]).toEqual([0, expect.stringContaining('brought back by 2 commands')]);
    expect(identifyProcess(Number(readFileSync(at('step'), 'utf8')))).toBeUndefined();
    expect(await health()).toBe(true);
    expect(original()).toContain('original');
  });

  test('a dry run lists every command in its order, and does none; what nobody confirmed, or could do, is refused', async () => {
    await configure();
    const pid = readFileSync(at('pid'), 'utf8');
    const shown = await startChaos(work, words('--dry-run'));
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
    const allowed = await startChaos(work, words('--dry-run', '--confirm', context()));
    expect(allowed.exitCode).toBe(0);
    const unconfirmed = await startChaos(work, words());
    expect([unconfirmed.exitCode, unconfirmed.stderr]).toEqual([64, expect.stringContaining('nobody has said')]);
    const unset = { ...work, environment: { ...work.environment, VAULT_TOKEN: '' } };
    const unknown = await startChaos(unset, words('--confirm', context()));
    expect([unknown.exitCode, unknown.stderr]).toEqual([64, expect.stringContaining('VAULT_TOKEN')]);
    writeFileSync(config(), readFileSync(config(), 'utf8').replace(/\n {2}break: .*/, ''));
    const unattended = await startChaos(work, words('--confirm', context()));
    expect([unattended.exitCode, unattended.stderr]).toEqual([64, expect.stringContaining('nobody at a terminal')]);
    expect(existsSync(at('ran'))).toBe(false);
    expect(readFileSync(at('pid'), 'utf8')).toBe(pid);
  });

  test.skipIf(IS_SHORT)(
    `a restore that lost a connection and jobs fails, whatever else came back (${ONLY_LONG})`,
    async () => {
      await configure({ state: 'lossy' });
      const { journal, exitCode } = await run();
      expect([exitCode, rootCauses(journal)]).toEqual([1, ['claimed_loss']]);
      expect(journal.headline).toContain('job 2');
      expect(original()).toContain('original');
    },
  );

  test.skipIf(IS_SHORT)(
    `a step that fails ends the recovery, is named, and nothing after it is done (${ONLY_LONG})`,
    async () => {
      await configure({ first: `console.log('no backup of ' + process.env.VAULT_TOKEN); process.exit(1)` });
      const { journal, exitCode } = await run();
      expect([exitCode, rootCauses(journal)]).toEqual([1, ['runbook_steps']]);
      expect(journal.headline).toContain('Restore the database');
      expect(journal.headline).toContain('no backup of ***');
      expect(journal.trials[0]?.runbook?.[1]?.outcome).toBe('not-reached');
      expect(original()).toContain('original');
      noSecret();
    },
  );

  test.skipIf(IS_SHORT)(`a break that breaks nothing: no step is done (${ONLY_LONG})`, async () => {
    await configure();
    const text = readFileSync(config(), 'utf8').replace(/break: .*/, `break: {within: 1m, command: ${node('')}}`);
    writeFileSync(config(), text);
    const { exitCode, stderr } = await startChaos(work, words('--confirm', context(), '--set', 'goneWithinSeconds=8'));
    expect([exitCode, stderr]).toEqual([70, expect.stringContaining('the API still answers')]);
    expect(existsSync(at('ran'))).toBe(false);
  });

  test.skipIf(IS_SHORT)(
    `a stop file ends the step that runs, and the original is brought back (${ONLY_LONG})`,
    async () => {
      const stop = at('STOP');
      await configure({
        first: `require('node:fs').writeFileSync('step', String(process.pid)); setInterval(() => {}, 1000)`,
        more: `stopFile: ${stop}\n`,
      });
      const running = startChaos(work, words('--confirm', context()));
      await pWaitFor(() => existsSync(at('step')), { interval: 50, timeout: 120_000 });
      writeFileSync(stop, '');
      const { exitCode } = await running;
      expect(exitCode).toBe(130);
      expect(identifyProcess(Number(readFileSync(at('step'), 'utf8')))).toBeUndefined();
      expect(original()).toContain('original');
    },
  );
});
