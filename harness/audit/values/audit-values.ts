import type { Chart } from './chart.ts';
import { knownIgnored, knownIgnoredIn, type ChartGeneration } from './known-ignored.ts';
import { readTemplates, type Path } from './template-reading.ts';
import { unusedKeys } from './unused-keys.ts';
import { mergeValues, weakValues } from './weak-values.ts';

/** One thing that is wrong with a file of values. */
export interface ValuesFinding {
  readonly kind: 'ignored' | 'weak';
  readonly key: Path;
  readonly what: string;
  readonly why: string;
  readonly tryThis: string;
}

/** What the values are held against: a chart, or what is known of its generation. */
export type HeldAgainst = { readonly chart: Chart } | { readonly generation: ChartGeneration };

/** Keys that change nothing, and values that are weak. Reads nothing, and never repeats a value. */
export function auditValues(values: unknown, against: HeldAgainst): readonly ValuesFinding[] {
  const chart = 'chart' in against ? against.chart : undefined;
  const merged = chart === undefined ? values : mergeValues(chart.defaults, values);
  const weak = weakValues({ set: values, merged, appVersion: chart?.appVersion });
  return [...ignored(values, against), ...weak.map((one) => ({ kind: 'weak', ...one }) as const)];
}

function ignored(values: unknown, against: HeldAgainst): readonly ValuesFinding[] {
  if ('generation' in against) {
    const { generation } = against;
    return knownIgnoredIn(values, generation).flatMap((key) => {
      const known = knownIgnored(key, generation);
      return known === undefined ? [] : [finding(key, known)];
    });
  }
  const { chart } = against;
  const generation = generationOf(chart.version);
  return unusedKeys(values, readTemplates(chart.templates), chart.conditions).map((key) => {
    const known = generation === undefined ? undefined : knownIgnored(key, generation);
    const why = `no template of chart ${chart.name} ${chart.version} looks at it`;
    return finding(key, known ?? { why, tryThis: 'Take it out, or find out what it is called in this chart.' });
  });
}

function finding(key: Path, { why, tryThis }: { readonly why: string; readonly tryThis: string }): ValuesFinding {
  return { kind: 'ignored', key, what: `${key.join('.')} has no effect`, why, tryThis };
}

/** Charts of 0.x are legacy, those of 1.x and 2.x each a generation. */
function generationOf(version: string): ChartGeneration | undefined {
  const major = version.split('.')[0];
  return major === '0' ? 'legacy' : major === '1' ? 'v1' : major === '2' ? 'v2' : undefined;
}
