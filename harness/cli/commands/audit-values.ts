import { readFileSync } from 'node:fs';
import type { ValuesFinding } from '../../audit/values/audit-values.ts';
import { CHART_GENERATIONS, type ChartGeneration } from '../../audit/values/known-ignored.ts';
import { ChaosError } from '../../core/errors.ts';
import { userFile } from '../project-paths.ts';

export interface AuditValuesOptions {
  readonly values: string;
  readonly chart: string;
  readonly json: boolean;
}

/**
 * `audit --values`: what in a file of Helm values changes nothing, and what is weak. Exit 0 where nothing was found, else 1.
 * @throws ChaosError `usage` for a file that cannot be read, or a chart that is none.
 */
export async function auditValuesCommand({ values: file, chart: named, json }: AuditValuesOptions): Promise<number> {
  const { auditValues } = await import('../../audit/values/audit-values.ts');
  const { readChart } = await import('../../audit/values/chart.ts');
  const { values, placeOf } = await readValues(file);
  const generation = CHART_GENERATIONS.find((one): one is ChartGeneration => one === named);
  const against = generation === undefined ? { chart: await readChart(userFile(named)) } : { generation };
  const findings = auditValues(values, against).map((finding) => ({
    ...finding,
    key: finding.key.join('.'),
    at: placeOf(finding.key),
  }));
  if (json) {
    process.stdout.write(`${JSON.stringify({ version: 1, values: file, chart: named, findings }, null, 2)}\n`);
  } else {
    print(findings, file);
    if (generation !== undefined) {
      process.stdout.write(
        `\nLooked for: what no chart of ${generation} looks at, below \`global\` and one step into each component. For every key of the version that you run, name the chart itself: its folder or its package.\n`,
      );
    }
  }
  return findings.length === 0 ? 0 : 1;
}

type Shown = Omit<ValuesFinding, 'key'> & { readonly key: string; readonly at: string };

function print(findings: readonly Shown[], file: string): void {
  const lines = findings.flatMap(({ kind, key, at, what, why, tryThis }) => [
    `✗ ${at}: ${kind === 'ignored' ? `${key} has no effect` : `${key}: ${what}`}`,
    `    since ${why}`,
    `    → ${tryThis}`,
  ]);
  const ignored = findings.filter(({ kind }) => kind === 'ignored').length;
  const sum =
    findings.length === 0 ? '✓ Nothing was found.' : `${ignored} without effect, ${findings.length - ignored} weak.`;
  process.stdout.write(`${[...lines, ...(lines.length === 0 ? [] : ['']), `${file}: ${sum}`].join('\n')}\n`);
}

interface ReadValues {
  readonly values: unknown;
  /** `values.yaml:3:5` of a key; the file alone where it is not set there, and the chart's own value holds. */
  readonly placeOf: (key: readonly string[]) => string;
}

async function readValues(file: string): Promise<ReadValues> {
  const { isMap, isScalar, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw unreadable(`${at(broken.pos[0])}: ${broken.message.split('\n')[0] ?? ''}`, broken);
  return {
    values: document.toJS({ maxAliasCount: 1000 }),
    placeOf(key) {
      const parent: unknown = key.length > 1 ? document.getIn(key.slice(0, -1), true) : document.contents;
      const pair = isMap(parent)
        ? parent.items.find((one) => isScalar(one.key) && String(one.key.value) === key.at(-1))
        : undefined;
      return isScalar(pair?.key) ? at(pair.key.range?.[0] ?? 0) : `${file} (not set)`;
    },
  };
}

function readText(file: string): string {
  try {
    return readFileSync(userFile(file), 'utf8');
  } catch (cause) {
    throw unreadable(`${file} cannot be read`, cause);
  }
}

function unreadable(what: string, cause: unknown): ChaosError {
  return new ChaosError({ code: 'usage', message: `The values cannot be looked at. ${what}.`, cause });
}
