import { expect, test } from 'vitest';
import type { EventBody } from '../core/events.ts';
import { History } from '../core/history.ts';
import { apiAvailability } from './api-availability.ts';
import { historyOf } from './testing/build-history.ts';

const FAULT_MS = 20_000;

/** The API is away for five seconds after the fault, while these were told of. */
function judge(...told: readonly EventBody[]) {
  const story = historyOf({ badHealthFrom: FAULT_MS + 1000, badHealthFor: 5000 });
  const all = [
    ...story.all('fault.injected'),
    ...story.all('sample'),
    ...story.all('probe.defined'),
    ...story.all('prober'),
  ];
  const more = told.map((body, at) => ({ i: 100_000 + at, t: FAULT_MS, trial: 1, ...body }));
  return apiAvailability({ probe: 'api health', longest: '2s', withPrimary: '30s' }).judge(
    new History(1, [...more, ...all]),
  );
}

const led = (leader: string): EventBody => ({
  type: 'database',
  provider: 'patroni',
  leader,
  members: [],
  isRedundant: true,
  previousStart: FAULT_MS - 20,
  start: FAULT_MS - 10,
  end: FAULT_MS - 5,
});
const asked = (instance: string, accepted = true): EventBody => ({
  type: 'eviction',
  component: 'patroni',
  instance,
  accepted,
  text: 'accepted',
  start: FAULT_MS,
  end: FAULT_MS + 10,
});

test('an outage while the primary hands its role over is held against the limit for that, and says so', () => {
  expect(judge(led('patroni-1'), asked('patroni-1'))).toMatchObject({
    verdict: 'pass',
    summary: expect.stringContaining('allowed 30.0 s, since patroni-1 led the database and had to leave.'),
  });
});

test.each([
  ['nobody had to leave', [led('patroni-1')]],
  ['a standby had to leave', [led('patroni-1'), asked('patroni-0')]],
  ['the primary was asked and stayed', [led('patroni-1'), asked('patroni-1', false)]],
  ['who led is not known', [asked('patroni-1')]],
])('the same outage fails where %s', (_why, told) => {
  expect(judge(...told)).toMatchObject({ verdict: 'fail', summary: expect.stringContaining('allowed 2.00 s.') });
});
