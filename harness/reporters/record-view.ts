import type { EventOf, EventType, RunEvent } from '../core/events.ts';

/** The events of a run, sorted out once: samples apart, because there are a hundred times more of them. */
export interface RecordView {
  readonly all: readonly RunEvent[];
  readonly others: readonly RunEvent[];
  readonly samplesOf: (trial: number) => readonly EventOf<'sample'>[];
}

/** Sorts out the events of a run in one pass. */
export function viewRecord(events: readonly RunEvent[]): RecordView {
  const others: RunEvent[] = [];
  const samples = new Map<number, EventOf<'sample'>[]>();
  for (const event of events) {
    if (event.type !== 'sample') {
      others.push(event);
      continue;
    }
    const ofTrial = samples.get(event.trial);
    if (ofTrial === undefined) samples.set(event.trial, [event]);
    else ofTrial.push(event);
  }
  return { all: events, others, samplesOf: (trial) => samples.get(trial) ?? [] };
}

/** The events of one type, of one trial when it is given. */
export function select<T extends EventType>(events: readonly RunEvent[], type: T, trial?: number): EventOf<T>[] {
  return events.filter(
    (event): event is EventOf<T> => event.type === type && (trial === undefined || event.trial === trial),
  );
}
