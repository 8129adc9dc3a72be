import { expect, test } from 'vitest';
import type { EventBody } from '../../events.ts';
import { History } from '../../history.ts';
import { API_PROBE, RECOVERED_API_PROBE } from '../../probe-names.ts';
import { findMilestone } from '../milestones.ts';

/*
 * How it could lie: stop the clock before the last step is done, because the API answered in between or stood ready; stop it at a sync whose success is only
 * called so, or that the dead site made; stop it while the API is away at the address that counts.
 */

const FAULT_AT = 10_000;
const [DONE_AT, BACK_AT, END_AT] = [40_000, 50_000, 60_000];

interface Story {
  /** Spans in which the API answers badly, at the old and, where there is one, the new address. */
  readonly away?: readonly (readonly [number, number])[];
  readonly newAway?: readonly (readonly [number, number])[];
  readonly lastStep?: boolean | 'missing';
  readonly sync?: EventBody;
}

function told({ away = [[FAULT_AT + 200, BACK_AT]], newAway, lastStep = true, sync }: Story = {}): History {
  const history = new History(1);
  const events: [number, EventBody][] = [];
  const add = (t: number, body: EventBody): void => void events.push([t, body]);
  const steps = ['database', 'deploy'].map((id) => ({ id, title: id }));
  const samples = (probe: string, from: number, spans: readonly (readonly [number, number])[]): void => {
    add(from, { type: 'probe.defined', probe, kind: 'http', target: '', everyMs: 500, timeoutMs: 2000 });
    for (let at = from; at < END_AT; at += 500) {
      const ok = !spans.some(([low, high]) => at >= low && at < high);
      add(at + 5, { type: 'sample', probe, intended: at, start: at, end: at + 5, ok });
    }
  };
  samples(API_PROBE, 0, away);
  if (newAway !== undefined) samples(RECOVERED_API_PROBE, FAULT_AT + 2000, newAway);
  add(FAULT_AT, {
    type: 'fault.injected',
    fault: 'take-site-away',
    nth: 1,
    targets: [],
    start: FAULT_AT,
    end: FAULT_AT + 50,
  });
  add(FAULT_AT + 2000, {
    type: 'fault.evidence',
    fault: 'take-site-away',
    nth: 1,
    kind: 'api-gone',
    holds: true,
    text: '',
    start: FAULT_AT,
    end: FAULT_AT + 2000,
  });
  add(FAULT_AT + 2001, { type: 'runbook.started', runbook: 'r', title: '', steps });
  for (const [n, step] of steps.entries()) {
    const end = n === 0 ? 20_000 : DONE_AT;
    if (n === 1 && lastStep === 'missing') continue;
    add(end, {
      type: 'runbook.step',
      runbook: 'r',
      step: step.id,
      title: '',
      ok: n === 0 || lastStep === true,
      details: '',
      start: end - 5000,
      end,
    });
  }
  if (sync !== undefined) {
    add(END_AT, { type: 'connection', connectionId: 'c', name: '', role: 'subject', schedule: '' });
    add(END_AT, sync);
  }
  for (const [i, [t, body]] of events.toSorted(([a], [b]) => a - b).entries()) history.add({ ...body, i, t, trial: 1 });
  return history;
}
const back = (story?: Story) => findMilestone(told(story), 'site-back')?.at;

test('a site is back with the first good answer after its last step', () => {
  expect(back()).toMatchObject({ low: BACK_AT - 500, high: BACK_AT + 5 });
});

test('an API that answers before all steps are done is not recovered before', () => {
  expect(back({ away: [[FAULT_AT + 200, 15_000]] })).toMatchObject({ low: DONE_AT, high: DONE_AT });
  expect(back({ away: [[FAULT_AT, END_AT]], newAway: [] })).toMatchObject({ low: DONE_AT });
});

test('it is not back while it is away again, or where it counts', () => {
  expect(
    back({
      away: [
        [FAULT_AT + 200, 45_000],
        [58_000, END_AT],
      ],
    }),
  ).toBeUndefined();
  expect(back({ away: [[FAULT_AT, 12_000]], newAway: [[0, END_AT]] })).toBeUndefined();
  expect(back({ away: [[FAULT_AT, END_AT]], newAway: [[0, BACK_AT]] })).toMatchObject({ high: BACK_AT + 5 });
});

test.each([false, 'missing'] as const)('it is not back where its last step is %s', (lastStep) => {
  expect(back({ lastStep })).toBeUndefined();
});

test.each([
  ['with its counts', 'succeeded', 900, 900, true],
  ['without counts', 'succeeded', undefined, undefined, false],
  ['with fewer than were read', 'succeeded', 900, 800, false],
  ['that runs', 'running', 900, 900, false],
] as const)('a sync %s', (_, status, recordsEmitted, recordsCommitted, isSeen) => {
  const counts = recordsEmitted === undefined ? {} : { recordsEmitted, recordsCommitted };
  const sync = (previousStart: number): EventBody => ({
    type: 'job',
    jobId: '9',
    connectionId: 'c',
    status,
    trigger: 'manual',
    attempts: [{ number: 0, status: 'succeeded', ...counts }],
    previousStart,
    start: END_AT - 100,
    end: END_AT - 50,
  });
  expect(findMilestone(told({ sync: sync(55_000) }), 'new-sync-succeeded') !== undefined).toBe(isSeen);
  // One that may have been there before the site was lost is no new one.
  expect(findMilestone(told({ sync: sync(FAULT_AT - 1000) }), 'new-sync-succeeded')).toBeUndefined();
});
