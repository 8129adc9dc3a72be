/** The monitor at the real reference stack: real connections, a sync that really fails, its alert, and a database that is really gone. */
import { setTimeout as delay } from 'node:timers/promises';
import pWaitFor from 'p-wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectAirbyteApi, type AirbyteApi } from '../../clients/airbyte-api.ts';
import type { RunningStack, UndoAction } from '../../core/platform.ts';
import { monitorReportSchema, type MonitorReport } from '../../monitor/report-schema.ts';
import { localPlatform } from '../../platforms/local/local-platform.ts';
import { makeWorkplace, startChaos } from '../testing/run-chaos.ts';

const place = makeWorkplace();
const platform = localPlatform();
const undo: UndoAction[] = [];
const signal = AbortSignal.timeout(600_000);
let stack: RunningStack;
let api: AirbyteApi;

beforeAll(async () => {
  process.env['CHAOS_STATE_DIR'] = place.state;
  const settings = { 'replicas.server': '1', 'replicas.worker': '1', 'replicas.scheduler': '1' };
  const common = { settings, weaknesses: [], signal, onProgress: () => undefined };
  await platform.prepare(common);
  stack = await platform.up({
    ...common,
    runId: `monitor-${process.pid}`,
    isOwned: true,
    beforeChange: async (action) => void undo.push(action),
  });
  api = await connectAirbyteApi({ server: stack.endpoint('server'), signal, timeoutMs: 60_000 });
});

afterAll(async () => {
  stack?.release();
  for (const action of undo.toReversed()) await platform.undo(action, AbortSignal.timeout(120_000));
  place.remove();
});

/** What the command prints with `--json`, and the code that it ends with. */
async function monitor(...args: string[]): Promise<{ report: MonitorReport; exitCode: number | undefined }> {
  const { host, port } = stack.endpoint('server');
  const run = await startChaos(place, ['monitor', '--url', `http://${host}:${port}/api/v1`, '--json', ...args]);
  return { report: monitorReportSchema.parse(JSON.parse(run.stdout)), exitCode: run.exitCode };
}

async function makeConnection(
  name: string,
  schedule: { everyMinutes: number | 'manual'; expression?: string },
): Promise<string> {
  const { host, port } = stack.endpoint('warehouse');
  const database = { host, port, ...stack.credentials };
  const workspaceId = await api.firstWorkspaceId();
  const sourceId = await api.createSource(workspaceId, `${name} source`, {
    definition: 'Sequence',
    configuration: {
      ...database,
      database: 'source',
      table: 'monitored',
      failWith: 'config_error',
      failAfterRecords: 0,
    },
  });
  const destinationId = await api.createDestination(workspaceId, `${name} destination`, {
    definition: 'Warehouse',
    configuration: { ...database, database: 'warehouse' },
  });
  return api.createConnection({
    name,
    sourceId,
    destinationId,
    stream: 'monitored',
    namespace: 'monitored',
    sourceNamespace: 'public',
    cursorField: 'seq',
    everyMinutes: schedule.everyMinutes,
    ...(schedule.expression === undefined
      ? {}
      : { cron: { expression: schedule.expression, timeZone: 'Europe/Berlin' } }),
  });
}

test('shows what is really there, finds the sync that failed, its missing and its received alert, and a database that is gone', async () => {
  const failing = await makeConnection('Orders', { everyMinutes: 'manual' });
  await makeConnection('Nightly', { everyMinutes: 'manual', expression: '0 0 3 * * ?' });
  const well = await monitor();
  expect(well.report.health.state).toBe('healthy');
  expect(well.report.isComplete).toBe(true);
  expect(well.report.connections).toMatchObject([
    { name: 'Orders', source: 'Orders source', destination: 'Orders destination', schedule: { kind: 'manual' } },
    { name: 'Nightly', schedule: { kind: 'cron', text: '0 0 3 * * ?', timeZone: 'Europe/Berlin' } },
  ]);
  expect(well).toMatchObject({ report: { findings: [] }, exitCode: 0 });

  const started = await api.sync(failing);
  await pWaitFor(async () => (await api.listJobs(failing))[0]?.job.status === 'failed', {
    interval: 500,
    timeout: 120_000,
  });
  const failed = await monitor();
  expect(failed.exitCode).toBe(1);
  expect(failed.report.failedJobs).toMatchObject([
    { jobId: started.job.id, connectionName: 'Orders', failureType: 'config_error', failureOrigin: 'source' },
  ]);
  expect(failed.report.findings.map(({ kind }) => kind).toSorted()).toEqual(['alert_not_sent', 'job_failed']);

  const sink = stack.endpoint('alert-sink');
  const sinkUrl = `http://${sink.host}:${sink.port}`;
  await api.setFailureWebhook(await api.firstWorkspaceId(), `${sinkUrl}/hook-canary`);
  const again = await api.sync(failing);
  await pWaitFor(async () => (await api.listJobs(failing)).every(({ job }) => job.status === 'failed'), {
    interval: 500,
    timeout: 120_000,
  });
  // An alert may be on its way for a minute after a job has ended; the first job never had one, and is as old as that here.
  await delay(Math.max(0, 75_000 - (Date.now() - started.job.createdAt * 1000)));
  const { report } = await monitor('--alert-sink', sinkUrl);
  const silent = report.findings.filter(({ kind }) => kind === 'alert_not_sent');
  expect(silent).toMatchObject([{ jobId: started.job.id, severity: 'critical' }]);
  expect(silent.map(({ jobId }) => jobId)).not.toContain(again.job.id);
  expect(JSON.stringify(report)).not.toContain('hook-canary');

  const databases = (await stack.instances()).filter(({ component }) => component === 'patroni');
  // Can be done twice; on a machine with much else to do the supervisor may take longer than it is given.
  await stack.loseMachines(databases).catch(() => stack.loseMachines(databases));
  const gone = await monitor('--timeout', '5s');
  expect(gone.report.health.state).toBe('unhealthy');
  expect(gone.report.findings[0]).toMatchObject({ kind: 'api_health', severity: 'critical', verdict: 'problem' });
  expect(gone.report.isComplete).toBe(false);
  expect(gone.exitCode).toBe(1);
});
