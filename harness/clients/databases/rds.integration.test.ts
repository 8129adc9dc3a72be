/**
 * The RDS client against moto 5.2.5, an API server that nobody here wrote.
 *
 * moto serves RDS's protocol, instances, clusters and their members, moves the writer of a cluster on FailoverDBCluster, writes
 * events of creation and backup, and checks signatures and IAM policies. It does **not** name a secondary zone, does nothing on
 * RebootDBInstance (with ForceFailover or without, Multi-AZ or not), writes no event of a failover, ignores `Duration`, never
 * throttles and never pages. Those are tested against recorded shapes in `rds.test.ts`; what RDS itself does is proven by neither.
 */
import { CreateDBClusterCommand, CreateDBInstanceCommand, RDSClient, StopDBInstanceCommand } from '@aws-sdk/client-rds';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DatabaseCluster } from '../../core/database-cluster.ts';
import { connectRds } from './rds.ts';
import { stubAwsEnvironment } from './testing/aws-environment.ts';
import { startMoto, type Moto } from './testing/moto-server.ts';

const MAIN = new URL('../../cli/main.ts', import.meta.url).pathname;
const signal = new AbortController().signal;
const ANYBODY = { accessKeyId: 'AKIAMADEUP', secretAccessKey: 'made-up' };
const USER = { MasterUsername: 'airbyte', MasterUserPassword: 'made-up-password' };

/** Clusters by name, with the zone of each member; the first is the writer. */
const CLUSTERS = { pair: ['a', 'b'], alone: ['a'], together: ['a', 'a'], stopped: ['a', 'b'] };

let moto: Moto;
const open: { destroy(): void }[] = [];

beforeAll(async () => {
  moto = await startMoto();
  stubAwsEnvironment(ANYBODY);
  const rds = new RDSClient({ endpoint: moto.url });
  open.push(rds);
  const instance = { Engine: 'postgres', DBInstanceClass: 'db.m7g.large', AllocatedStorage: 20, ...USER };
  await rds.send(new CreateDBInstanceCommand({ DBInstanceIdentifier: 'single', MultiAZ: false, ...instance }));
  await rds.send(new CreateDBInstanceCommand({ DBInstanceIdentifier: 'double', MultiAZ: true, ...instance }));
  const aurora = { Engine: 'aurora-postgresql', DBInstanceClass: 'db.r7g.large' };
  for (const [cluster, zones] of Object.entries(CLUSTERS)) {
    await rds.send(new CreateDBClusterCommand({ DBClusterIdentifier: cluster, Engine: aurora.Engine, ...USER }));
    for (const [index, zone] of zones.entries()) {
      const DBInstanceIdentifier = `${cluster}-${index + 1}`;
      const AvailabilityZone = `eu-west-1${zone}`;
      await rds.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier,
          AvailabilityZone,
          DBClusterIdentifier: cluster,
          ...aurora,
        }),
      );
    }
  }
  await rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: 'stopped-2' }));
});
afterAll(async () => {
  for (const client of open) client.destroy();
  await moto.stop();
});

beforeEach(() => stubAwsEnvironment(ANYBODY));
afterEach(() => vi.unstubAllEnvs());

async function connect(name: string): Promise<DatabaseCluster> {
  return connectRds({ name, endpoint: moto.url });
}

