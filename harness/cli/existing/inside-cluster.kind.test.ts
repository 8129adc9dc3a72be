import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connectAirbyteApi } from '../../clients/airbyte-api.ts';
import {
  connectSourceSystem,
  connectWarehouse,
  type SourceSystem,
  type Warehouse,
} from '../../clients/data-systems.ts';
import { openBucket } from '../../clients/object-store.ts';
import type { Endpoint } from '../../core/platform.ts';
import { RELEASE_LABEL } from '../../platforms/cluster/policy.ts';
import { PRIMARY } from '../../platforms/kind/clusters.ts';
import { loadImages } from '../../platforms/kind/load-images.ts';
import { NETWORK } from '../../platforms/kind/network.ts';
import { findOutside, type OutsideService } from '../../platforms/kind/outside.ts';
import { prepareKindTools } from '../../platforms/kind/tools.ts';
import { whyNotHere } from '../../platforms/kind/testing/kind-here.ts';
import { IS_SHORT, ONLY_LONG } from '../testing/long-test.ts';
import { makeWorkplace, rootCauses, runForJournal, startChaos, type Workplace } from '../testing/run-chaos.ts';

/*
 * Everything real: nodes, kubelets, Airbyte's API, a sync in flight, and the harness's own image, which runs in a pod with its generated rights. How it could
 * lie: pass a sync whose records are not in the destination; work from outside only; say that results are kept that are not.
 */

const reason = IS_SHORT ? ONLY_LONG : await whyNotHere();
const NAMESPACE = 'airbyte';
const RELEASE = 'airbyte';
const IMAGE = 'localhost/airbyte-chaos-harness:test';
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LOGIN = { user: 'airbyte', password: 'airbyte' };
const STREAM = 'existing_records';
const DESTINATION = 'existing_chaos';
/** A sync of these takes ten seconds: longer than it takes until something is broken. */
const RECORDS = 20_000;
const RECORDS_PER_SECOND = 2000;
const BUCKET = 'airbyte-logs';
const KEYS = { accessKey: 'airbyte', secretKey: 'airbyte-secret' };

