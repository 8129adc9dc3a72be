/** Histories of failures beside the sync: the good run of build-history, with a sync that goes on and other events in place of its own. */
import type { BodyOf, EventBody, RunEvent } from '../../core/events.ts';
import { History } from '../../core/history.ts';
import { CONNECTION, tell, type Story } from './build-history.ts';

export type Timed = readonly [t: number, body: EventBody];

export interface Changes {
  readonly story?: Partial<Story>;
  /** Events that are left out of the good run. */
  readonly without?: (event: RunEvent) => boolean;
  readonly add?: readonly Timed[];
  /** Parameters of the scenario. */
  readonly parameters?: BodyOf<'run.started'>['parameters'];
}

/** The good run with events taken out and put in, in order of time. */
export function retell({ story = {}, without = () => false, add = [], parameters = {} }: Changes): History {
  const kept = tell(story)
    .filter((event) => !without(event))
    .map((event) => (event.type === 'run.started' ? { ...event, parameters } : event));
  const added = add.map(([t, body]) => ({ i: 0, t, trial: 1, ...body }));
  const events = [...kept, ...added].toSorted((a, b) => a.t - b.t).map((event, i) => ({ ...event, i }));
  return new History(1, events);
}

/** The interrupted job of the good run, with its deliveries. */
export function isSubjectWork(event: RunEvent): boolean {
  return (event.type === 'job' && event.jobId === '1') || event.type === 'delivery';
}

/** A job as it was seen at `t`. */
export function jobAt(
  t: number,
  jobId: string,
  status: BodyOf<'job'>['status'],
  attempts: BodyOf<'job'>['attempts'],
  connectionId = CONNECTION,
): Timed {
  const seen = { previousStart: t - 200, start: t - 5, end: t };
  return [t, { type: 'job', jobId, connectionId, status, trigger: 'manual', attempts, ...seen }];
}

/** A look at the destination. */
export function deliveredAt(t: number, maxSeq: number, connectionId = CONNECTION): Timed {
  return [t, { type: 'delivery', connectionId, rows: maxSeq, maxSeq, previousStart: t - 155, start: t - 5, end: t }];
}

/** A sync of 1,000 records that the fault at 20 s did not touch: it ends at 30 s. */
export const SYNC_WENT_ON: readonly Timed[] = [
  jobAt(1000, '1', 'running', [{ number: 0, status: 'running' }]),
  deliveredAt(19_000, 400),
  jobAt(30_000, '1', 'succeeded', [{ number: 0, status: 'succeeded' }]),
  deliveredAt(30_200, 1000),
];