describe('what moto simulates', () => {
  test('an Aurora cluster with a reader in another zone is redundant; a failover moves the leader, and back', async () => {
    const pair = await connect('pair');
    expect(await pair.topology(signal)).toEqual({
      members: [
        { name: 'pair-1', role: 'primary', state: 'available' },
        { name: 'pair-2', role: 'replica', state: 'available', isSynchronous: true },
      ],
      leader: 'pair-1',
      isRedundant: true,
    });
    expect(await pair.requestFailover(signal)).toBe('FailoverDBCluster was accepted; pair is available');
    expect((await pair.topology(signal)).leader).toBe('pair-2');
    await pair.requestFailover(signal);
    expect((await pair.topology(signal)).leader).toBe('pair-1');
    await pair.close();
  });

  test('a member of a cluster means its cluster', async () => {
    expect((await (await connect('pair-2')).topology(signal)).members.map(({ name }) => name)).toEqual([
      'pair-1',
      'pair-2',
    ]);
  });

  test.each([
    ['alone', /no reader is available/],
    ['together', /no available reader is in another zone/],
    ['stopped', /no reader is available/],
    ['single', /not a Multi-AZ deployment/],
  ])('%s is not redundant, and the reason is said', async (name, reason) => {
    const found = await (await connect(name)).topology(signal);
    expect(found.isRedundant).toBe(false);
    expect(found.lacks).toMatch(reason);
  });

  test('a cluster whose only reader is stopped is refused a failover by the API, in its own words', async () => {
    await expect((await connect('stopped')).requestFailover(signal)).rejects.toMatchObject({
      code: 'client',
      message: expect.stringMatching(
        /FailoverDBCluster failed: InvalidDBClusterStateFault: .*at least two database instances/,
      ),
      tryThis: expect.stringContaining('Wait until'),
    });
  });

  test('a database that it does not know is no target', async () => {
    await expect((await connect('nowhere')).topology(signal)).rejects.toMatchObject({
      code: 'no-target',
      message: expect.stringContaining('nowhere not found'),
    });
  });

  test('events of an instance have the documented ids, in order, and none is older than asked for', async () => {
    const single = await connect('single');
    const events = await single.eventsSince(new Date(Date.now() - 3_600_000).toISOString(), signal);
    expect(events.map(({ id, text }) => `${id} ${text}`)).toEqual([
      'RDS-EVENT-0005 DB instance created',
      'RDS-EVENT-0001 Backing up DB instance',
      'RDS-EVENT-0002 Finished DB instance backup',
    ]);
    expect(await single.eventsSince(new Date(Date.now() + 3_600_000).toISOString(), signal)).toEqual([]);
  });

  test('the command prints a cluster and ends with 0; with 1 for one that is not redundant, with 2 for an unknown one', async () => {
    const look = (name: string) => {
      const where = ['--provider', 'rds', '--instance', name, '--endpoint', moto.url, '--region', 'eu-west-1'];
      return execa(process.execPath, [MAIN, 'database', ...where, '--json'], { reject: false });
    };
    const [pair, single, nowhere] = await Promise.all([look('pair'), look('single'), look('nowhere')]);
    expect([pair.exitCode, single.exitCode, nowhere.exitCode]).toEqual([0, 1, 2]);
    expect(JSON.parse(pair.stdout)).toMatchObject({ provider: 'rds', isRedundant: true });
    expect(JSON.parse(nowhere.stdout)).toMatchObject({ isRedundant: null });
  });
});

describe('what an operator has to allow (docs/decisions/0005-managed-databases.md), by moto’s reading of IAM', () => {
  const LOOK = ['rds:DescribeDBInstances', 'rds:DescribeDBClusters', 'rds:DescribeEvents'];
  const SINCE = '2026-01-01T00:00:00Z';

  afterEach(() => moto.allowOnly());

  test('three actions are enough to look; a failover is refused and named', async () => {
    stubAwsEnvironment(await moto.allowOnly(LOOK));
    const pair = await connect('pair');
    expect((await pair.topology(signal)).isRedundant).toBe(true);
    await pair.eventsSince(SINCE, signal);
    await expect(pair.requestFailover(signal)).rejects.toMatchObject({
      code: 'client',
      message: expect.stringContaining('AccessDenied'),
      tryThis: expect.stringContaining('Allow the identity'),
    });
    await expect((await connect('double')).requestFailover(signal)).rejects.toMatchObject({
      message: expect.stringContaining('rds:RebootDBInstance'),
    });
  });

  test('with the two that fail over, a failover of a cluster and of a Multi-AZ instance is accepted', async () => {
    stubAwsEnvironment(await moto.allowOnly([...LOOK, 'rds:RebootDBInstance', 'rds:FailoverDBCluster']));
    await (await connect('pair')).requestFailover(signal);
    expect(await (await connect('double')).requestFailover(signal)).toContain(
      'RebootDBInstance with ForceFailover was accepted',
    );
  });

  test('a wrong secret key is refused, and is not in the error', async () => {
    const { accessKeyId } = await moto.allowOnly(LOOK);
    const secretAccessKey = 'a-wrong-secret-key-of-a-test';
    stubAwsEnvironment({ accessKeyId, secretAccessKey });
    const error: unknown = await (await connect('pair')).topology(signal).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'client', message: expect.stringContaining('SignatureDoesNotMatch') });
    expect(String(error)).not.toContain(secretAccessKey);
  });
});

describe('what moto does not simulate, so that nobody reads more into these tests than they prove', () => {
  test('it names no secondary zone, so a Multi-AZ instance of moto is not called redundant', async () => {
    const found = await (await connect('double')).topology(signal);
    expect(found.isRedundant).toBe(false);
    expect(found.lacks).toContain('no secondary zone');
  });

  test('a forced failover of a Multi-AZ instance changes nothing there and writes no event', async () => {
    const double = await connect('double');
    const before = await double.topology(signal);
    await double.requestFailover(signal);
    expect(await double.topology(signal)).toEqual(before);
    const events = await double.eventsSince('2026-01-01T00:00:00Z', signal);
    expect(events.filter(({ text }) => /failover/i.test(text))).toEqual([]);
  });
});
