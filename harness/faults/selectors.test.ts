import { expect, test } from 'vitest';
import type { RunEvent } from '../core/events.ts';
import { History } from '../core/history.ts';
import type { Instance } from '../core/platform.ts';
import type { TrialContext } from '../core/scenario.ts';
import { firstThatMayGo, podOfTheSync } from './selectors.ts';

/* How it could lie: refuse a run because Airbyte calls a job running before its pod is there; take the pod of another job. */

const jobIs = (i: number, status: 'running' | 'failed'): RunEvent => ({
  i,
  t: i,
  trial: 1,
  type: 'job',
  jobId: '7',
  connectionId: 'c',
  trigger: 'manual',
  status,
  attempts: [{ number: 0, status }],
  previousStart: 0,
  start: 1,
  end: 2,
});
const podOf = (jobId: string): Instance => ({
  name: `replication-job-${jobId}`,
  component: 'job-pod',
  state: 'running',
  ready: true,
  restarts: 0,
  isExpected: false,
  host: '',
  ports: {},
  jobId,
});
const CONNECTION: RunEvent = {
  i: 0,
  t: 0,
  trial: 1,
  type: 'connection',
  connectionId: 'c',
  name: 'c',
  role: 'subject',
  schedule: 'manual',
};

/** The pods that each look shows, the last ones from then on. */
function underway(looks: readonly Instance[][], history: History): TrialContext {
  let nth = 0;
  const used = {
    history,
    signal: new AbortController().signal,
    stack: { instances: async () => Promise.resolve(looks[Math.min(nth++, looks.length - 1)]) },
  };
  // What a selector that only looks does not use is not there: a call to it would fail the test.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return used as unknown as TrialContext;
}

test('the pod of a job that is called running is waited for, and no other is taken', async () => {
  const history = new History(1, [CONNECTION, jobIs(1, 'running')]);
  const context = underway([[], [podOf('6')], [podOf('6'), podOf('7')]], history);
  const selector = firstThatMayGo(podOfTheSync());
  await selector.prepare?.(context);
  expect((await selector.choose(context)).map(({ instance }) => instance.name)).toEqual(['replication-job-7']);
});

test('it is not waited for when the job ends first', async () => {
  const history = new History(1, [CONNECTION, jobIs(1, 'running')]);
  const selector = podOfTheSync();
  const waiting = selector.prepare?.(underway([[]], history));
  history.add(jobIs(2, 'failed'));
  await waiting;
  expect(await selector.choose(underway([[podOf('6')]], history))).toEqual([]);
});
