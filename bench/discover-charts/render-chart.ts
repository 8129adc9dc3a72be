import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

/** A workload of a chart, and the component whose template made it. */
export interface RenderedWorkload {
  readonly named: string;
  /** As the path of the template says; `test` for a test of the chart, undefined where the path says nothing that is known here. */
  readonly component: string | undefined;
}

export interface Rendered {
  readonly text: string;
  readonly objects: number;
  readonly workloads: readonly RenderedWorkload[];
}

export interface ChartToRender {
  readonly helm: string;
  readonly chart: string;
  readonly release: string;
  readonly namespace: string;
  /** `key=value`. */
  readonly set: readonly string[];
}

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod']);
const object = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });

/** Renders a packaged chart. @throws ExecaError with what Helm said. */
export async function renderChart({ helm, chart, release, namespace, set }: ChartToRender): Promise<Rendered> {
  const values = set.flatMap((value) => ['--set', value]);
  const { stdout } = await execa(helm, ['template', release, chart, '--namespace', namespace, ...values]);
  const workloads: RenderedWorkload[] = [];
  let objects = 0;
  for (const part of stdout.split(/^---$/m)) {
    const source = /^# Source: (.+)$/m.exec(part)?.[1] ?? '';
    for (const document of parseAllDocuments(part, { uniqueKeys: false })) {
      const read = object.safeParse(document.toJS()).data;
      if (read === undefined) continue;
      objects += 1;
      if (!WORKLOADS.has(read.kind)) continue;
      workloads.push({ named: `${read.kind}/${read.metadata.name}`, component: componentOf(source, read.kind) });
    }
  }
  return { text: stdout, objects, workloads };
}

/** By the folder of the template, or of the chart within the chart, that it was rendered from. */
function componentOf(source: string, kind: string): string | undefined {
  if (source.includes('/tests/')) return 'test';
  const [, own] = /\/charts\/([\w-]+)\/templates\//.exec(source) ?? /\/templates\/([\w-]+)\//.exec(source) ?? [];
  const file = /\/templates\/([\w-]+)\.yaml$/.exec(source)?.[1];
  const name = own ?? (source.startsWith('airbyte-data-plane/') ? 'workload-launcher' : file);
  switch (name) {
    case 'airbyte-db':
    case 'postgresql':
      return 'database';
    case 'minio':
      return kind === 'Pod' ? 'object-store-setup' : 'object-store';
    default:
      return name?.replace(/^airbyte-/, '');
  }
}
