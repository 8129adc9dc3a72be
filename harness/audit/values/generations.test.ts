import { describe, expect, test } from 'vitest';
import { auditValues } from './audit-values.ts';

/*
 * How it could lie: say that a key has no effect which some release looks at, or miss one that none does; call what stands under the name of a dependency
 * unknown; take the chart's own database for the one in use.
 */

test('without a chart, what is known to be ignored in its generation is found', () => {
  const keys = (values: unknown, generation: 'legacy' | 'v1' | 'v2') =>
    auditValues(values, { generation }).flatMap(({ kind, key }) => (kind === 'ignored' ? [key.join('.')] : []));
  const values = {
    'workload-launcher': { hpa: {} },
    workloadLauncher: { hpa: {} },
    global: { database: { database: 'x', name: 'y' } },
  };
  expect(keys(values, 'v2')).toEqual(['workload-launcher', 'workloadLauncher.hpa', 'global.database.database']);
  expect(keys(values, 'v1')).toEqual(['workload-launcher.hpa', 'workloadLauncher', 'global.database.name']);
  expect(keys({ server: { replicaCount: 2 } }, 'v2')).toEqual([]);
});

describe('without a chart, what no release of its generation looks at is found', () => {
  const found = (values: unknown, generation: 'legacy' | 'v1' | 'v2', only = /^ignored/) =>
    auditValues(values, { generation })
      .map(({ kind, key }) => `${kind} ${key.join('.')}`)
      .filter((one) => only.test(one));

  test('at the top, in a component, and below global; what one release reads is not', () => {
    const values = {
      highAvailability: true,
      worker: { replicas: 3, hpa: { enabled: true }, extraEnv: [], resources: { limits: { gpu: 1 } } },
      global: {
        database: { username: 'a', host: 'h', type: 'external' },
        env: 'dev',
        jobs: { kube: { labels: { team: 'x' } } },
      },
      server: { topologySpreadConstraints: [] },
      tags: {},
    };
    expect(found(values, 'v2')).toEqual([
      'ignored highAvailability',
      'ignored worker.replicas',
      'ignored worker.hpa',
      'ignored global.database.username',
      'ignored tags',
    ]);
    expect(found(values, 'v1')).toEqual([
      'ignored highAvailability',
      'ignored worker.replicas',
      'ignored worker.hpa',
      'ignored global.database.username',
      'ignored global.env',
      'ignored server.topologySpreadConstraints',
    ]);
  });

  test('with what to set instead, where that is known', () => {
    const say = (values: unknown): readonly string[] =>
      auditValues(values, { generation: 'v2' }).flatMap(({ kind, tryThis }) => (kind === 'ignored' ? [tryThis] : []));
    expect(say({ externalDatabase: { host: 'h' } })).toEqual(['Set global.database.']);
    expect(say({ global: { state: { storage: { type: 'S3' } } } })).toEqual(['Set global.storage.']);
    expect(say({ 'workload-launcher': { replicaCount: 2 } })).toEqual(['Set workloadLauncher.']);
    expect(say({ backups: true })).toEqual(['Take it out, or find out what it is called in this chart.']);
  });

  test('in the values of a chart that has Airbyte’s as a dependency, under its name', () => {
    const values = {
      global: { database: { database: 'x', password: 'canary' } },
      etl: { worker: { replicaCount: 1, hpa: {} }, global: { storage: { type: 'minio' } } },
      grafana: { enabled: true },
    };
    expect(found(values, 'v2', /./)).toEqual([
      'ignored etl.worker.hpa',
      'ignored global.database.database',
      'weak etl.server.replicaCount',
      'weak etl.worker.replicaCount',
      'weak etl.postgresql.enabled',
      'weak etl.global.storage.type',
      'weak global.database.password',
    ]);
  });

  test('with what every chart of the generation has where the file says nothing', () => {
    const storage = { storage: { type: 's3' } };
    const good = { server: { replicaCount: 2 }, worker: { replicaCount: 2 }, postgresql: { enabled: false } };
    expect(found({}, 'v2', /^weak/)).toEqual([
      'weak server.replicaCount',
      'weak worker.replicaCount',
      'weak postgresql.enabled',
      'weak global.storage.type',
    ]);
    expect(found({ ...good, global: storage }, 'v2', /./)).toEqual([]);
    expect(found({ ...good, global: { state: storage } }, 'legacy', /./)).toEqual(['weak webapp.replicaCount']);
    expect(found(good, 'legacy', /./)).toEqual(['weak webapp.replicaCount', 'weak global.storage.type']);
  });

  test('a database that comes with the chart is not called the one in use where another is named', () => {
    const named = auditValues({ global: { database: { type: 'external' } } }, { generation: 'v2' }).find(
      ({ key }) => key[0] === 'postgresql',
    );
    expect([named?.what, named?.tryThis]).toEqual([
      expect.stringContaining('though global.database names another'),
      'Set postgresql.enabled to false.',
    ]);
  });

  test('what only looks like such a chart is taken as it is', () => {
    expect(found({ one: { server: {} }, two: { worker: {} } }, 'v2')).toEqual(['ignored one', 'ignored two']);
    expect(found({ server: {}, mine: { worker: { hpa: {} } } }, 'v2')).toEqual(['ignored mine']);
    expect(found('text', 'v2')).toEqual([]);
  });
});