describe.skipIf(reason !== undefined)(
  `an existing cluster with nodes${reason === undefined ? '' : ` (not here: ${reason})`}`,
  () => {
    const { signal } = new AbortController();
    let place: Workplace;
    let program = '';
    let api: URL;
    let outside: readonly OutsideService[] = [];
    let source: SourceSystem;
    let warehouse: Warehouse;
    let connectionId = '';
    let records = 0;

    const kubeconfig = (): string => join(place.state, 'kind', `${PRIMARY.name}.kubeconfig`);
    const config = (): string => join(place.dir, 'chaos.config.yaml');
    const kubectl = async (args: readonly string[], input = ''): Promise<string> =>
      (await execa(program, ['--kubeconfig', kubeconfig(), '--namespace', NAMESPACE, ...args], { input })).stdout;
    async function chaos(...args: readonly string[]): Promise<string> {
      const { exitCode, stdout, stderr } = await startChaos(place, args);
      if (exitCode !== 0) throw new Error(`${args.join(' ')}: exit code ${exitCode}: ${stderr.slice(-2000)}`);
      return stdout;
    }
    function at(component: string, port: string): Endpoint {
      const service = outside.find((one) => one.component === component);
      return { host: service?.address ?? '', port: service?.ports[port] ?? 0 };
    }
    async function addRecords(): Promise<void> {
      await source.addRecords(STREAM, records + 1, records + RECORDS);
      records += RECORDS;
    }

    beforeAll(async () => {
      place = makeWorkplace();
      const up = await chaos('up', '--platform', 'kind');
      api = new URL(/API: (\S+)/.exec(up)?.[1] ?? '');
      program = (await prepareKindTools(() => undefined, signal)).kubectl;
      outside = await findOutside(NETWORK);
      await becomeRelease();
      await buildImage();
      await connect();
      const allowed = ['--allow', 'worker_failure,server_failure', '--components', 'worker,server'];
      await chaos('init', '--kubeconfig', kubeconfig(), '--namespace', NAMESPACE, '--api', api.origin, ...allowed);
      writeFileSync(
        config(),
        `${readFileSync(config(), 'utf8')}\ntraffic: {connection: ${connectionId}, startSync: true}\n`,
      );
    }, 900_000);
    afterAll(async () => {
      await Promise.allSettled([source?.close(), warehouse?.close()]);
      await chaos('down', '--platform', 'kind');
      await execa('docker', ['image', 'rm', IMAGE], { reject: false });
      place.remove();
    });

    /** As Helm would have labelled it. */
    async function becomeRelease(): Promise<void> {
      const deployments = (await kubectl(['get', 'deployments', '--output', 'name'])).split('\n');
      const labels = { [RELEASE_LABEL]: RELEASE };
      const patch = JSON.stringify({ metadata: { labels }, spec: { template: { metadata: { labels } } } });
      for (const one of deployments) await kubectl(['patch', one, '--type', 'merge', '--patch', patch]);
      for (const one of deployments) await kubectl(['rollout', 'status', one, '--timeout', '180s']);
    }

    /** From its own Dockerfile; what stands in for the image of Node was built for the stack. */
    async function buildImage(): Promise<void> {
      const found = await execa('docker', [
        'image',
        'ls',
        'airbyte-chaos/node-js',
        '--format',
        '{{.Repository}}:{{.Tag}}',
      ]);
      const base = ['--build-arg', `NODE_IMAGE=${found.stdout.split('\n')[0]}`];
      const options = ['--file', `${ROOT}harness/Dockerfile`, ...base, '--label', 'airbyte-chaos=offline-image'];
      await execa('docker', ['build', '--quiet', '--force-rm', ...options, '--tag', IMAGE, ROOT]);
      await loadImages(PRIMARY.name, [IMAGE], signal);
    }

    /** A connection that somebody here has. */
    async function connect(): Promise<void> {
      const host = at('warehouse', 'postgres');
      source = await connectSourceSystem(host, LOGIN);
      warehouse = await connectWarehouse(host, LOGIN);
      await source.createTable(STREAM);
      const server = { host: api.hostname, port: Number(api.port) };
      const airbyte = await connectAirbyteApi({ server, signal });
      const workspace = await airbyte.firstWorkspaceId();
      const asked = { recordsPerSecond: RECORDS_PER_SECOND, checkpointEvery: 500 };
      const sourceId = await airbyte.createSource(workspace, STREAM, {
        definition: 'Sequence',
        configuration: { ...host, ...LOGIN, database: 'source', table: STREAM, ...asked },
      });
      const destinationId = await airbyte.createDestination(workspace, STREAM, {
        definition: 'Warehouse',
        configuration: { ...host, ...LOGIN, database: 'warehouse' },
      });
      const ends = { sourceId, destinationId, stream: STREAM, namespace: DESTINATION };
      const how = { sourceNamespace: 'public', cursorField: 'seq', everyMinutes: 'manual' } as const;
      connectionId = await airbyte.createConnection({ name: STREAM, ...ends, ...how });
    }

    /** The truth, beside what Airbyte counts. */
    async function expectDelivered(): Promise<void> {
      expect((await warehouse.readAll(DESTINATION, STREAM)).present).toEqual([[1, records]]);
    }

    /** Applies what `cronjob` prints, runs it once, and gives what the run said. @throws unless the Job succeeds. */
    async function runInside(results: readonly string[]): Promise<string> {
      const where = ['--api', `http://server.${NAMESPACE}.svc:8001`, '--config', config(), ...results];
      const printed = await chaos('cronjob', 'worker_failure', '--image', IMAGE, '--schedule', '0 0 29 2 *', ...where);
      await kubectl(['apply', '--filename', '-'], printed);
      try {
        await kubectl(['create', 'job', 'once', '--from=cronjob/airbyte-chaos-worker-failure']);
        const ends = ['--for=jsonpath={.status.conditions[-1:].status}=True', '--timeout=300s'];
        await kubectl(['wait', 'job/once', ...ends]);
        const said = await kubectl(['logs', 'job/once']);
        expect(await kubectl(['get', 'job', 'once', '--output', 'jsonpath={.status.succeeded}']), said).toBe('1');
        return said;
      } finally {
        await kubectl(['delete', 'job', 'once', '--ignore-not-found']);
      }
    }

    test('from outside: a worker goes while a sync runs, and what Airbyte counts is what arrived', async () => {
      await addRecords();
      const ran = await runForJournal(place, ['worker_failure', '--platform', 'cluster', '--config', config()]);
      expect(rootCauses(ran.journal), ran.log).toEqual([]);
      expect(ran.journal.verdict).toBe('pass');
      await expectDelivered();
    });

    test('from inside, with the rights that are generated: the same, and the report on a volume is whole', async () => {
      await addRecords();
      const said = await runInside(['--results', 'volume:100Mi']);
      expect(said).toMatch(/^PASS {2}worker_failure/m);
      await expectDelivered();
      const runId = /Report: \S*?([^/\s]+)\/index\.html/.exec(said)?.[1] ?? '';
      expect(await reportInside(runId)).toMatch(/PASS/);
    });

    test('from inside, into an object store: all of the run is there, under one prefix', async () => {
      await addRecords();
      const { host, port } = at('object-store', 'http');
      const keys = { AWS_ACCESS_KEY_ID: KEYS.accessKey, AWS_SECRET_ACCESS_KEY: KEYS.secretKey };
      const variables = { ...keys, AWS_ENDPOINT_URL: `http://${host}:${port}` };
      const literals = Object.entries(variables).map(([name, value]) => `--from-literal=${name}=${value}`);
      await kubectl(['create', 'secret', 'generic', 'results', ...literals]);
      const said = await runInside(['--results', `s3://${BUCKET}/chaos`, '--s3-secret', 'results']);
      expect(said).not.toContain(KEYS.secretKey);
      const bucket = await openBucket({ at: { host, port }, bucket: BUCKET, ...KEYS });
      const names = (await bucket.list('chaos/')).map(({ key }) => key.split('/').slice(2).join('/'));
      const journal = (await bucket.list('chaos/')).find(({ key }) => key.endsWith('/journal.json'));
      expect(names).toEqual(expect.arrayContaining(['events.ndjson', 'index.html', 'journal.json', 'junit.xml']));
      const parsed = z
        .object({ verdict: z.string() })
        .parse(JSON.parse((await bucket.get(journal?.key ?? '')).toString('utf8')));
      expect(parsed.verdict).toBe('pass');
      await expectDelivered();
    });

    /** Judges a record on the volume again, in a pod of the image with no right at all. */
    async function reportInside(runId: string): Promise<string> {
      const volume = { name: 'results', persistentVolumeClaim: { claimName: 'airbyte-chaos-worker-failure' } };
      const container = {
        name: 'chaos',
        image: IMAGE,
        args: ['report', runId],
        env: [{ name: 'CHAOS_REPORTS_DIR', value: '/results' }],
        volumeMounts: [{ name: 'results', mountPath: '/results' }],
      };
      const spec = {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        containers: [container],
        volumes: [volume],
      };
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'reader' }, spec };
      await kubectl(['apply', '--filename', '-'], JSON.stringify(pod));
      await kubectl(['wait', 'pod/reader', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=120s']);
      const said = await kubectl(['logs', 'reader']);
      await kubectl(['delete', 'pod', 'reader']);
      return said;
    }
  },
);
