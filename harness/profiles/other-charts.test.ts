import { describe, expect, test } from 'vitest';
import type { DiscoveredSystem } from './discovered-system.ts';
import { mapSystem } from './map-system.ts';
import {
  airbyteObjects,
  collect,
  rawWorkload,
  type AirbyteOptions,
  type RawWorkload,
} from './testing/airbyte-objects.ts';

/*
 * What manifests and charts do that are not those of Airbyte from 0.40 on. How it could lie: call old ones new because they have a label of the new ones;
 * miss what a tool of deployment has labelled again; say where something is when its name does not tell.
 */

const map = (options?: AirbyteOptions): DiscoveredSystem => mapSystem(collect(airbyteObjects(options)));
const componentsOf = ({ components }: DiscoveredSystem): readonly string[] =>
  components.map(({ component }) => component);

describe('the label airbyte, which manifests and charts up to 0.40 had too', () => {
  /** As kustomize made them: the label, and none of a chart. */
  const old = (component: string, raw: RawWorkload): RawWorkload => ({
    ...raw,
    podLabels: { airbyte: component },
    labels: { airbyte: component },
  });

  test('does not make them a V2 chart, and their version counts', () => {
    const system = map({ generation: 'legacy', version: '0.39.11-alpha', change: old });
    expect(system).toMatchObject({ generation: { is: 'airbyte-legacy' }, appVersion: '0.39.11-alpha' });
    expect(system.retry.policy).toMatchObject({ kind: 'exponential', attempts: 3 });
  });

  test('nor where a chart of its own time has it', () => {
    const change = (component: string, raw: RawWorkload): RawWorkload => ({
      ...raw,
      podLabels: { ...raw.podLabels, airbyte: component },
    });
    expect(map({ generation: 'legacy', chart: '0.3.7', version: '0.39.23-alpha', change })).toMatchObject({
      generation: { is: 'airbyte-legacy' },
      appVersion: '0.39.23-alpha',
    });
  });

  test('is not enough where no image tells a version', () => {
    expect(map({ generation: 'legacy', version: 'dev', change: old }).generation.is).toBe('unknown');
  });

  test('is that of a V2 chart with what came with 0.63, whatever the images are', () => {
    const change = (_: string, raw: RawWorkload): RawWorkload => ({ ...raw, labels: raw.podLabels });
    expect(map({ generation: 'v2', version: 'latest', change }).generation.is).toBe('airbyte-v2');
    expect(map({ generation: 'v2', chart: '0.2.0-dev-22a5', version: '1.5.1' })).toMatchObject({
      generation: { is: 'airbyte-v2' },
      appVersion: '1.5.1',
    });
  });
});

describe('Argo CD writes the name of its Application over the label of the release', () => {
  /** A component whose pods have no such label, as `metrics` and the bootloader. */
  const metrics = (instance: string): RawWorkload => ({
    name: 'airbyte-metrics',
    podLabels: { 'app.kubernetes.io/name': 'metrics' },
    labels: { 'app.kubernetes.io/instance': instance },
    container: 'airbyte-metrics-container',
    image: 'airbyte/metrics-reporter:1.8.5',
    envFrom: [{ configMapRef: { name: 'airbyte-airbyte-env' } }],
  });
  const change = (_: string, raw: RawWorkload): RawWorkload => ({
    ...raw,
    labels: { ...raw.labels, 'app.kubernetes.io/instance': 'data-platform' },
  });

  test('what shares the settings of the release is of it all the same', () => {
    const system = mapSystem(collect([...airbyteObjects({ change }), rawWorkload(metrics('data-platform'))]));
    expect([system.release, system.foreign, system.unmapped]).toEqual(['airbyte', [], []]);
    expect(system.components.find(({ component }) => component === 'metrics')?.because).toContain(
      'settings from ConfigMap airbyte-airbyte-env of the release',
    );
  });

  test('what shares them and is no component is not, nor is what another Airbyte has', () => {
    const tool = { ...metrics('tools'), name: 'exporter', podLabels: {}, container: 'x', image: 'corp/exporter:1' };
    const other = metrics('green');
    const system = mapSystem(
      collect([
        ...airbyteObjects(),
        rawWorkload(tool),
        ...airbyteObjects({ release: 'green', without: ['database', 'object-store'] }),
        rawWorkload(other),
      ]),
      { release: 'airbyte' },
    );
    expect(componentsOf(system)).not.toContain('metrics');
    expect(system.foreign).toEqual(
      expect.arrayContaining(['Deployment/exporter (release tools)', 'Deployment/airbyte-metrics (release green)']),
    );
  });
});

describe('where something is, by its name', () => {
  test.each([
    ['db', 'not found: there is no such Service in this namespace'],
    ['db.airbyte', 'not found: there is no such Service in this namespace'],
    ['db.airbyte.svc.cluster.local', 'not found: there is no such Service in this namespace'],
    ['db.data', 'not found: data may be another namespace here, or a domain'],
    ['db.data.svc', 'in namespace data of this cluster'],
    ['db.data.svc.cluster.local:5432', 'in namespace data of this cluster'],
    ['db.example.org', 'outside of the cluster'],
    ['10.0.0.7', 'outside of the cluster'],
  ])('%s: %s', (address, where) => {
    expect(map({ without: ['database'], settings: { DATABASE_HOST: address } }).external).toMatchObject([
      { what: 'database', where },
    ]);
  });
});

describe('a store that has no address', () => {
  const none = { MINIO_ENDPOINT: '', STORAGE_TYPE: '' };
  const storeOf = (settings: Readonly<Record<string, string>>): unknown =>
    map({ without: ['object-store'], settings: { ...none, ...settings } });

  test.each([
    [{ S3_LOG_BUCKET: 'logs' }, 'S3', 'S3_LOG_BUCKET of the server, and no address of a store'],
    [
      { GCS_LOG_BUCKET: 'logs', S3_LOG_BUCKET: '' },
      'Google Cloud Storage',
      'GCS_LOG_BUCKET of the server, and no address of a store',
    ],
    [
      { STORAGE_TYPE: 'LOCAL' },
      'on local disks of this cluster, and in no object store',
      'STORAGE_TYPE=LOCAL of the server',
    ],
  ])('%j', (settings, where, because) => {
    expect(storeOf(settings)).toMatchObject({ external: [{ what: 'object-store', where, because }], unmapped: [] });
  });

  test('a bucket of a Minio is none of S3, nor is one where the type is said', () => {
    const minio = storeOf({ S3_LOG_BUCKET: 'logs', S3_MINIO_ENDPOINT: 'http://minio:9000' });
    expect(minio).toMatchObject({ external: [{ address: 'minio:9000' }] });
    expect(storeOf({ S3_LOG_BUCKET: 'logs', STORAGE_TYPE: 'minio' })).toMatchObject({
      external: [],
      unmapped: [{ what: 'object-store' }],
    });
  });
});
