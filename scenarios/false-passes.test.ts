import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { judgeRun } from '../harness/checks/judge.ts';
import { mutantsOf } from '../harness/checks/testing/mutators.ts';
import type { Journal } from '../harness/core/journal.ts';
import { readRecord } from '../harness/store/record-reader.ts';
import workerFailure from './worker-failure.ts';

const { events } = readRecord(fileURLToPath(new URL('../reports/sample', import.meta.url)));
const started = events.find((event) => event.type === 'run.started');
if (started?.type !== 'run.started') throw new Error('the sample does not begin with run.started');
const { checks } = workerFailure.plan({ ...workerFailure.parameters, ...started.parameters }, started.objective);

/** What a pass does without, and why it can. */
const NOT_NEEDED: readonly (readonly [mutant: RegExp, why: string])[] = [
  [
    /^no phase/,
    'it only says where the runner was; without it probes are held to have been due until the end of the record',
  ],
  [/^no step$/, 'it is a line for people'],
  [/^no leader$/, 'this scenario claims nothing of leaders'],
  [/^no fault\.planned$/, 'what was done is in fault.injected, and what of it was put right in fault.undone'],
  [/^no load/, 'load is there to keep the system busy; this scenario claims nothing of its requests'],
  [/^no probe\.defined of web page$/, 'this scenario claims nothing of the page'],
  [/^no probe\.defined of database writes$/, 'the ledger is made of its writes, and of what was frozen and read'],
  [
    /^no wait of all (instances are ready|probes were good)/,
    'the runner refuses to break anything before each has held; the other one is still there',
  ],
  [/^no wait of (a sync is moving|40 % of)/, 'that the sync was hit in its middle is evidence of the fault'],
  [
    /^no wait of (the service|the interrupted|every failed|the next)/,
    'it only says how long the runner waited; what came is told by its own events',
  ],
  [/^no connection of broken$/, 'its alert is held against its job'],
  [/^no delivery between the fault/, 'a later first look only makes the recovery longer'],
  [/^job [12] of an unknown trigger$/, 'only of the next run it is claimed that its schedule started it'],
];

const mutants = mutantsOf(events).map(({ name, events: changed }) => ({ name, journal: judgeRun(changed, checks) }));

test('a record that lacks evidence, or has a loss, is never a pass', () => {
  expect(mutants.length).toBeGreaterThan(100);
  const passed = mutants.filter(({ journal }) => journal.verdict === 'pass').map(({ name }) => name);
  expect(passed.filter((name) => !NOT_NEEDED.some(([mutant]) => mutant.test(name)))).toEqual([]);
});

test('each exception is one that a mutant needs', () => {
  const passed = mutants.filter(({ journal }) => journal.verdict === 'pass').map(({ name }) => name);
  expect(NOT_NEEDED.filter(([mutant]) => !passed.some((name) => mutant.test(name)))).toEqual([]);
});

test('a mutant that is unknown says what is not known', () => {
  const vague = mutants.filter(({ journal }) => journal.verdict === 'unknown' && !saysWhat(journal));
  expect(vague.map(({ name, journal }) => `${name}: ${journal.headline}`)).toEqual([]);
});

function saysWhat({ headline, trials, runChecks }: Journal): boolean {
  const unknown = [...trials.flatMap((trial) => trial.checks), ...runChecks].filter(
    ({ verdict }) => verdict === 'unknown',
  );
  return headline.length > 30 && unknown.length > 0 && unknown.every(({ summary }) => summary.length > 20);
}
