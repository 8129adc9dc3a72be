import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../core/errors.ts';
import { eventSchema, type EventOf, type RunEvent } from '../core/events.ts';
import { readLines } from './ndjson.ts';
import { RECORD_FILE } from './record-writer.ts';

export interface RunRecord {
  readonly events: readonly RunEvent[];
  /** The end of the file when the harness was killed while writing it; what stands there is not used. */
  readonly torn: { readonly line: number; readonly bytes: number } | null;
}

/**
 * Reads and validates `events.ndjson` of a run's folder.
 * @throws ChaosError `record` when there is none, or a line other than a torn last one is damaged; the message names
 * the line.
 */
export function readRecord(dir: string): RunRecord {
  const path = join(dir, RECORD_FILE);
  try {
    return parseRecord(readFileSync(path));
  } catch (cause) {
    if (cause instanceof ChaosError) throw cause;
    throw new ChaosError({
      code: 'record',
      message: `The record ${path} could not be read.`,
      tryThis: 'Name a run that left an events.ndjson.',
      cause,
    });
  }
}

/**
 * The events of a record's content.
 * @throws ChaosError `record` as {@link readRecord}.
 */
export function parseRecord(content: Buffer): RunRecord {
  const { entries, torn } = readLines(content, parseLine, damaged);
  return { events: entries, torn };
}

/** The event, or what is wrong with the line. */
function parseLine(line: string, index: number): RunEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return line.trim() === '' ? 'it is empty' : 'it is not JSON';
  }
  const event = isSampleEvent(value) ? value : validated(value);
  if (typeof event === 'string') return event;
  return event.i === index ? event : `it has index ${event.i} where ${index} was expected`;
}

function validated(value: unknown): RunEvent | string {
  const parsed = eventSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return issue === undefined ? 'it is not an event' : `${issue.path.join('.') || 'the event'}: ${issue.message}`;
}

const SAMPLE_FIELDS = 9; // i, t, trial, type, probe, intended, start, end, ok; more than these go through the schema

/**
 * Nearly all lines are plain samples, and on these the schema takes longer than the parsing (2.4 µs a line, measured);
 * a check by hand takes a small part of that. It accepts nothing that the schema would refuse (a test compares the
 * two); everything else goes through the schema.
 */
function isSampleEvent(value: unknown): value is EventOf<'sample'> {
  if (typeof value !== 'object' || value === null) return false;
  if (!('type' in value) || value.type !== 'sample') return false;
  const hasNote = 'note' in value;
  return (
    'i' in value &&
    Number.isSafeInteger(value.i) &&
    'trial' in value &&
    Number.isSafeInteger(value.trial) &&
    't' in value &&
    isFiniteNumber(value.t) &&
    'intended' in value &&
    isFiniteNumber(value.intended) &&
    'start' in value &&
    isFiniteNumber(value.start) &&
    'end' in value &&
    isFiniteNumber(value.end) &&
    'probe' in value &&
    typeof value.probe === 'string' &&
    'ok' in value &&
    typeof value.ok === 'boolean' &&
    (!hasNote || typeof value.note === 'string') &&
    hasNoMoreThan(value, hasNote, 'write' in value && isWrite(value.write))
  );
}

function hasNoMoreThan(value: object, hasNote: boolean, hasWrite: boolean): boolean {
  return Object.keys(value).length === SAMPLE_FIELDS + Number(hasNote) + Number(hasWrite);
}

function isWrite(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 2 &&
    'seq' in value &&
    Number.isSafeInteger(value.seq) &&
    'outcome' in value &&
    (value.outcome === 'acknowledged' || value.outcome === 'failed' || value.outcome === 'indeterminate')
  );
}

function isFiniteNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function damaged(line: number, what: string): ChaosError {
  return new ChaosError({
    code: 'record',
    message: `Line ${line} of events.ndjson is damaged: ${what}.`,
    tryThis:
      'The record is append-only; a line in its middle that does not read was changed after the run, or was written by another version of the harness.',
  });
}
