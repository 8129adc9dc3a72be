import { describe, expect, test } from 'vitest';
import type { Sample, SqlWriteProbe } from '../core/probe.ts';
import { fakePostgres } from './testing/fake-postgres.ts';
import { closedPort } from './testing/loopback.ts';
import { watch } from './testing/watch.ts';

function writer(port: number, more: Partial<SqlWriteProbe> = {}): SqlWriteProbe {
  const url = `postgres://app:secret@127.0.0.1:${port}/db`;
  return { kind: 'sql-write', name: 'ledger', url, table: 'chaos.writes', everyMs: 20, timeoutMs: 5000, ...more };
}

function bySeq(samples: readonly Sample[]): Sample[] {
  return samples.toSorted((a, b) => (a.write?.seq ?? 0) - (b.write?.seq ?? 0));
}

describe('a write', () => {
  test('that was committed is acknowledged; numbers rise by one; sessions are used again', async () => {
    const queries: string[] = [];
    await using server = await fakePostgres({
      onInsert: (reply) => reply.acknowledge(),
      onQuery: (query) => queries.push(query),
    });
    await using watching = await watch([writer(server.port)]);
    // On a busy machine the first writes overlap, each with a session of its own; later ones take theirs.
    await watching.until((samples) => samples.length >= 5 && samples.length > server.sockets.length);
    const writes = bySeq(watching.samples).map(({ write }) => write);
    expect(writes.slice(0, 3)).toEqual([1, 2, 3].map((seq) => ({ seq, outcome: 'acknowledged' })));
    expect(queries).toEqual([expect.stringContaining('CREATE TABLE IF NOT EXISTS "chaos"."writes"')]);
  });

  const answers = [
    ['ERROR', '25006', 'failed'], // read-only transaction: a former primary
    ['ERROR', '53100', 'failed'], // disk full
    ['ERROR', '08P01', 'indeterminate'], // a pooler that lost its server
    ['ERROR', '40003', 'indeterminate'],
    ['FATAL', '57P01', 'indeterminate'], // shut down while waiting for the synchronous standby
  ] as const;
  test.each(answers)('that is answered with %s %s is %s', async (severity, sqlState, outcome) => {
    await using server = await fakePostgres({ onInsert: (reply) => reply.error(severity, sqlState) });
    await using watching = await watch([writer(server.port)]);
    await watching.until((samples) => samples.length > 0);
    expect(watching.samples[0]).toMatchObject({ ok: false, write: { outcome } });
    expect(watching.samples[0]?.note).toContain(`SQLSTATE ${sqlState}`);
  });

  test('whose connection broke after it was sent is indeterminate, and the next one has a new session', async () => {
    await using server = await fakePostgres({
      onInsert: (reply, nth) => (nth === 0 ? reply.cutConnection() : reply.acknowledge()),
    });
    await using watching = await watch([writer(server.port)]);
    await watching.until((samples) => samples.length >= 4);
    const outcomes = bySeq(watching.samples).map(({ write }) => write?.outcome);
    expect(outcomes.filter((outcome) => outcome === 'indeterminate')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'acknowledged').length).toBeGreaterThan(1);
  });

  test('that hangs after it was sent is indeterminate and delays no other', async () => {
    await using server = await fakePostgres({
      onInsert: (reply, nth) => (nth === 2 ? undefined : reply.acknowledge()),
    });
    await using watching = await watch([writer(server.port, { timeoutMs: 400 })]);
    await watching.until((samples) => samples.some(({ ok }) => !ok));
    const hung = watching.samples.filter(({ ok }) => !ok);
    expect(hung).toMatchObject([{ hung: true, note: 'timeout after 400 ms', write: { outcome: 'indeterminate' } }]);
    const meanwhile = watching.samples.filter(
      ({ ok, start, end }) => ok && start > (hung[0]?.start ?? 0) && end < (hung[0]?.end ?? 0),
    );
    expect(meanwhile.length).toBeGreaterThan(5);
  });

  test('that was never sent has failed: refused, starting up, or no session in time', async () => {
    const refused = await closedPort();
    await using starting = await fakePostgres({ onInsert: () => {}, onStartup: () => 'refuse' });
    await using hanging = await fakePostgres({ onInsert: () => {}, onStartup: () => 'hang' });
    const specs = [
      writer(refused, { name: 'refused' }),
      writer(starting.port, { name: 'starting' }),
      writer(hanging.port, { name: 'hanging' }),
    ];
    await using watching = await watch(specs);
    await watching.until((samples) => new Set(samples.map(({ probe }) => probe)).size === 3);
    const firstOf = (name: string): Sample | undefined => watching.samples.find(({ probe }) => probe === name);
    expect(firstOf('refused')).toMatchObject({ ok: false, note: 'ECONNREFUSED', write: { outcome: 'failed' } });
    expect(firstOf('starting')).toMatchObject({ note: 'SQLSTATE 57P03: scripted', write: { outcome: 'failed' } });
    expect(firstOf('hanging')).toMatchObject({
      hung: true,
      note: 'connect timeout after 500 ms',
      write: { outcome: 'failed' },
    });
  });

  test('is not sent when too many hang already, so that the probe does not use up the sessions', async () => {
    await using server = await fakePostgres({ onInsert: () => {} });
    await using watching = await watch([writer(server.port, { everyMs: 2, timeoutMs: 1000 })]);
    await watching.until((samples) => samples.some(({ note }) => note?.startsWith('not sent') === true));
    expect(server.sockets.length).toBeLessThanOrEqual(40);
    const unsent = watching.samples.filter(({ note }) => note?.startsWith('not sent') === true);
    expect(new Set(unsent.map(({ write }) => write?.outcome))).toEqual(new Set(['failed']));
  });
});

test('no sample tells the password', async () => {
  await using watching = await watch([writer(await closedPort())]);
  await watching.until((samples) => samples.length >= 2);
  expect(JSON.stringify(watching.samples)).not.toContain('secret');
});
