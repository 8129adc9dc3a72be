import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userFile } from '../project-paths.ts';
import { readItem } from './debrief.ts';
import { readPlace, requireSamePlace } from './place.ts';
import { preparePlan, readPlan, renderPlanSchema } from './plan-file.ts';

const QUARTERLY = userFile('fixtures/game-days/quarterly.yaml');
let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'chaos-plan-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The shipped plan with a part of it replaced. */
async function changed(from: string, to: string): Promise<unknown> {
  const text = readFileSync(QUARTERLY, 'utf8');
  expect(text).toContain(from);
  const path = join(dir, 'plan.yaml');
  writeFileSync(path, text.replace(from, to));
  return preparePlan(await readPlan(path));
}

test('the shipped plan can be carried out: four scenarios, two manual steps', async () => {
  const { plan } = await preparePlan(await readPlan(QUARTERLY));
  expect(plan.go_no_go.audit.must_be_met).toEqual(['database_ha', 'runbook_written']);
  expect(plan.steps.filter((step) => 'scenario' in step)).toHaveLength(4);
  expect(plan.steps.filter((step) => 'manual' in step)).toHaveLength(2);
});

describe('on an Airbyte that is there already', () => {
  const EXISTING = userFile('fixtures/game-days/existing-cluster.yaml');
  const UID = '11111111-2222-4333-8444-555555555555';
  const configured = (uid = UID, more = ''): void =>
    writeFileSync(
      join(dir, 'chaos.config.yaml'),
      `version: 1\ncluster: {context: staging, server: https://k8s.example, kubeSystemUid: ${uid}}\nnamespace: airbyte\nrelease: airbyte\nprofile: airbyte-v2\n${more}`,
    );
  const planIn = async (change: (text: string) => string = (text) => text) => {
    const path = join(dir, 'existing.yaml');
    writeFileSync(path, change(readFileSync(EXISTING, 'utf8')));
    return { path, plan: (await preparePlan(await readPlan(path))).plan };
  };

  test('the shipped plan can be carried out, on what the configuration beside it names', async () => {
    configured();
    const { path, plan } = await planIn();
    expect(plan.steps.map((step) => 'scenario' in step)).toEqual([true, false, true, true]);
    const place = await readPlace(plan, path);
    expect(place).toMatchObject({
      context: 'staging',
      namespace: 'airbyte',
      configFile: join(dir, 'chaos.config.yaml'),
    });
    // Nothing of it is brought up, so no platform of the harness has to be able to.
    expect((await preparePlan(plan)).stackSettings).toEqual([]);
  });

  test('a configuration that names another cluster by now, or whose stop file is there, ends the day there', async () => {
    configured();
    const { path, plan } = await planIn();
    const place = await readPlace(plan, path);
    if (place === null) throw new Error('it has a place');
    await requireSamePlace(place);
    configured('99999999-2222-4333-8444-555555555555');
    await expect(requireSamePlace(place)).rejects.toThrow(/kubeSystemUid is 99999999.* and was 11111111/);
    configured(UID, `stopFile: ${path}\n`);
    await expect(requireSamePlace(place)).rejects.toThrow(/The stop file .* is there/);
  });

  test('what the audit asks for there alone can be required', async () => {
    configured();
    const { plan } = await planIn((text) => text.replace('- runbook_written', '- hung_jobs\n      - probes'));
    expect(plan.go_no_go.audit.must_be_met.slice(0, 2)).toEqual(['hung_jobs', 'probes']);
  });

  test.each([
    ['config: chaos.config.yaml', '', /platform: is an existing cluster; say which/],
    ['platform: cluster', 'platform: local', /config: is of an existing cluster/],
  ])('%s → %s', async (from, to, message) => {
    await expect(planIn((text) => text.replace(from, to))).rejects.toThrow(message);
  });

  test('a configuration that is not there is told before the day begins', async () => {
    rmSync(join(dir, 'chaos.config.yaml'), { force: true });
    const { path, plan } = await planIn();
    await expect(readPlace(plan, path)).rejects.toThrow(/the file cannot be read/);
  });
});

