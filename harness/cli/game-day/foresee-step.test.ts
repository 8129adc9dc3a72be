import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { OPENING, samplePlan } from '../../core/game-day/testing/sample-day.ts';
import { beginGameDayRecord } from '../../store/game-day-record.ts';
import type { Day } from './day.ts';
import { foreseeAll, foreseeStep, type ForeseenStep } from './foresee-step.ts';
import { quietProgram, quietRoom } from './testing/quiet-room.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chaos-foresee-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const STEP = { scenario: 'cluster_failure', set: {}, hypothesis: 'It is recovered.' };
const CLUSTER = {
  context: 'staging',
  server: 'https://k8s.example',
  kubeSystemUid: '11111111-2222-4333-8444-555555555555',
};

/** A day on an existing cluster, whose dry run says this. */
function dayWhere(said: Readonly<Record<string, unknown>>, attended: boolean): Day {
  const configFile = join(dir, 'chaos.config.yaml');
  const { context, server, kubeSystemUid } = CLUSTER;
  writeFileSync(
    configFile,
    `version: 1\ncluster: {context: ${context}, server: ${server}, kubeSystemUid: ${kubeSystemUid}}\nnamespace: airbyte\nrelease: airbyte\nprofile: airbyte-v2\n`,
  );
  const record = beginGameDayRecord(join(dir, 'day'), systemClock());
  const place = { configFile, ...CLUSTER, namespace: 'airbyte', release: 'airbyte' };
  for (const body of OPENING(samplePlan({ platform: 'cluster', config: configFile, steps: [STEP] })))
    record.append(body.type === 'day.began' ? { ...body, place } : body);
  return {
    record,
    clock: systemClock(),
    reports: dir,
    room: quietRoom({
      attended,
    }),
    program: quietProgram(async () =>
      Promise.resolve({ exitCode: 64, stdout: JSON.stringify({ version: 1, ...said }), stderr: '' }),
    ),
  };
}

const foresee = (said: Readonly<Record<string, unknown>>, attended: boolean): Promise<ForeseenStep> =>
  foreseeStep(dayWhere(said, attended), STEP);

test('what a person breaks may be done with people', async () => {
  expect(await foresee({ isBrokenByPerson: true }, true)).toMatchObject({ refused: undefined, isBrokenByPerson: true });
});

test('without people it is a no-go, by the name of the step', async () => {
  const { says, detail } = await foreseeAll(dayWhere({ isBrokenByPerson: true }, false));
  expect([says, detail]).toEqual(['no-go', expect.stringMatching(/^cluster_failure: No command takes the site away/)]);
});

test.each([
  ['a command breaks', { isBrokenByPerson: false }],
  ['a dry run of before says nothing of', {}],
])('what %s needs nobody', async (_, said) => {
  expect(await foresee(said, false)).toMatchObject({ refused: undefined, isBrokenByPerson: false });
});

test('what the configuration refuses is told first', async () => {
  const said = { isBrokenByPerson: true, refused: { message: 'Changes are frozen now.', tryThis: 'Wait.' } };
  expect((await foresee(said, false)).refused).toBe('Changes are frozen now. Wait.');
});
