import { ChaosError } from './errors.ts';

/** A length of time as people write it: `50ms`, `1.5s`, `10m`, `2h`, `1d`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const MILLIS_PER_UNIT = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** True when `text` can be given to {@link toMillis}. */
export function isDuration(text: string): text is Duration {
  return PATTERN.test(text);
}

/**
 * Milliseconds of a duration.
 * @throws ChaosError `usage` when the text is not a duration.
 */
export function toMillis(text: string): number {
  const match = PATTERN.exec(text);
  const amount = match?.[1];
  const unit = match?.[2];
  if (amount === undefined || !isUnit(unit)) {
    throw new ChaosError({
      code: 'usage',
      message: `"${text}" is not a duration.`,
      tryThis: 'Write a number and a unit without a space, for example 50ms, 2s, 5m or 1h.',
    });
  }
  return Number(amount) * MILLIS_PER_UNIT[unit];
}

function isUnit(text: string | undefined): text is keyof typeof MILLIS_PER_UNIT {
  return text !== undefined && Object.hasOwn(MILLIS_PER_UNIT, text);
}

/** A duration for people: `340 ms`, `12.4 s`, `3 min 05 s`, `1 h 02 min`. */
export function formatMillis(millis: number): string {
  if (millis < 0) return `−${formatMillis(-millis)}`;
  if (millis < 1000) return `${Math.round(millis)} ms`;
  if (millis < 60_000) return `${(millis / 1000).toFixed(millis < 10_000 ? 2 : 1)} s`;
  const totalSeconds = Math.round(millis / 1000);
  const minutes = Math.floor(totalSeconds / 60);
  if (minutes < 60) return `${minutes} min ${String(totalSeconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/**
 * A little longer than an objective (in seconds), so that a recovery that breaches it is seen to breach it: a tenth and ten
 * seconds more.
 */
export function beyond(objectiveSeconds: number): Duration {
  return `${objectiveSeconds * 1.1 + 10}s`;
}

/** How long a job may stay open after the fault before it is hung: the limit of the objective, else a little beyond its RTO. */
export function hungAfter(objective: {
  readonly hungAfterSeconds?: number | undefined;
  readonly recoverySeconds: number;
}): Duration {
  return objective.hungAfterSeconds === undefined
    ? beyond(objective.recoverySeconds)
    : `${objective.hungAfterSeconds}s`;
}
