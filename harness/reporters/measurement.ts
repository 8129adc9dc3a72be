import { formatMillis } from '../core/duration.ts';
import type { Journal, Trial } from '../core/journal.ts';

/** A measured time of the journal, in seconds; null where the moment was never seen. */
export type MeasuredSeconds = NonNullable<Trial['recovery']['measuredSeconds']>;

/** `19.01 s`, `5 min 41.1 s`: as many digits as the bounds are worth. */
export function formatSeconds(seconds: number, halfWidthSeconds = 0): string {
  if (seconds < 0) return `−${formatSeconds(-seconds, halfWidthSeconds)}`;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  const digits = halfWidthSeconds >= 0.5 ? 1 : 2;
  if (seconds < 100) return `${seconds.toFixed(digits)} s`;
  if (seconds >= 3600) return formatMillis(seconds * 1000);
  const tenths = Math.round(seconds * 10);
  return `${Math.floor(tenths / 600)} min ${((tenths % 600) / 10).toFixed(1).padStart(4, '0')} s`;
}

/** A limit that people wrote down: `30 s`, `5 min`, `1 h`. */
export function formatLimit(seconds: number): string {
  if (seconds < 60 || seconds % 60 !== 0) return `${formatCount(Number(seconds.toFixed(3)))} s`;
  const minutes = seconds / 60;
  return minutes < 120 || minutes % 60 !== 0 ? `${formatCount(minutes)} min` : `${formatCount(minutes / 60)} h`;
}

/** How many acknowledged writes may be lost: `0`, or `0, or those of the last 15 s`. */
export function formatAllowedLoss({ lostWrites, recoveryPointSeconds }: Journal['objective']): string {
  const count = formatCount(lostWrites);
  return recoveryPointSeconds === undefined
    ? count
    : `${count}, or those of the last ${formatLimit(recoveryPointSeconds)}`;
}

/** The estimate alone, or how long it lasted at least when the end was never seen. */
export function formatBest(measured: MeasuredSeconds | null): string {
  if (measured === null) return 'not seen';
  if (measured.best === null) return `more than ${formatSeconds(measured.low)}`;
  return formatSeconds(measured.best, halfWidth(measured));
}

/** `± 0.10 s`, or `between 18.9 s and 19.4 s` when the estimate is not in the middle. Empty when there are no bounds. */
export function formatBounds(measured: MeasuredSeconds | null): string {
  if (measured === null || measured.best === null) return '';
  if (measured.high === null) return `at least ${formatSeconds(measured.low)}`;
  const half = halfWidth(measured);
  const isSymmetric = Math.abs(measured.best - (measured.low + measured.high) / 2) <= half * 0.05 + 0.0006;
  if (!isSymmetric) return `between ${formatSeconds(measured.low)} and ${formatSeconds(measured.high)}`;
  return `± ${half < 0.0995 ? `${Math.max(1, Math.round(half * 1000))} ms` : `${half.toFixed(2)} s`}`;
}

/** The estimate and its bounds: `19.01 s ± 0.10 s`. */
export function formatMeasured(measured: MeasuredSeconds | null): string {
  return [formatBest(measured), formatBounds(measured)].filter((part) => part !== '').join(' ');
}

/**
 * Whether it is certain that the recovery did not come, though the objective was not over: what it was waited for ended without it. `more than 10 s` would
 * read as if it had come later.
 */
export function isNever(
  { verdict, measuredSeconds }: Trial['recovery'],
  { recoverySeconds }: Journal['objective'],
): boolean {
  return verdict === 'fail' && measuredSeconds?.best === null && measuredSeconds.low <= recoverySeconds;
}

/** How long the recovery of a trial took: `19.01 s ± 0.10 s`, `more than 5 min 00.3 s`, `never`. */
export function formatRecovery({ recovery }: Trial, objective: Journal['objective']): string {
  return isNever(recovery, objective) ? 'never' : formatMeasured(recovery.measuredSeconds);
}

function halfWidth(measured: MeasuredSeconds): number {
  return measured.high === null ? Infinity : (measured.high - measured.low) / 2;
}

/** Keeps a number and its unit on one line. */
export function keepUnits(sentence: string): string {
  return sentence.replaceAll(/(\d) (?=(?:ms|s|min|h|%)(?![\w]))/g, '$1\u{A0}');
}

/** Thousands apart: `24,000`. */
export function formatCount(count: number): string {
  const [whole = '', fraction] = String(count).split('.');
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** `1 job`, `2 jobs`. */
export function formatMany(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `23 Nov 2026, 02:51 UTC` of an ISO time; other texts stay as they are. */
export function formatWall(iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z$/.exec(iso);
  const month = MONTHS[Number(match?.[2]) - 1];
  if (match === null || month === undefined) return iso;
  return `${Number(match[3])} ${month} ${match[1] ?? ''}, ${match[4] ?? ''} UTC`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
