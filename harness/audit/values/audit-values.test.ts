import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditValues } from './audit-values.ts';
import { readChart } from './chart.ts';
import { readTemplates } from './template-reading.ts';
import { unusedKeys } from './unused-keys.ts';
import { mergeValues, weakValues } from './weak-values.ts';

/** Keys of `values` that one template does not look at. */
function unused(template: string, values: unknown): readonly string[] {
  return unusedKeys(values, readTemplates([{ at: [], templates: [template] }])).map((key) => key.join('.'));
}

const VALUES = { server: { replicaCount: 2, hpa: { enabled: true }, image: { tag: 'x' } }, global: { env: 'dev' } };
const REST = ['server.hpa', 'server.image', 'global'];

describe('a key is read', () => {
  test.each([
    ['where it is printed', '{{ .Values.server.replicaCount }}'],
    ['with white space trimmed', '{{- .Values.server.replicaCount -}}'],
    ['from the root', '{{ with .Release }}{{ $.Values.server.replicaCount }}{{ end }}'],
    ['by its parent as dot', '{{ with .Values.server }}{{ .replicaCount }}{{ end }}'],
    ['by a variable', '{{ $s := .Values.server }}{{ $s.replicaCount }}'],
    ['by a variable that is set again', '{{ $s := "" }}{{ $s = .Values.server }}{{ $s.replicaCount }}'],
    ['by index', '{{ index .Values "server" "replicaCount" }}'],
    ['by index and a field', '{{ (index .Values "server").replicaCount }}'],
    ['by get', '{{ get .Values.server "replicaCount" }}'],
    ['by dig', '{{ dig "server" "replicaCount" 1 .Values }}'],
    ['by dig in dig', '{{ dig "replicaCount" 1 (dig "server" dict .Values) }}'],
    ['as a default', '{{ .Values.other | default .Values.server.replicaCount }}'],
    ['in a condition', '{{ if and .Values.server.replicaCount (eq 1 1) }}x{{ end }}'],
    ['in else if', '{{ if false }}a{{ else if .Values.server.replicaCount }}b{{ end }}'],
    ['in else with', '{{ with .Values.other }}a{{ else with .Values.server }}{{ .replicaCount }}{{ end }}'],
    ['in else', '{{ if .Values.other }}a{{ else }}{{ .Values.server.replicaCount }}{{ end }}'],
    ['in a template that is included', '{{ define "t" }}{{ .Values.server.replicaCount }}{{ end }}{{ include "t" . }}'],
    [
      'in one that is included with a part',
      '{{ define "t" }}{{ .replicaCount }}{{ end }}{{ include "t" .Values.server }}',
    ],
    [
      'in one with a dict',
      '{{ define "t" }}{{ .of.replicaCount }}{{ end }}{{ include "t" (dict "of" .Values.server) }}',
    ],
    [
      'in one with a list',
      '{{ define "t" }}{{ (index . 0).replicaCount }}{{ end }}{{ include "t" (list .Values.server $) }}',
    ],
    [
      'in one with a context',
      '{{ define "t" }}{{ .ctx.Values.server.replicaCount }}{{ end }}{{ template "t" dict "ctx" . }}',
    ],
    ['in a block', '{{ block "t" .Values.server }}{{ .replicaCount }}{{ end }}'],
    ['after a comment', '{{/* a "quote */}}{{ .Values.server.replicaCount }}'],
    ['beside text with braces', '{ {{ "}}" }} {{ .Values.server.replicaCount }} }'],
  ])('%s', (_where, template) => {
    expect(unused(template, VALUES)).toEqual(REST);
  });

  test('with all that is below it, where it is handed on whole', () => {
    expect(unused('{{ toYaml .Values.server }}{{ .Values.global.env }}', VALUES)).toEqual([]);
    expect(unused('{{ range $k, $v := .Values.server }}{{ $v }}{{ end }}', VALUES)).toEqual(['global']);
    expect(unused('{{ index .Values.server $key }}', VALUES)).toEqual(['global']);
    expect(unused('{{ include "unknown" .Values.server }}', VALUES)).toEqual(['global']);
  });

  test('and not what is below it, where it is only asked whether it is there', () => {
    expect(unused('{{ if .Values.server.hpa }}x{{ end }}', VALUES)).toEqual([
      'server.replicaCount',
      'server.hpa.enabled',
      'server.image',
      'global',
    ]);
    expect(unused('{{ if hasKey .Values.server "hpa" }}{{ end }}', { server: { hpa: true, x: 1 } })).toEqual([
      'server.x',
    ]);
  });

  test('not in a comment, in a text, or in a template that nobody includes', () => {
    for (const template of [
      '{{/* .Values.server.replicaCount */}}',
      '.Values.server.replicaCount',
      '{{ "x.Values.server" }}',
      '{{ define "t" }}{{ .Values.server.replicaCount }}{{ end }}',
    ])
      expect(unused(template, VALUES)).toEqual(['server', 'global']);
  });

  test('an include that includes itself ends', () => {
    expect(
      unused('{{ define "t" }}{{ include "t" . }}{{ .Values.global.env }}{{ end }}{{ include "t" . }}', VALUES),
    ).toEqual(['server']);
  });

  test('in a chart inside another by its name there, and global everywhere', () => {
    const templates = ['{{ .Values.replicaCount }}{{ .Values.global.env }}'];
    const read = readTemplates([{ at: ['server'], templates }]);
    const keysOf = (values: unknown): readonly string[] => unusedKeys(values, read).map((key) => key.join('.'));
    expect(keysOf(VALUES)).toEqual(['server.hpa', 'server.image']);
    expect(keysOf({ server: { global: { env: 'dev', x: 1 } }, worker: { global: { env: 'dev' } } })).toEqual([
      'server.global.x',
      'worker',
    ]);
  });

  test('by Helm itself, as the condition of a dependency', () => {
    const read = readTemplates([]);
    expect(unusedKeys({ db: { enabled: false, x: 1 } }, read, [['db', 'enabled']])).toEqual([['db', 'x']]);
  });
});

