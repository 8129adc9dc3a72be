import { renderFinding, renderLine, renderText } from '../../monitor/render-text.ts';
import type { Finding, MonitorReport } from '../../monitor/report-schema.ts';
import { interruptible } from '../interrupt.ts';
import { repeat, watcher, type Watcher } from '../monitor/look-again.ts';
import { readMonitorOptions, type MonitorCommandOptions } from '../monitor/monitor-options.ts';

const EXIT_CODE = { nothing_wrong: 0, problems: 1, unknown: 2 } as const;
/** Home, and nothing of the screen before. */
const CLEAR = '\u001B[H\u001B[2J\u001B[3J';

/**
 * `monitor`: looks at an Airbyte through its API and says what is wrong, and what could not be told. Changes nothing in it.
 * @returns 0 nothing wrong, 1 problems, 2 could not tell; of the last look when it was interrupted. Serving metrics ends with 0.
 */
export async function monitorCommand(commandOptions: MonitorCommandOptions): Promise<number> {
  const options = readMonitorOptions(commandOptions);
  const { signal, stopListening } = interruptible(() => undefined);
  using looks = watcher(options, signal);
  try {
    if (options.listen !== undefined) {
      const { serveMetrics } = await import('../monitor/serve-metrics.ts');
      const say = (text: string): void => void process.stdout.write(`${text}\n`);
      const everyMs = options.everyMs ?? 60_000;
      await serveMetrics({ watcher: looks, listen: options.listen, everyMs, signal, say });
      return 0;
    }
    if (options.everyMs === undefined) {
      const report = await looks.look();
      process.stdout.write(options.isJson ? `${JSON.stringify(report, null, 2)}\n` : renderText(report));
      return EXIT_CODE[report.verdict];
    }
    return await watch(looks, options.everyMs, options.isJson, signal);
  } finally {
    stopListening();
  }
}

/** Redraws on a terminal; elsewhere one line for a look, and one for each finding that came or went. */
async function watch(looks: Watcher, everyMs: number, isJson: boolean, signal: AbortSignal): Promise<number> {
  let last: MonitorReport | undefined;
  await repeat(everyMs, signal, async () => {
    const report = await looks.look();
    if (isJson) process.stdout.write(`${JSON.stringify(report)}\n`);
    else if (process.stdout.isTTY) process.stdout.write(`${CLEAR}${fitting(renderText(report), process.stdout.rows)}`);
    else process.stdout.write([renderLine(report), ...changes(last, report), ''].join('\n'));
    last = report;
  });
  return last === undefined ? 130 : EXIT_CODE[last.verdict];
}

/** The first lines, which say what is wrong, on a screen that is too small for all. */
function fitting(text: string, rows: number): string {
  const lines = text.split('\n');
  return lines.length <= rows ? text : lines.slice(0, Math.max(1, rows - 1)).join('\n');
}

function changes(before: MonitorReport | undefined, now: MonitorReport): string[] {
  const old = new Map((before?.findings ?? []).map((finding) => [keyOf(finding), finding]));
  const current = new Map(now.findings.map((finding) => [keyOf(finding), finding]));
  const came = [...current].filter(([key]) => !old.has(key)).map(([, finding]) => `  + ${renderFinding(finding)}`);
  const went = [...old].filter(([key]) => !current.has(key)).map(([, finding]) => `  - ${renderFinding(finding)}`);
  return [...came, ...went];
}

/** A finding stays the same one while times and numbers in its text grow. */
function keyOf({ kind, verdict, severity, connectionId, jobId, workspaceId, summary }: Finding): string {
  const subject = [workspaceId, connectionId, jobId].filter((part) => part !== undefined).join(' ');
  return [kind, verdict, severity, subject === '' ? summary.replaceAll(/\d+/g, '#') : subject].join(' ');
}
