import { once } from 'node:events';
import { createServer } from 'node:http';
import pWaitFor from 'p-wait-for';
import { expect, test } from 'vitest';
import { systemClock } from '../core/clock.ts';
import type { EventBody } from '../core/events.ts';
import { changedViews, observeAlerts, observeJobs } from './observers.ts';

type View = Parameters<typeof changedViews>[1][number];
const running: View = { jobId: '1', connectionId: 'c', status: 'running', attempts: [], trigger: 'schedule' };
const seen = (...views: Parameters<typeof changedViews>[1]): Map<string, (typeof views)[number]> =>
  new Map(views.map((view) => [view.jobId, view]));

test('a job that looks as before is not news', () => {
  expect(changedViews(seen(running), [{ ...running }])).toEqual([]);
});

test('a job whose status changed is news', () => {
  const failed: View = { ...running, status: 'failed' };
  expect(changedViews(seen(running), [failed])).toEqual([failed]);
});

test('a job that the API no longer knows is said to be gone, once', () => {
  const gone = { ...running, isGone: true };
  expect(changedViews(seen(running), [])).toEqual([gone]);
  expect(changedViews(seen(gone), [])).toEqual([]);
});

test('a job that comes back is news again', () => {
  expect(changedViews(seen({ ...running, isGone: true }), [running])).toEqual([running]);
});

test('a job that a full page pushed out is not gone', () => {
  const page = Array.from({ length: 20 }, (_, index) => ({ ...running, jobId: `${index + 2}` }));
  expect(changedViews(seen(running, ...page), page)).toEqual([]);
});

test('an alert that came again under its idempotency key is written down again, though no poll for new ones shows it', async () => {
  const alert = { id: 2, body: { text: 'failed', data: { jobId: 7 } }, repeats: 0 };
  const old = { id: 1, body: { text: 'of an earlier trial' }, repeats: 3 };
  const sink = createServer((request, response) => {
    requests += 1;
    const after = Number(new URL(request.url ?? '', 'http://sink').searchParams.get('after'));
    response.end(JSON.stringify({ alerts: [old, ...(isSent ? [alert] : [])].filter(({ id }) => id > after) }));
  }).listen(0, '127.0.0.1');
  await once(sink, 'listening');
  const address = sink.address();
  if (address === null || typeof address === 'string') throw new Error('the sink has no port');
  let isSent = false;
  let requests = 0;
  let judge: (() => Promise<void>) | undefined;
  const recorded: EventBody[] = [];
  const end = new AbortController();
  const watches: Promise<void>[] = [];
  observeAlerts(
    {
      clock: systemClock(),
      signal: end.signal,
      record: {
        append: (body) => (recorded.push(body), { ...body, i: 0, t: 0, trial: 1 }),
        onEvent: () => () => undefined,
      },
      background: (_name, work) => void watches.push(work(end.signal)),
      beforeJudging: (_name, work) => (judge = work),
    },
    { host: '127.0.0.1', port: address.port },
  );
  // The first look tells it what was there before.
  await pWaitFor(() => requests > 1, { timeout: 20_000 });
  isSent = true;
  await pWaitFor(() => recorded.length > 0, { timeout: 20_000 });
  alert.repeats = 1;
  await judge?.();
  end.abort();
  await Promise.all(watches);
  sink.closeAllConnections();
  sink.close();
  expect(recorded).toMatchObject([
    { type: 'alert', jobId: '7' },
    { type: 'alert', jobId: '7', isRepeat: true },
  ]);
});

test('that the jobs of a connection cannot be read is told once, and so is that they can again', async () => {
  const recorded: EventBody[] = [];
  const end = new AbortController();
  const watches: Promise<void>[] = [];
  let looks = 0;
  const listJobs = async (): Promise<never[]> => {
    looks += 1;
    if (looks === 2 || looks === 3) throw new Error('answered 401');
    return Promise.resolve([]);
  };
  const context = {
    clock: systemClock(),
    record: {
      append: (body: EventBody) => (recorded.push(body), { ...body, i: 0, t: 0, trial: 1 }),
      onEvent: () => () => undefined,
    },
    background: (_name: string, work: (signal: AbortSignal) => Promise<void>) => void watches.push(work(end.signal)),
  };
  observeJobs(context, { listJobs }, 'c', { everyMs: 5, tellsUnread: true });
  await pWaitFor(() => looks > 4, { timeout: 20_000 });
  end.abort();
  await Promise.all(watches);
  expect(recorded).toMatchObject([
    { type: 'jobs.readable', readable: false, text: 'answered 401' },
    { type: 'jobs.readable', readable: true },
  ]);
  const [lost] = recorded;
  // Since when nothing is known: the last look that was as it should be began before.
  if (lost?.type !== 'jobs.readable') throw new Error('not told');
  expect(lost.previousStart).toBeLessThanOrEqual(lost.start);
});
