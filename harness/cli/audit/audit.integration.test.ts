/** The audit of a real stack: what is ready, what is not, and what cannot be told, on one stack that is made worse and worse. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectAirbyteApi, type AirbyteApi } from '../../clients/airbyte-api.ts';
import { backupAgent } from '../../clients/backup-agent.ts';
import { lastAlert } from '../../clients/audit/try-webhook.ts';
import { openBucket, type Bucket } from '../../clients/object-store.ts';
import { auditResultSchema, type AuditAspect, type AuditResult } from '../../core/audit.ts';
import type { RunningStack, ServiceName, UndoAction } from '../../core/platform.ts';
import { whyNoApiServer } from '../../platforms/cluster/testing/api-server-programs.ts';
import { localPlatform } from '../../platforms/local/local-platform.ts';
import { judgeAudit } from '../../checks/game-day/judge-audit.ts';
import { airbyteObjects, manifestOf } from '../../profiles/testing/airbyte-objects.ts';
import { discoverPlace } from '../testing/discover-place.ts';
import { userFile } from '../project-paths.ts';
import { readPlan } from '../game-day/plan-file.ts';
import { makeWorkplace, startChaos, type Workplace } from '../testing/run-chaos.ts';

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
  const settings = { backups: 'on', 'replicas.server': '1', 'replicas.worker': '1', 'replicas.scheduler': '1' };
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

async function audit(
  where: Workplace = place,
  more: readonly string[] = [],
): Promise<{ result: AuditResult; exitCode: number | undefined }> {
  const { stdout, stderr, exitCode } = await startChaos(where, ['audit', '--json', ...more]);
  if (stdout === '') throw new Error(`no result (exit code ${exitCode}): ${stderr}`);
  return { result: auditResultSchema.parse(JSON.parse(stdout)), exitCode };
}

function aspect({ points }: AuditResult, id: string): AuditAspect | undefined {
  return points.flatMap(({ aspects }) => aspects).find((one) => one.id === id);
}

const ASPECTS = [
  'bundled',
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

/** What the audit says to beginning the game day that is shipped. */
async function quarterlySays(result: AuditResult): Promise<string> {
  const plan = await readPlan(userFile('fixtures/game-days/quarterly.yaml'));
  return judgeAudit(plan, { result, detail: '' }).says;
}

test('a stack as it comes up has a database that is ready, and nothing that somebody has to set up or take', async () => {
  let { result, exitCode } = await audit();
  // What was written while it came up is archived after that, on a busy machine for a while.
  const isCatchingUp = (): boolean => aspect(result, 'wal_archive')?.verdict === 'cannot_tell';
  while (isCatchingUp() && !signal.aborted) ({ result, exitCode } = await audit());
  expect(verdictsOf(result), JSON.stringify(result, null, 2)).toEqual({
    bundled: undefined,
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
  // Only the runbook is missing here.
  expect(await quarterlySays(result)).toBe('no-go');
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
    Object.fromEntries(ASPECTS.map((id) => [id, id === 'bundled' ? undefined : 'met'])),
  );
  expect(result.points.filter(({ verdict }) => verdict === 'met').map(({ id }) => id)).toEqual(
    expect.arrayContaining(['database_ha', 'configuration_export', 'alerting']),
  );
  expect(await quarterlySays(result)).toBe('go');
  expect(JSON.stringify(result)).not.toContain('hook-canary');
  expect(await api.listSources(await api.firstWorkspaceId())).toEqual([]);
});

const reason = await whyNoApiServer();

test.skipIf(reason !== undefined)(
  `through the configuration of an existing cluster the same is seen, and an alert is sent only where it is asked for${reason === undefined ? '' : ` (${reason})`}`,
  async () => {
    const { server, ...there } = await discoverPlace();
    try {
      await there.fill('airbyte', manifestOf(airbyteObjects()));
      await startChaos(place, ['init', '--kubeconfig', server.kubeconfig, '--namespace', 'airbyte']);
      const file = join(place.dir, 'chaos.config.yaml');
      writeFileSync(file, withAudit(readFileSync(file, 'utf8')));
      const sink = stack.endpoint('alert-sink');
      const before = await lastAlert(sink, signal);
      const quiet = await auditCluster();
      expect(await lastAlert(sink, signal)).toBe(before);
      expect(verdictsOf(quiet.result), JSON.stringify(quiet.result, null, 2)).toMatchObject({
        failover: undefined,
        bundled: 'not_met',
        replication: 'met',
        base_backup: 'met',
        wal_archive: 'met',
        export_age: 'met',
        failures_notify: 'met',
        test_alert: 'cannot_tell',
      });
      const loud = await auditCluster('--send-test-alert');
      expect(aspect(loud.result, 'test_alert')).toMatchObject({ verdict: 'met' });
      expect(await lastAlert(sink, signal)).toBe(before + 1);
    } finally {
      await server.stop();
    }
  },
);

/** The configuration that `init` wrote, with where everything of the stack is found. */
function withAudit(text: string): string {
  const at = (service: ServiceName): string => `${stack.endpoint(service).host}:${stack.endpoint(service).port}`;
  const { host, port } = stack.endpoint('database');
  const { bucket: name = '', server = '' } = stack.backups ?? {};
  const without = text.replaceAll(/^(?:endpoints|credentials):.*\n(?: .*\n)*/gm, '');
  return `${without}
endpoints: { api: 'http://${at('server')}/api/v1' }
audit:
  alertSink: http://${at('alert-sink')}
  sql: { host: ${host}, port: ${port}, user: { env: AUDIT_USER } }
  backups:
    endpoint: http://${at('object-store')}
    bucket: ${name}
    server: ${server}
    accessKey: { env: AUDIT_ACCESS_KEY }
    secretKey: { env: AUDIT_SECRET_KEY }
`;
}

async function auditCluster(...more: readonly string[]): ReturnType<typeof audit> {
  const { accessKey = '', secretKey = '' } = stack.backups ?? {};
  const credentials = { AUDIT_USER: 'postgres', AUDIT_ACCESS_KEY: accessKey, AUDIT_SECRET_KEY: secretKey };
  const there = { ...place, environment: { ...place.environment, ...credentials } };
  return audit(there, ['--platform', 'cluster', ...more]);
}

test('what is broken since is found, each by what it really is', async () => {
  const { server = '' } = stack.backups ?? {};
  const data = (await bucket.list(`${server}/base/`)).find(({ key }) => key.includes('/data.tar'));
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
    bundled: undefined,
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
