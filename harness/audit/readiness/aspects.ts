import { combineAuditVerdicts, type AuditAspect, type AuditPoint } from '../../core/audit.ts';
import type { Seen } from '../../core/audit-observations.ts';

/** What an aspect is, before it is judged. */
export interface Asked {
  readonly id: string;
  readonly title: string;
}

export function met({ id, title }: Asked, summary: string): AuditAspect {
  return { id, title, verdict: 'met', summary };
}

export function notMet({ id, title }: Asked, summary: string, tryThis: string): AuditAspect {
  return { id, title, verdict: 'not_met', summary, tryThis };
}

export function cannotTell({ id, title }: Asked, summary: string, tryThis: string): AuditAspect {
  return { id, title, verdict: 'cannot_tell', summary, tryThis };
}

/** Judges what was seen; what was not cannot be told. */
export function judgeSeen<T>(asked: Asked, observed: Seen<T>, judge: (value: T) => AuditAspect): AuditAspect {
  return observed.is === 'seen' ? judge(observed.value) : notSeen(asked, observed);
}

/** What was not seen cannot be told. */
export function notSeen(asked: Asked, { because, tryThis }: Extract<Seen<unknown>, { is: 'unknown' }>): AuditAspect {
  return cannotTell(asked, because, tryThis ?? 'Make it readable, and run the audit again.');
}

export function point(
  of: { readonly id: string; readonly number: number | null; readonly title: string },
  aspects: readonly AuditAspect[],
): AuditPoint {
  return { ...of, verdict: combineAuditVerdicts(aspects.map(({ verdict }) => verdict)), aspects: [...aspects] };
}

/** Clocks of two machines may differ by so much, in milliseconds. */
const CLOCKS_DIFFER_MS = 300_000;

/** How old something is at `at`, in milliseconds; undefined where its time is none, or lies in the future by more than clocks differ. */
export function ageMs(at: string, moment: string | undefined): number | undefined {
  const age = Date.parse(at) - Date.parse(moment ?? '');
  return Number.isNaN(age) || age < -CLOCKS_DIFFER_MS ? undefined : Math.max(0, age);
}

/** `2026-11-28 10:14 UTC (3 h ago)`. */
export function when(at: string, moment: string): string {
  const age = ageMs(at, moment);
  const shown = `${moment.slice(0, 16).replace('T', ' ')} UTC`;
  return age === undefined ? shown : `${shown} (${formatAge(age)} ago)`;
}

const DAY_MS = 86_400_000;

export function days(count: number): number {
  return count * DAY_MS;
}

/** Coarse on purpose: a backup is two days old, not 47 h 12 min. */
export function formatAge(ms: number): string {
  if (ms < 60_000) return 'less than a minute';
  const [amount, unit] =
    ms < 3_600_000
      ? [Math.floor(ms / 60_000), 'min']
      : ms < 2 * DAY_MS
        ? [Math.floor(ms / 3_600_000), 'h']
        : [Math.floor(ms / DAY_MS), 'days'];
  return `${amount} ${unit}`;
}
