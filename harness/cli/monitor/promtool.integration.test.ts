import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { examine } from '../../monitor/examine.ts';
import { COLLECTION_OUTCOMES, monitorMetrics } from '../../monitor/monitor-metrics.ts';
import { renderMetrics } from '../../monitor/prometheus-text.ts';
import { connection, failedJob, look } from '../../monitor/testing/build-look.ts';
import { buildPromtool, whyNoPromtool } from '../testing/promtool.ts';

const pathTo = (name: string): string => fileURLToPath(new URL(`../../monitor/prometheus/${name}`, import.meta.url));
const why = await whyNoPromtool();

const dashboardSchema = z.object({
  schemaVersion: z.int().min(36),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string(), query: z.unknown() })) }),
  panels: z.array(
    z.object({
      id: z.int(),
      title: z.string(),
      datasource: z.object({ type: z.literal('prometheus'), uid: z.string() }),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      fieldConfig: z.object({ defaults: z.object({ unit: z.string().min(1) }) }),
      targets: z.array(z.object({ expr: z.string(), datasource: z.object({ uid: z.string() }) })).min(1),
    }),
  ),
});

/** Every metric, with names that need escaping. */
function everyMetric(): string {
  const names = connection({ name: 'a "b" \\ c\nd', latestJobAt: 0 });
  const report = examine(look({ connections: [names], jobs: [failedJob(7)] }));
  return renderMetrics(
    monitorMetrics({
      intervalSeconds: 60,
      collections: { complete: 1, partial: 0, silent: 0, error: 0 },
      answeredAt: 1_796_000_000,
      completeAt: 1_796_000_000,
      durationSeconds: 0.5,
      report,
    }),
  );
}

/** Metrics by their name, with the names of their labels and the values of those. */
function exportedSeries(): Map<string, Map<string, Set<string>>> {
  const found = new Map<string, Map<string, Set<string>>>();
  for (const line of everyMetric().split('\n')) {
    const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) continue;
    const known = found.get(name) ?? new Map<string, Set<string>>();
    found.set(name, known);
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      known.set(label, (known.get(label) ?? new Set()).add(value));
    }
  }
  return found;
}

const dashboard = dashboardSchema.parse(JSON.parse(readFileSync(pathTo('dashboard.json'), 'utf8')));
const rules = readFileSync(pathTo('alert-rules.yaml'), 'utf8');
const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

describe('dashboard and rules', () => {
  test('name only metrics that are exported, with labels that these have', () => {
    const exported = exportedSeries();
    const texts = [...expressions, ...rules.split('\n').filter((line) => /airbyte_monitor_\w+[{ )]/.test(line))];
    expect(texts.length).toBeGreaterThan(15);
    for (const text of texts) {
      for (const [, name = '', selector = ''] of text.matchAll(/\b(airbyte_monitor_\w+)(?:\{([^}]*)\})?/g)) {
        const labels = exported.get(name);
        expect(labels, `${name} in ${text}`).toBeDefined();
        for (const [, label = '', value = ''] of selector.matchAll(/(\w+)="([^"]*)"/g)) {
          if (name === 'airbyte_monitor_connections' || name === 'airbyte_monitor_jobs') continue;
          expect([...(labels?.get(label) ?? [])], `${label} in ${text}`).toContain(value);
        }
      }
    }
    expect([...(exported.get('airbyte_monitor_collections_total')?.get('outcome') ?? [])]).toEqual([
      ...COLLECTION_OUTCOMES,
    ]);
  });

  test('have no data source of their own: it is chosen where the dashboard is used', () => {
    const uids = dashboard.panels.flatMap(({ datasource, targets }) => [
      datasource.uid,
      ...targets.map((one) => one.datasource.uid),
    ]);
    expect(new Set(uids)).toEqual(new Set(['${datasource}']));
    expect(dashboard.templating.list).toContainEqual({ name: 'datasource', type: 'datasource', query: 'prometheus' });
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

describe.skipIf(why !== undefined)(
  `promtool of Prometheus itself${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let promtool = '';
    beforeAll(async () => {
      promtool = await buildPromtool();
    }, 45 * 60_000);

    test('has nothing to say against the metrics', async () => {
      const { stdout, stderr, exitCode } = await execa(promtool, ['check', 'metrics'], {
        input: everyMetric(),
        reject: false,
      });
      expect(`${stdout}${stderr}`).toBe('');
      expect(exitCode).toBe(0);
    });

    test('finds what is wrong with metrics that are not escaped, so that the test before tells something', async () => {
      const broken = everyMetric().replace('\\n', '\n');
      expect((await execa(promtool, ['check', 'metrics'], { input: broken, reject: false })).exitCode).not.toBe(0);
    });

    test('accepts the rules, and each speaks and is silent where it should', async () => {
      const cwd = dirname(pathTo('alert-rules.yaml'));
      const check = await execa(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', 'alert-rules.yaml'], {
        cwd,
      });
      expect(check.stdout).toContain('9 rules found');
      const tested = await execa(promtool, ['test', 'rules', 'alert-rules.test.yaml'], { cwd });
      expect(tested.stdout).toContain('SUCCESS');
      const names = [...rules.matchAll(/alert: (\w+)/g)].map(([, name]) => name);
      const tests = readFileSync(pathTo('alert-rules.test.yaml'), 'utf8');
      for (const name of names) expect(tests.split(`alertname: ${name}`).length, name).toBeGreaterThan(2);
    });

    test.each(expressions)('can parse the dashboard’s %s', async (expression) => {
      // What Grafana fills in.
      const filled = expression.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '5m');
      const { exitCode, stderr } = await execa(promtool, ['--experimental', 'promql', 'format', filled], {
        reject: false,
      });
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
    });
  },
);