describe('a chart on disk', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chart-test-'));
    const files = {
      'Chart.yaml':
        'name: airbyte\nversion: 2.9.0\nappVersion: "2.1.0"\ndependencies: [{name: worker, condition: worker.enabled}]\n',
      'values.yaml': 'server: {replicaCount: 1}\npostgresql: {enabled: true}\n',
      'templates/server.yaml':
        '{{ .Values.server.replicaCount }}{{ .Values.global.database.name }}{{ .Values.postgresql.enabled }}',
      'charts/worker/Chart.yaml': 'name: worker\nversion: 2.9.0\n',
      'charts/worker/templates/worker.yaml': '{{ .Values.replicaCount }}',
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, 'airbyte', name)), { recursive: true });
      writeFileSync(join(folder, 'airbyte', name), text);
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const OPERATORS = {
    worker: { enabled: true, replicaCount: 3, autoscaling: { enabled: true } },
    podDisruptionBudget: { enabled: true },
    global: { database: { database: 'airbyte', password: 'canary-1' } },
    postgresql: { enabled: false },
  };

  test('is the same from its package, and finds what has no effect', async () => {
    await execa('tar', ['-czf', join(folder, 'airbyte.tgz'), '-C', folder, 'airbyte']);
    const fromFolder = await readChart(join(folder, 'airbyte'));
    expect(await readChart(join(folder, 'airbyte.tgz'))).toEqual(fromFolder);
    const findings = auditValues(OPERATORS, { chart: fromFolder });
    expect(
      findings.filter(({ kind }) => kind === 'ignored').map(({ key, tryThis }) => [key.join('.'), tryThis]),
    ).toEqual([
      ['worker.autoscaling', 'Apply a HorizontalPodAutoscaler of your own for the Deployment.'],
      ['podDisruptionBudget', 'Apply a PodDisruptionBudget of your own for each component.'],
      ['global.database.database', 'Set global.database.name.'],
      ['global.database.password', 'Take it out, or find out what it is called in this chart.'],
    ]);
    expect(findings.filter(({ kind }) => kind === 'weak').map(({ key }) => key.join('.'))).toEqual([
      'server.replicaCount',
      'global.featureFlags.configfile',
      'global.database.password',
    ]);
    expect(JSON.stringify(findings)).not.toContain('canary');
  });

  test.each(['nothing', 'airbyte/values.yaml', 'airbyte/templates'])('%s is no chart', async (path) => {
    await expect(readChart(join(folder, path))).rejects.toMatchObject({ code: 'usage', exitCode: 64 });
  });
});

describe('weak values', () => {
  const weak = (values: unknown, appVersion?: string) =>
    weakValues({ set: values, merged: values, appVersion }).map(({ key }) => key.join('.'));

  test('of a highly available installation: none', () => {
    const good = {
      server: { replicaCount: 2 },
      worker: { replicaCount: 3 },
      webapp: { enabled: false, replicaCount: 1 },
      temporal: { replicaCount: 1 },
      postgresql: { enabled: false },
      global: { storage: { type: 's3' }, database: { passwordSecretKey: 'password', secretName: 'db' } },
    };
    expect(weak(good, '1.8.5')).toEqual([]);
  });

  test.each([
    [{ worker: { replicaCount: 1 } }, 'worker.replicaCount'],
    [{ webapp: { replicaCount: 1 } }, 'webapp.replicaCount'],
    [{ temporal: { replicaCount: 2 } }, 'temporal.replicaCount'],
    [{ postgresql: { enabled: true } }, 'postgresql.enabled'],
    [{ global: { storage: { type: 'MINIO' } } }, 'global.storage.type'],
    [{ minio: { enabled: true } }, 'global.storage.type'],
    [{ global: { database: { password: 'x' } } }, 'global.database.password'],
    [{ global: { storage: { s3: { secretAccessKey: 'x' } } } }, 'global.storage.s3.secretAccessKey'],
  ])('%j', (values, key) => {
    expect(weak(values)).toEqual([key]);
  });

  test.each([
    ['0.62.4', []],
    ['0.63.0', ['cron.extraEnv']],
    ['1.3.1', ['cron.extraEnv']],
    ['1.4.0', []],
    ['1.8.5', []],
    ['2.0.0', ['global.featureFlags.configfile']],
    ['2.2.0', ['global.featureFlags.configfile']],
    [undefined, []],
  ])('of Airbyte %s: %j', (version, expected) => {
    expect(weak({}, version)).toEqual(expected);
  });

  test('are none where the remedy is there', () => {
    expect(weak({ cron: { extraEnv: [{ name: 'WORKLOAD_MONITOR_ENABLED', value: 'true' }] } }, '1.0.0')).toEqual([]);
    const configfile = 'flags: [{name: platform.replication-command-falls-back-to-workload-status, serve: true}]';
    expect(weak({ global: { featureFlags: { configfile } } }, '2.2.0')).toEqual([]);
  });
});

test('values are laid over those of the chart as Helm does it', () => {
  const defaults = { a: { b: 1, c: 2 }, list: [1, 2], gone: { x: 1 } };
  expect(mergeValues(defaults, { a: { b: 3 }, list: [9], gone: null })).toEqual({ a: { b: 3, c: 2 }, list: [9] });
  expect(mergeValues(defaults, undefined)).toEqual(defaults);
});
