import type { Clock } from '../core/clock.ts';
import type { ProbeSpec, Sample } from '../core/probe.ts';

/** What came of one sample. */
export type ProbeOutcome = Pick<Sample, 'ok' | 'note' | 'hung' | 'write'>;

/**
 * Told when a sample has its outcome. `undefined`: the sample could not be made for want of something on our own side
 * (file descriptors, local ports), which says nothing about the system, so it becomes a hole in the schedule.
 */
export type OnOutcome = (outcome: ProbeOutcome | undefined) => void;

/** One sample in flight. */
export interface Attempt {
  /** Gives up at the time-out, drops its connection and tells what is known. Nothing is reported afterwards. */
  expire(): ProbeOutcome;
}

/** The client of one probe. `begin` never throws and never waits; several attempts may be in flight. */
export interface ProbeClient {
  begin(onOutcome: OnOutcome): Attempt;
  /** Drops what is kept between samples. */
  close(): void;
}

/** The client for a spec. Heavy modules (pg, TLS) are loaded only when a spec needs them. */
export async function openProbeClient(spec: ProbeSpec, clock: Clock): Promise<ProbeClient> {
  switch (spec.kind) {
    case 'http': {
      const { openHttpProbe } = await import('./http-probe.ts');
      return openHttpProbe(spec, clock);
    }
    case 'tcp': {
      const { openTcpProbe } = await import('./tcp-probe.ts');
      return openTcpProbe(spec);
    }
    case 'http-write': {
      const { openHttpWriteProbe } = await import('./http-write-probe.ts');
      return openHttpWriteProbe(spec, clock);
    }
    case 'sql-write': {
      const { openSqlWriteProbe } = await import('./sql-write-probe.ts');
      return openSqlWriteProbe(spec, clock);
    }
    default:
      return spec satisfies never;
  }
}

/** The note of a sample whose answer never came. */
export function timeoutNote(timeoutMs: number): string {
  return `timeout after ${timeoutMs} ms`;
}

/** The system's code of a failed call (`ECONNREFUSED`), or the message where there is none. */
export function failureNote(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return failureNote(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' && error.code !== '' ? error.code : error.message;
}

const OWN_SHORTAGES = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL']);

/** True when the prober's own machine lacked something, so that nothing was learned about the system. */
export function isOwnShortage(error: unknown): boolean {
  return OWN_SHORTAGES.has(failureNote(error));
}
