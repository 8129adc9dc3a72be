import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userFile } from '../project-paths.ts';
import { readItem } from './debrief.ts';
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
    ['within: 5m', 'within: 5 minutes', /plan\.yaml:\d+:\d+: steps\.1\.within: is not a duration/],
    [
      '- database_ha',
      '- database_hah',
      /plan\.yaml:\d+:\d+: go_no_go\.audit\.must_be_met\.0: the audit asks no "database_hah" of a stack of the harness; there are database_ha, failover/,
    ],
    // Asked of an existing Airbyte alone.
    ['- database_ha', '- hung_jobs', /must_be_met\.0: the audit asks no "hung_jobs"/],
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
