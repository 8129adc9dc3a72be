import type { Chart } from './chart.ts';
import { releasesOf, unreadIn } from './keys-read-by-generation.ts';
import { knownIgnored, knownIgnoredIn, type ChartGeneration } from './known-ignored.ts';
import { readTemplates, type Path } from './template-reading.ts';
import { airbyteValues, type AirbyteValues } from './umbrella.ts';
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
  const set = airbyteValues(values);
  const merged =
    'generation' in against
      ? mergeValues(DEFAULTS[against.generation], set.values)
      : airbyteValues(mergeValues(against.chart.defaults, values)).values;
  const weak = weakValues({ set: set.values, merged, appVersion: chart?.appVersion });
  return [
    ...('generation' in against ? ignoredByAll(set, against.generation) : ignoredBy(against.chart, values)),
    ...weak.map((one) => ({ kind: 'weak', ...one, key: set.inFile(one.key) }) as const),
  ];
}

const OF_EVERY_CHART = { server: { replicaCount: 1 }, worker: { replicaCount: 1 }, postgresql: { enabled: true } };
/** What charts of a generation have where a file sets nothing, as far as weakness goes. */
const DEFAULTS: Readonly<Record<ChartGeneration, unknown>> = {
  legacy: { ...OF_EVERY_CHART, webapp: { replicaCount: 1 }, minio: { enabled: true } },
  v1: { ...OF_EVERY_CHART, global: { storage: { type: 'minio' } } },
  v2: { ...OF_EVERY_CHART, global: { storage: { type: 'minio' } } },
};

const TRY_THIS = 'Take it out, or find out what it is called in this chart.';

function ignoredByAll({ values, inFile }: AirbyteValues, generation: ChartGeneration): readonly ValuesFinding[] {
  const unread = unreadIn(values, generation);
  const isNew = (key: Path): boolean => !unread.some((other) => other.every((part, at) => key[at] === part));
  const why = `no chart of this generation looks at it (${releasesOf(generation)})`;
  return [...unread, ...knownIgnoredIn(values, generation).filter(isNew)].map((key) =>
    finding(inFile(key), knownIgnored(key, generation) ?? { why, tryThis: TRY_THIS }),
  );
}

function ignoredBy(chart: Chart, values: unknown): readonly ValuesFinding[] {
  const generation = generationOf(chart.version);
  return unusedKeys(values, readTemplates(chart.templates), chart.conditions).map((key) => {
    const known = generation === undefined ? undefined : knownIgnored(key, generation);
    const why = `no template of chart ${chart.name} ${chart.version} looks at it`;
    return finding(key, known ?? { why, tryThis: TRY_THIS });
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
