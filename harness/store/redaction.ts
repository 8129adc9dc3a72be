import { eventSchema, type RunEvent } from '../core/events.ts';
import { ChaosError } from '../core/errors.ts';
import { maskText, needlesOf } from '../core/mask-text.ts';

/** A function that gives back the event without any of the secrets. */
export type Redact = (event: RunEvent) => RunEvent;

/**
 * Replaces each secret by `***` in every string of an event: as it is, percent-encoded as in a URL, and in base64 as in
 * a Kubernetes secret. Words that the schema itself defines stay: a password `airbyte` does not turn the retry policy's
 * kind `airbyte` into something that no reader understands.
 */
export function redactor(secrets: readonly string[]): Redact {
  const needles = needlesOf(secrets);
  if (needles.length === 0) return (event) => event;
  return (event) => {
    if (!holdsAny(event, needles)) return event;
    const masked = mask(event, needles);
    return restoreVocabulary(event, masked);
  };
}

function holdsAny(value: unknown, needles: readonly string[]): boolean {
  if (typeof value === 'string') return needles.some((needle) => value.includes(needle));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => holdsAny(key, needles) || holdsAny(inner, needles));
}

/** Fields whose keys are free text; everywhere else the keys are the schema's own words. */
const FREE_RECORDS: ReadonlySet<string> = new Set(['environment', 'details', 'parameters', 'expected']);

function mask(value: unknown, needles: readonly string[], hasFreeKeys = false): unknown {
  if (typeof value === 'string') return maskText(value, needles);
  if (Array.isArray(value)) return value.map((inner) => mask(inner, needles));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      hasFreeKeys ? maskText(key, needles) : key,
      mask(inner, needles, FREE_RECORDS.has(key)),
    ]),
  );
}

/** What no longer fits the schema after masking was a word of the schema: it is put back where it stood. */
function restoreVocabulary(original: RunEvent, masked: unknown): RunEvent {
  for (let round = 0; round < 20; round += 1) {
    const parsed = eventSchema.safeParse(masked);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) restoreAt(original, masked, issue.path);
  }
  throw new ChaosError({
    code: 'internal',
    message: `An event of type ${original.type} does not fit the record's schema.`,
    tryThis: 'This is a defect of the harness: please report it with the type of the event.',
  });
}

function restoreAt(original: unknown, masked: unknown, path: readonly PropertyKey[]): void {
  const [key, ...rest] = path;
  if (key === undefined || !isRecord(original) || !isRecord(masked)) return;
  if (rest.length === 0) masked[key] = original[key];
  else restoreAt(original[key], masked[key], rest);
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
