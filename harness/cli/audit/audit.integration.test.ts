/** The audit of a real stack: what is ready, what is not, and what cannot be told, on one stack that is made worse and worse. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectAirbyteApi, type AirbyteApi } from '../../clients/airbyte-api.ts';
import { backupAgent } from '../../clients/backup-agent.ts';
import { openBucket, type Bucket } from '../../clients/object-store.ts';
import { auditResultSchema, type AuditAspect, type AuditResult } from '../../core/audit.ts';
import type { RunningStack, UndoAction } from '../../core/platform.ts';
import { localPlatform } from '../../platforms/local/local-platform.ts';
import { makeWorkplace, startChaos } from '../testing/run-chaos.ts';

/*
 * How it could lie: call a backup good whose data are gone; believe PostgreSQL that its log is archived; call high availability on because there is a setting;
 * call alerts proven because there is a webhook; leave its test sync behind.
 */

const place = makeWorkplace();
const platform = localPlatform();
const undo: UndoAction[] = [];
const signal = AbortSignal.timeout(600_000);
let stack: RunningStack;
let api: AirbyteApi;
let bucket: Bucket;

beforeAll(async () => {
  process.env['CHAOS_STATE_DIR'] = place.state;
  const settings = { backups: 'on', 'replicas.worker': '2', 'replicas.scheduler': '2' };
  const common = { settings, weaknesses: [], signal, onProgress: () => undefined };
  await platform.prepare(common);
  stack = await platform.up({
    ...common,
    runId: `audit-${process.pid}`,
    isOwned: true,
    beforeChange: async (action) => void undo.push(action),
  });
  api = await connectAirbyteApi({ server: stack.endpoint('server'), signal, timeoutMs: 60_000 });
  if (stack.backups === undefined) throw new Error('the stack takes backups');
  bucket = await openBucket({ at: stack.endpoint('object-store'), ...stack.backups });
});

afterAll(async () => {
  bucket?.close();
  stack?.release();
  for (const action of undo.toReversed()) await platform.undo(action, AbortSignal.timeout(120_000));
  place.remove();
});

async function audit(): Promise<{ result: AuditResult; exitCode: number | undefined }> {
  const { stdout, stderr, exitCode } = await startChaos(place, ['audit', '--json']);
  if (stdout === '') throw new Error(`no result (exit code ${exitCode}): ${stderr}`);
  return { result: auditResultSchema.parse(JSON.parse(stdout)), exitCode };
}

function aspect({ points }: AuditResult, id: string): AuditAspect | undefined {
  return points.flatMap(({ aspects }) => aspects).find((one) => one.id === id);
}

const ASPECTS = [
  'failover',
  'replication',
  'base_backup',
  'wal_archive',
  'export_age',
  'failures_notify',
  'test_alert',
  'runbook_written',
  'instances_webapp',
];

function verdictsOf(result: AuditResult): Record<string, string | undefined> {
  return Object.fromEntries(ASPECTS.map((id) => [id, aspect(result, id)?.verdict]));
}

test('a stack as it comes up has a database that is ready, and nothing that somebody has to set up or take', async () => {
  const { result, exitCode } = await audit();
  expect(verdictsOf(result), JSON.stringify(result, null, 2)).toEqual({
    failover: 'met',
    replication: 'met',
    base_backup: 'not_met',
    wal_archive: 'met',
    export_age: 'not_met',
    failures_notify: 'not_met',
    test_alert: 'cannot_tell',
    runbook_written: 'not_met',
    instances_webapp: 'met',
  });
  expect(aspect(result, 'restore_drill')?.verdict).toBe('not_met');
  expect(aspect(result, 'worker_autoscaler')?.verdict).toBe('not_met');
  expect(exitCode).toBe(1);
});

test('what is taken and set up is met, and the alert is a real one, of a sync that is gone afterwards', async () => {
  const agent = backupAgent(stack.endpoint('backup'), signal);
  await agent.takeBaseBackup();
  await agent.exportConfiguration();
  const sink = stack.endpoint('alert-sink');
  await api.setFailureWebhook(await api.firstWorkspaceId(), `http://${sink.host}:${sink.port}/hook-canary`);
  mkdirSync(join(place.dir, 'docs', 'runbooks'), { recursive: true });
  writeFileSync(join(place.dir, 'docs', 'runbooks', 'recovery.md'), 'Restore the newest base backup. '.repeat(20));
  const { result } = await audit();
  expect(verdictsOf(result), JSON.stringify(result, null, 2)).toEqual(
    Object.fromEntries(ASPECTS.map((id) => [id, 'met'])),
  );
  expect(result.points.filter(({ verdict }) => verdict === 'met').map(({ id }) => id)).toEqual(
    expect.arrayContaining(['database_ha', 'configuration_export', 'alerting']),
  );
  expect(JSON.stringify(result)).not.toContain('hook-canary');
  expect(await api.listSources(await api.firstWorkspaceId())).toEqual([]);
});

test('what is broken since is found, each by what it really is', async () => {
  const { server = '' } = stack.backups ?? {};
  const [data] = (await bucket.list(`${server}/base/`)).filter(({ key }) => key.includes('/data.tar'));
  await bucket.remove(data?.key ?? '');
  const [exported] = await bucket.list('exports/');
  await bucket.put(exported?.key ?? '', Buffer.from('{"connections": ['));
  // Of the middle of the archive: PostgreSQL knows nothing of it.
  const segments = (await bucket.list(`${server}/wals/`)).filter(({ key }) => /[0-9A-F]{24}(\.gz)?$/.test(key));
  await bucket.remove(segments.at(-1)?.key ?? '');
  const instances = await stack.instances();
  const { leader } = await leaderOf();
  const lost = instances.filter(
    ({ name, component }) =>
      (component === 'patroni' && name !== leader) || name === 'webapp-1' || component === 'alert-sink',
  );
  await stack.loseMachines(lost);
  await pWaitFor(async () => (await leaderOf()).replicas === 0, { interval: 500, timeout: 60_000 });
  const { result, exitCode } = await audit();
  expect(verdictsOf(result), JSON.stringify(result, null, 2)).toEqual({
    failover: 'not_met',
    replication: 'not_met',
    base_backup: 'not_met',
    wal_archive: 'not_met',
    export_age: 'not_met',
    failures_notify: 'met',
    test_alert: 'not_met',
    runbook_written: 'met',
    instances_webapp: 'not_met',
  });
  expect(aspect(result, 'base_backup')?.summary).toContain('its data are not in the store');
  expect(aspect(result, 'test_alert')?.summary).toContain('does not answer');
  expect(exitCode).toBe(1);
});

/** Who leads by Patroni's own word, and how many standbys answer. */
async function leaderOf(): Promise<{ readonly leader: string | undefined; readonly replicas: number }> {
  const instances = await stack.instances();
  const roles = await Promise.all(
    instances
      .filter(({ component, url }) => component === 'patroni' && url !== undefined)
      .map(async ({ name, url }) => {
        const answer = await fetch(`${url}/leader`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
        await answer?.arrayBuffer();
        return { name, status: answer?.status };
      }),
  );
  return {
    leader: roles.find(({ status }) => status === 200)?.name,
    replicas: roles.filter(({ status }) => status !== undefined && status !== 200).length,
  };
}
