import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backupAgent } from '../../clients/backup-agent.ts';
import { openWalArchive, type WalArchive } from '../../clients/wal-archive.ts';
import type { Endpoint } from '../../core/platform.ts';
import { ensureCluster, removeCluster, removeNetwork, type Cluster, type ClusterPlan } from './clusters.ts';
import { openSiteCluster, type SiteCluster } from './current-site.ts';
import { deployStages, kubectlOn, prepareCluster, type DeployOptions } from './deploy-stack.ts';
import { restoreOn } from './kind-restore.ts';
import { ensureNetwork, NETWORK } from './network.ts';
import { makeBuckets } from './outside-answers.ts';
import { startContainer } from './outside-container.ts';
import { planOutside } from './outside-plan.ts';
import { docker } from './docker.ts';
import { BACKUPS } from './stack-changes.ts';
import { ALL_STAGES, STAGES } from './stack-stages.ts';
import { addressFromEnd } from './subnet.ts';
import { IS_SHORT, ONLY_LONG } from '../../cli/testing/long-test.ts';
import { whyNotHere } from './testing/kind-here.ts';
import { prepareKindTools } from './tools.ts';

const reason = IS_SHORT ? ONLY_LONG : await whyNotHere();
const NAME = `airbyte-chaos-restore-${process.pid}`;
const PLAN: ClusterPlan = { name: NAME, config: 'dr.yaml', hasWorkers: false };
/** Far from the addresses of what is beside the clusters of a stack, which may be on the same network. */
const STORE_POSITION = 60;
const SEGMENT_BYTES = 4 << 20;
const ARCHIVED_WITHIN_MS = 60_000;
const REACHED_WITHIN_MS = 30_000;
const { signal } = new AbortController();

describe.skipIf(reason !== undefined)(
  `the restore of a database on kind${reason === undefined ? '' : ` (not here: ${reason})`}`,
  () => {
    let state = '';
    let cluster: Cluster;
    let site: SiteCluster;
    let options: DeployOptions;
    let archive: WalArchive;
    const opened: (() => void)[] = [];

    beforeAll(async () => {
      state = mkdtempSync(join(tmpdir(), 'kind-state-'));
      process.env['CHAOS_STATE_DIR'] = state;
      const tools = await prepareKindTools(() => undefined, signal);
      const subnet = await ensureNetwork();
      const address = addressFromEnd(subnet, STORE_POSITION);
      const plan = planOutside(tools.outsideImages, subnet).find(({ component }) => component === 'object-store');
      if (plan === undefined) throw new Error('there is no plan of an object store');
      await startContainer({ plan: { ...plan, address }, name: NAME, network: NETWORK, labels: {} });
      const objectStore: Endpoint = { host: address, port: 8333 };
      await makeBuckets(
        [
          {
            id: NAME,
            name: NAME,
            component: 'object-store',
            address,
            ports: { http: 8333, filer: 8888 },
            state: 'running',
            startedAt: '',
            pid: 0,
            restarts: 0,
          },
        ],
        signal,
      );
      archive = await openWalArchive(objectStore, BACKUPS, SEGMENT_BYTES);
      opened.push(() => archive.close());
      options = {
        tools,
        settings: { backups: 'on' },
        weaknesses: [],
        objectStore,
        signal,
        onProgress: () => undefined,
      };
      cluster = await ensureCluster(PLAN, options);
      await prepareCluster(cluster, options);
      await deployStages(
        cluster,
        [...STAGES.database, ...ALL_STAGES.filter(({ isOfBackups }) => isOfBackups)],
        options,
      );
      site = await openSiteCluster(cluster);
      opened.push(() => site.close());
    }, 900_000);
    afterAll(async () => {
      for (const close of opened) close();
      await removeCluster(NAME);
      await docker(['rm', '--force', '--volumes', NAME]);
      await removeNetwork().catch(() => undefined); // clusters of somebody else may be on it
      rmSync(state, { recursive: true, force: true });
    }, 120_000);

    async function sql(statement: string): Promise<string> {
      const { metadata } = await site.api.core.readNamespacedEndpoints({
        namespace: 'database',
        name: 'airbyte-postgres-ha',
      });
      const leader = metadata?.annotations?.['leader'] ?? '';
      const psql = ['psql', '--host=/tmp', '--username=postgres', '-qAtc', statement];
      return (await kubectlOn(cluster, options)('--namespace', 'database', 'exec', leader, '--', ...psql)).trim();
    }
    /** Writes a row and waits until the store has the segment that it is in. Returns the segment's name. */
    async function writeArchived(row: number): Promise<string> {
      await sql(`INSERT INTO written VALUES (${row})`);
      const name = await sql('SELECT pg_walfile_name(pg_current_wal_insert_lsn())');
      await sql('SELECT pg_switch_wal()');
      const isThere = async (): Promise<boolean> => (await archive.segments()).some((segment) => segment.name >= name);
      await pWaitFor(isThere, { interval: 500, timeout: ARCHIVED_WITHIN_MS });
      return name;
    }
    async function takeBaseBackup(): Promise<string> {
      const { items } = await site.api.core.listNamespacedService({ namespace: 'database' });
      const service = items.find(({ metadata }) => metadata?.name === 'backup');
      const { items: nodes } = await site.api.core.listNode();
      const host = nodes[0]?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
      const agent = backupAgent({ host, port: service?.spec?.ports?.[0]?.nodePort ?? 0 }, signal);
      // A port of a node leads somewhere only a moment after its service is ready.
      const answers = (): Promise<boolean> => agent.listBaseBackups().then(Array.isArray, () => false);
      await pWaitFor(answers, { interval: 500, timeout: REACHED_WITHIN_MS });
      return (await agent.takeBaseBackup()).backupId;
    }
    const rows = (): Promise<string> => sql("SELECT string_agg(n::text, ',' ORDER BY n) FROM written");

    beforeEach(async () => {
      await sql('DROP TABLE IF EXISTS written');
      await sql('CREATE TABLE written (n int)');
    });

    test('brings back all that was archived, on a timeline of its own, with its standbys', async () => {
      const backupId = await takeBaseBackup();
      await writeArchived(1);
      const report = await restoreOn(site, {}, options);
      expect(report).toMatchObject({ backupId, problems: [] });
      expect(report.timeline).toBeGreaterThan(1);
      expect(report.segmentsReplayed).toBeGreaterThan(0);
      expect(Object.keys(report.phases)).toEqual(['verify', 'restore', 'replay', 'redundancy']);
      expect(await rows()).toBe('1');
      expect(await sql('SELECT count(*) FROM pg_stat_replication')).toBe('2');
    }, 400_000);

    test('ends before a segment that is missing, and names it', async () => {
      await takeBaseBackup();
      await writeArchived(2);
      const missing = await writeArchived(3);
      await writeArchived(4);
      const tooLate = await sql(
        'SELECT to_char(clock_timestamp() AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\')',
      );
      const segment = (await archive.segments()).find(({ name }) => name === missing);
      if (segment === undefined) throw new Error(`${missing} is not in the archive`);
      await archive.remove(segment);

      // A time after the gap cannot be reached: the restore fails, and says at which segment.
      await expect(restoreOn(site, { targetTime: tooLate }, options)).rejects.toMatchObject({
        message: expect.stringContaining('recovery ended before configured recovery target was reached'),
        lastState: expect.stringContaining(missing),
      });
      const report = await restoreOn(site, {}, options);
      expect(report.problems).toMatchObject([{ segment: missing, problem: expect.stringContaining('missing') }]);
      expect(await rows()).toBe('2');
    }, 600_000);
  },
);
