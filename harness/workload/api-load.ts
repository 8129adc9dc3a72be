import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChaosError, describeError } from '../core/errors.ts';
import type { TrialContext, Workload } from '../core/scenario.ts';
import { readLoadResults } from './load-results.ts';

/** k6 load scripts belong to the system under test, not to the harness: they are run, never imported. */
export const LOAD_SCRIPT = fileURLToPath(new URL('../../fixtures/load/api.ts', import.meta.url));
/** Longer than any trial; k6 is ended by the trial, and by itself should the harness be gone. */
const LONGEST_MINUTES = 30;

/** Steady load on the API from k6, with its results on the run's own time axis. */
export function apiLoad({ ratePerSecond }: { readonly ratePerSecond: number }): Workload {
  return {
    name: ratePerSecond > 0 ? `${ratePerSecond} API requests per second from k6` : 'no API load',
    async start(context) {
      if (ratePerSecond === 0) return;
      const k6 = context.stack.tools['k6'];
      if (k6 === undefined) {
        throw new ChaosError({
          code: 'environment',
          message: 'k6 is not at hand.',
          tryThis: 'Run without load: --no-load.',
        });
      }
      await startK6(context, k6, ratePerSecond);
    },
  };
}

async function startK6(context: TrialContext, k6: string, ratePerSecond: number): Promise<void> {
  const { execa } = await import('execa');
  // Below the stack's folder, so that it goes with the stack when this run is killed.
  const output = join(context.stack.dir, 'scratch', `k6-${context.trial}.json`);
  await mkdir(dirname(output), { recursive: true });
  const { host, port } = context.stack.endpoint('server');
  // k6 stamps its points with wall time; both clocks are read here, on the same machine.
  const wallOffsetMs = context.clock.wall().getTime() - context.clock.now();
  const child = execa(
    k6,
    ['run', '--quiet', '--no-usage-report', '--address', '127.0.0.1:0', '--out', `json=${output}`, LOAD_SCRIPT],
    {
      env: {
        ...context.stack.marker,
        BASE_URL: `http://${host}:${port}`,
        RATE: String(ratePerSecond),
        DURATION: `${LONGEST_MINUTES}m`,
        K6_NO_USAGE_REPORT: 'true',
      },
      reject: false,
      stdin: 'ignore',
      all: true,
      cancelSignal: context.signal,
      forceKillAfterDelay: 2000,
    },
  );
  context.beforeJudging('k6', async () => {
    const untilMs = context.clock.now();
    child.kill('SIGINT');
    const result = await child;
    try {
      const { buckets, failures } = await readLoadResults(output, { wallOffsetMs, untilMs });
      for (const failure of failures) context.record.append({ type: 'load.failure', ...failure });
      for (const bucket of buckets.all()) context.record.append({ type: 'load', ...bucket });
      // k6 ends with 105 when it is interrupted, which is how a trial ends it.
      const isEndedByUs = result.exitCode === 0 || result.exitCode === 105;
      context.record.append({
        type: 'load.summary',
        ...buckets.totals(),
        exitCode: result.exitCode ?? -1,
        ...(isEndedByUs ? {} : { note: (result.all ?? '').slice(-400) }),
      });
    } catch (error) {
      context.record.append({
        type: 'note',
        level: 'warning',
        text: `The results of k6 could not be read: ${describeError(error)}`,
      });
    } finally {
      await rm(output, { force: true });
    }
  });
}
