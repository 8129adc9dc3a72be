import { formatMillis, toMillis } from '../../core/duration.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Bounds } from '../../core/bounds.ts';
import { measure, type MeasureResult } from '../../probes/measure.ts';
import { interruptible } from '../interrupt.ts';
import { userFile } from '../project-paths.ts';

export interface MeasureCommandOptions {
  readonly every: string;
  readonly for?: string;
  readonly timeout: string;
  readonly samples?: string;
  readonly json: boolean;
}

/** Longest measurement when `--for` is left out: a month, which no failover takes. */
const UNTIL_INTERRUPTED_MS = 30 * 86_400_000;

/**
 * Watches something that the harness cannot touch and reports its outages; Ctrl-C ends it with the result so far.
 * @returns 0 when every sample was good, 1 when there was an outage, 2 when nothing was measured.
 */
export async function measureCommand(kind: string, target: string, options: MeasureCommandOptions): Promise<number> {
  if (kind !== 'http' && kind !== 'tcp' && kind !== 'sql') {
    throw new ChaosError({ code: 'usage', message: `"${kind}" cannot be measured.`, tryThis: 'Use http, tcp or sql.' });
  }
  const everyMs = toMillis(options.every);
  const forMs = options.for === undefined ? UNTIL_INTERRUPTED_MS : toMillis(options.for);
  const timeoutMs = toMillis(options.timeout);
  const stream = options.json ? process.stderr : process.stdout;
  const say = (text: string): void => void stream.write(`${text}\n`);
  const { signal, stopListening } = interruptible(() => undefined);
  say(
    `Watching ${kind} every ${options.every}${options.for === undefined ? '; end with Ctrl-C' : ` for ${options.for}`}`,
  );
  try {
    const result = await measure({
      kind,
      target,
      everyMs,
      forMs,
      timeoutMs,
      signal,
      ...(options.samples === undefined ? {} : { samplesFile: userFile(options.samples) }),
      onOutageStart: (outage) => say(`  ${timeOf()} outage: ${outage.notes.join(', ')}`),
      onOutageEnd: (outage) => say(`  ${timeOf()} recovered; it lasted ${describe(outage.duration)}`),
    });
    if (options.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    else printMeasurement(result, say);
    return result.samples === 0 ? 2 : result.outages.length > 0 ? 1 : 0;
  } catch (error) {
    // A target that cannot be probed is a mistake on the command line here, not in a configuration.
    if (error instanceof ChaosError && error.code === 'config') {
      throw new ChaosError({
        code: 'usage',
        message: error.message,
        cause: error,
        ...(error.tryThis === undefined ? {} : { tryThis: error.tryThis }),
      });
    }
    throw error;
  } finally {
    stopListening();
  }
}

function printMeasurement(result: MeasureResult, say: (text: string) => void): void {
  const share =
    result.availability === undefined
      ? 'nothing was measured'
      : `${(result.availability * 100).toFixed(3)} % of samples good`;
  say(`\n${result.samples.toLocaleString('en-US')} samples in ${formatMillis(result.measuredForMs)}: ${share}.`);
  for (const [index, outage] of result.outages.entries()) {
    const end = outage.isOpen ? 'not over' : `over at +${formatMillis(outage.end.best)}`;
    const start = formatMillis(Math.max(0, outage.start.best));
    say(
      `  outage ${index + 1}: ${describe(outage.duration)}, from +${start}, ${end}; ${outage.badSamples} bad samples: ${outage.notes.join(', ')}`,
    );
  }
  if (result.outages.length === 0) say('  No outage.');
  const { worstDelayP99Ms, missed, blindMs } = result.proberHealth;
  say(
    `  Own delay (p99 of the worst second): ${formatMillis(worstDelayP99Ms)}; ${missed} samples missed; blind for ${formatMillis(blindMs)}.`,
  );
  if (result.leftOver !== undefined) say(`  Left behind: ${result.leftOver}`);
}

/** `5.03 s ± 0.03 s`, or "more than" when it never ended. */
function describe(duration: Bounds): string {
  if (!Number.isFinite(duration.high)) return `more than ${formatMillis(Math.max(0, duration.low))}`;
  return `${formatMillis(duration.best)} (${formatMillis(duration.low)} – ${formatMillis(duration.high)})`;
}

function timeOf(): string {
  return new Date().toISOString().slice(11, 23);
}
