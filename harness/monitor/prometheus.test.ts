import { describe, expect, test } from 'vitest';
import { examine } from './examine.ts';
import { monitorMetrics, outcomeOf, type CollectorState } from './monitor-metrics.ts';
import { renderMetrics } from './prometheus-text.ts';
import { renderLine, renderText } from './render-text.ts';
import { connection, failedJob, look } from './testing/build-look.ts';

const IDLE: CollectorState = {
  intervalSeconds: 60,
  collections: { complete: 0, partial: 0, silent: 0, error: 0 },
  answeredAt: undefined,
  completeAt: undefined,
  durationSeconds: undefined,
  report: undefined,
};
const SILENT = look({
  jobs: { items: [], gaps: [{ sentence: 'jobs' }] },
  connections: { items: [], gaps: [] },
  workspaces: { items: [], gaps: [{ sentence: 'workspaces' }] },
  health: { state: 'unreachable', responseMs: 5000, detail: 'No answer.' },
  hasAnswered: false,
});

const textOf = (seen: ReturnType<typeof look>): string =>
  renderMetrics(monitorMetrics({ ...IDLE, answeredAt: 1, report: examine(seen) }));

describe('the text format', () => {
  test('labels are escaped, also what would end a sample', () => {
    const name = 'a "b" \\ c\nd \uD800';
    const text = renderMetrics([
      { name: 'm', help: 'one\ntwo \\', type: 'gauge', samples: [{ labels: { name }, value: 0.5 }] },
    ]);
    expect(text).toBe('# HELP m one\\ntwo \\\\\n# TYPE m gauge\nm{name="a \\"b\\" \\\\ c\\nd \uFFFD"} 0.5\n');
  });

  test('a metric without samples is left out; what is no number is written as Prometheus reads it', () => {
    const family = { name: 'm', help: 'h', type: 'gauge' } as const;
    expect(renderMetrics([{ ...family, samples: [] }])).toBe('');
    const text = renderMetrics([{ ...family, samples: [NaN, Infinity, -Infinity].map((value) => ({ value })) }]);
    expect(text.split('\n').slice(2, 5)).toEqual(['m NaN', 'm +Inf', 'm -Inf']);
  });
});

describe('the metrics', () => {
  test('before the first collection tell of the monitor alone', () => {
    const text = renderMetrics(monitorMetrics(IDLE));
    expect(text).toContain('airbyte_monitor_interval_seconds 60');
    expect(text).not.toContain('findings');
    expect(text).not.toContain('last_collection_timestamp');
  });

  test('show a zero for each kind of finding of which there is none', () => {
    expect(textOf(look())).toContain(
      'airbyte_monitor_findings{kind="job_hung",severity="critical",verdict="problem"} 0',
    );
    const failed = textOf(look({ jobs: [failedJob(7)] }));
    expect(failed).toContain('airbyte_monitor_findings{kind="job_failed",severity="critical",verdict="problem"} 1');
    expect(failed).toContain('connection="Orders",workspace_id="w1",kind="job_failed"} 1');
  });

  test('of an Airbyte that does not answer show no zero: nothing is known to be fine', () => {
    expect(outcomeOf(examine(SILENT))).toBe('silent');
    const text = textOf(SILENT);
    expect(text).toContain('airbyte_monitor_api_state{state="unreachable"} 1');
    expect(text).not.toContain('job_failed');
    expect(text).not.toContain('airbyte_monitor_jobs');
    expect(text).not.toContain('airbyte_monitor_connections');
  });

  test('every connection has its own series, and each series is there once', () => {
    const connections = ['c1', 'c2'].map((connectionId) => connection({ connectionId, latestJobAt: 0 }));
    const lines = textOf(
      look({ connections, jobs: [failedJob(7), failedJob(8), failedJob(9, { connectionId: 'c2' })] }),
    )
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const series = lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
    expect(new Set(series).size).toBe(series.length);
    expect(lines.filter((line) => line.includes('connection_findings') && line.includes('job_failed'))).toHaveLength(2);
  });
});

describe('the text for a person', () => {
  test('says what is wrong first, with names, and what is not known', () => {
    const text = renderText(examine(look({ jobs: [failedJob(7)] })));
    expect(text).toContain('✗ 2 problems');
    expect(text).toContain('the source went away');
    expect(text).toContain('Shop → Warehouse');
    expect(text).toContain('not known: ');
  });

  test('does not comfort when Airbyte is silent', () => {
    expect(renderText(examine(SILENT))).toContain('? Nothing could be told');
    expect(renderLine(examine(SILENT))).toContain('API unreachable');
  });

  test('a name cannot steer the terminal', () => {
    const text = renderText(examine(look({ connections: [connection({ name: '\u001B[2Jx\u0007\u202E\ny' })] })));
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('a thousand connections do not fill the screen', () => {
    const connections = Array.from({ length: 1000 }, (_, index) =>
      connection({ connectionId: `c${index}`, schedule: { kind: 'manual' } }),
    );
    const text = renderText(examine(look({ connections, jobs: [] })));
    expect(text.split('\n').length).toBeLessThan(60);
    expect(text).toContain('… and 960 more connections');
  });
});
