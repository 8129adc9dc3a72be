/**
 * `node bench/discover-charts/main.ts --helm PROGRAM FOLDER [--release NAME] [--set a=b]… [--verbose]`: renders every packaged chart of a folder with
 * Helm, applies what comes out, hooks as well, to a real API server without nodes, runs `discover` on it, and holds what it mapped against the
 * templates that the objects were rendered from. `discover` does not see those: they are a witness of their own. Ends with 1 where they differ.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { startApiServer, type ApiServer } from '../../harness/platforms/cluster/testing/api-server.ts';
import { formatTable } from '../table.ts';
import { renderChart, type Rendered } from './render-chart.ts';

const PROGRAM = fileURLToPath(new URL('../../harness/cli/main.ts', import.meta.url));

const foundSchema = z.object({
  generation: z.object({ is: z.string() }),
  chartVersion: z.string().optional(),
  appVersion: z.string().optional(),
  monitor: z.object({ is: z.string() }),
  components: z.array(z.object({ component: z.string(), workload: z.object({ kind: z.string(), name: z.string() }) })),
  unmapped: z.array(z.object({ what: z.string(), reason: z.string() })),
  aside: z.array(z.string()),
});
type Found = z.infer<typeof foundSchema>;

interface Compared {
  readonly right: number;
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
}

/** Each workload of the chart is mapped to the component of its template, and nothing else is. */
function compare({ workloads }: Rendered, { components, aside }: Found): Compared {
  const mapped = new Map(components.map(({ component, workload }) => [`${workload.kind}/${workload.name}`, component]));
  const wrong: string[] = [];
  const missed: string[] = [];
  let right = 0;
  for (const { named, component } of workloads) {
    const is = mapped.get(named);
    mapped.delete(named);
    if (component === 'test' ? aside.some((text) => text.startsWith(`${named} `)) : is === component) right += 1;
    else if (is === undefined) missed.push(`${named} (${component})`);
    else wrong.push(`${named} is ${component}, not ${is}`);
  }
  return {
    right,
    wrong: [...wrong, ...[...mapped].map(([named, is]) => `${named} is not of the chart, not ${is}`)],
    missed,
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    helm: { type: 'string', default: 'helm' },
    release: { type: 'string', default: 'airbyte' },
    set: { type: 'string', multiple: true, default: [] },
    verbose: { type: 'boolean', default: false },
  },
});
const [folder = '.'] = positionals;

async function discoverChart(server: ApiServer, chart: string, nth: number): Promise<readonly string[]> {
  const { helm, release, set, verbose } = values;
  const namespace = `chart-${nth}`;
  const name = basename(chart, '.tgz');
  let rendered: Rendered;
  try {
    rendered = await renderChart({ helm, chart, release, namespace, set });
  } catch (error) {
    console.log(`${name}: not rendered: ${String(error).slice(0, 300)}`);
    return [name, 'not rendered'];
  }
  const kubectl = async (args: readonly string[], input = ''): Promise<string> => {
    const all = ['--kubeconfig', server.kubeconfig, ...args];
    const { exitCode, stderr } = await execa(server.kubectl, all, { input, reject: false });
    return exitCode === 0 ? '' : stderr.slice(0, 600);
  };
  await kubectl(['create', 'namespace', namespace]);
  const account = JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
  await kubectl(['apply', '--namespace', namespace, '--filename', '-'], account);
  const applied = await kubectl(
    ['apply', '--namespace', namespace, '--filename', '-', '--validate=false'],
    rendered.text,
  );
  if (applied !== '') console.log(`${name}: ${applied}`);
  const args = ['discover', '--json', '--namespace', namespace, '--kubeconfig', server.kubeconfig];
  const { stdout, stderr, exitCode } = await execa(process.execPath, [PROGRAM, ...args], { reject: false });
  if (stdout === '') {
    console.log(`${name}: ${stderr}`);
    return [name, String(rendered.objects), String(rendered.workloads.length), `exit ${exitCode}`];
  }
  const found = foundSchema.parse(JSON.parse(stdout));
  const { right, wrong, missed } = compare(rendered, found);
  if (wrong.length + missed.length > 0) process.exitCode = 1;
  for (const text of [...wrong, ...missed.map((one) => `missed: ${one}`)]) console.log(`${name}: ${text}`);
  for (const { what, reason } of found.unmapped) console.log(`${name}: not mapped: ${what}: ${reason}`);
  if (verbose)
    for (const one of found.components) console.log(`  ${one.component}: ${one.workload.kind}/${one.workload.name}`);
  const { generation, chartVersion = '–', appVersion = '–', monitor, components, unmapped } = found;
  const counts = [rendered.objects, rendered.workloads.length, components.length, right, wrong.length, missed.length];
  return [
    name,
    ...counts.map(String),
    String(unmapped.length),
    generation.is,
    chartVersion,
    appVersion,
    monitor.is,
    String(exitCode),
  ];
}

const HEADING =
  'chart objects workloads components right wrong missed unmapped generation chart app monitor exit'.split(' ');
const server = await startApiServer();
try {
  const rows: (readonly string[])[] = [];
  const charts = readdirSync(folder)
    .filter((file) => file.endsWith('.tgz'))
    .toSorted();
  for (const [nth, chart] of charts.entries()) {
    const row = await discoverChart(server, join(folder, chart), nth);
    process.stderr.write(`${nth + 1} of ${charts.length}: ${row.join(' ')}\n`);
    rows.push(row);
  }
  console.log(formatTable([HEADING, ...rows]));
} finally {
  await server.stop();
}