describe('a plan with a mistake is refused before the room is told anything', () => {
  test.each([
    [
      'scenario: worker_failure',
      'scenario: worker_failur',
      /plan\.yaml:\d+:\d+: steps\.0\.scenario: there is no scenario "worker_failur"\. Did you mean "worker_failure"/,
    ],
    [
      'scenario: worker_failure',
      'scenario: worker_failure\n    variant: nope',
      /steps\.0\.variant: there is no variant of worker_failure "nope"/,
    ],
    ['scenario: worker_failure', 'scenario: worker_failure\n    set: {nope: 1}', /There is no parameter "nope"/],
    ['scenario: worker_failure', 'scenario: worker_failure\n    set: {weakness: x}', /has no weaknesses put into it/],
    [
      'scenario: scheduler_failure',
      'scenario: worker_failure',
      /plan\.yaml:\d+:\d+: steps\.2: there is a step "worker_failure" already/,
    ],
    ['scenario: server_failure', 'scenario: drain', /drain cannot be carried out: platform local lacks machines/],
    ['scenario: server_failure', 'scenario: cluster_failure', /make it the last scenario/],
    [
      'scenario: worker_failure',
      'scenario: worker_failure\n    confirm: x',
      /steps\.0\.confirm: is of an existing cluster/,
    ],
    ['within: 5m', 'within: 5 minutes', /plan\.yaml:\d+:\d+: steps\.1\.within: is not a duration/],
    [
      '- database_ha',
      '- database_hah',
      /plan\.yaml:\d+:\d+: go_no_go\.audit\.must_be_met\.0: the audit asks for no "database_hah"; there are database_ha, failover/,
    ],
    // Asked of an existing Airbyte alone.
    [
      '- database_ha #',
      '- hung_jobs #',
      /plan\.yaml:19:9: go_no_go\.audit\.must_be_met\.0: the audit asks for "hung_jobs" only of an existing cluster/,
    ],
    ['must_be_met:', 'must_be:', /go_no_go\.audit: .*must_be/],
    ['webhook: env:GAME_DAY_WEBHOOK', 'webhook: https://hooks.example/T0KEN', /tell\.0\.webhook: is no reference/],
  ])('%s → %s', async (from, to, message) => {
    await expect(changed(from, to)).rejects.toThrow(message);
  });

  test('an address that was written out is not repeated', async () => {
    const error: unknown = await changed('webhook: env:GAME_DAY_WEBHOOK', 'webhook: https://hooks.example/T0KEN').catch(
      (cause: unknown) => cause,
    );
    expect(String(error)).not.toContain('T0KEN');
  });
});

test('the published JSON Schema of a plan is up to date (vitest -u writes it)', async () => {
  const published = fileURLToPath(new URL('../../../docs/game-day.schema.json', import.meta.url));
  await expect(renderPlanSchema()).toMatchFileSnapshot(published);
});

test('a number takes a proposal over, and one that is none is no action item', () => {
  const proposals = ['Take a backup', 'Follow the runbook'];
  expect(readItem('2; Ana; 2027-01-31', proposals)).toEqual({
    what: 'Follow the runbook',
    owner: 'Ana',
    due: '2027-01-31',
  });
  expect(readItem('3; Ana', proposals)).toBeUndefined();
  expect(readItem('0; Ana', proposals)).toBeUndefined();
  expect(readItem('3 backups; Ana', proposals)?.what).toBe('3 backups');
});

test.each([
  ['Write it down; Ana; 2027-01-31', { what: 'Write it down', owner: 'Ana', due: '2027-01-31' }],
  ['Write it down; Ana', { what: 'Write it down', owner: 'Ana', due: null }],
  ['Write it down', undefined],
  ['Write it down; Ana; tomorrow', undefined],
  ['Write it down; Ana; 2027-13-40', undefined],
])('an action item has an owner, and a date or none: %s', (line, item) => {
  expect(readItem(line)).toEqual(item);
});
