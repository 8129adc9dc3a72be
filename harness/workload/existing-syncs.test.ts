import { expect, test } from 'vitest';
import type { JobInfo } from '../clients/airbyte-replies.ts';
import type { EventBody } from '../core/events.ts';
import type { TrialContext } from '../core/scenario.ts';
import { existingSyncs, type ExistingAirbyte } from './existing-syncs.ts';

/* How it could lie: look at some of the syncs that run, and let a lost one of the others pass. */

const runs = (configId: string): JobInfo => ({
  job: { id: 1, configId, status: 'running', createdAt: 0 },
  attempts: [],
});

test('every connection that is at work is followed, however many there are', async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `c${index}`);
  const airbyte: ExistingAirbyte = {
    openSyncs: async () => Promise.resolve(ids.map(runs)),
    syncsOf: async () => Promise.resolve([]),
    connectionOf: async (id) => Promise.resolve({ name: id, leavesRowsOut: false }),
    startSync: async (id) => Promise.resolve(runs(id)),
    close: () => undefined,
  };
  const events: EventBody[] = [];
  const watched: string[] = [];
  const used = {
    record: { append: (body: EventBody) => void events.push(body) },
    background: (name: string) => void watched.push(name),
  };
  // What a workload that only looks does not use is not there: a call to it would fail the test.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const context = used as unknown as TrialContext;
  await existingSyncs({ airbyte, connectionId: undefined, mayStart: false }).start(context);
  const followed = events.flatMap((event) =>
    event.type === 'connection' ? [`${event.connectionId} ${event.role}`] : [],
  );
  expect(followed).toEqual(ids.map((id, index) => `${id} ${index === 0 ? 'subject' : 'background'}`));
  expect(watched).toEqual(ids.map((id) => `jobs of ${id}`));
});
