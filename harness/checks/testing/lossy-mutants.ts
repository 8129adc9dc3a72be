import type { RunEvent } from '../../core/events.ts';
import { change, keyOf, type Change, type Mutant } from './mutant.ts';

/** Something is lost, fails, comes too late, is left behind, or was not as it seemed. */
export function lossAdded(record: readonly RunEvent[]): Mutant[] {
  const each = (name: (event: RunEvent) => string, worse: Change): Mutant[] =>
    record.flatMap((event) => {
      const changed = worse(event);
      return changed === event ? [] : [change(record, name(event), (one) => (one === event ? changed : one))];
    });
  const lastOfJob = new Map(record.flatMap((event) => (event.type === 'job' ? [[event.jobId, event] as const] : [])));
  const isLast = (event: RunEvent): boolean => event.type === 'job' && lastOfJob.get(event.jobId) === event;
  return [
    ...each(
      (event) => `${keyOf(event)}: a record lost`,
      (event) => {
        if (event.type !== 'delivery.read' && event.type !== 'ledger.read') return event;
        const [[from, to] = [1, 1], ...rest] = event.present;
        const present: [number, number][] = [[from + 1, to], ...rest];
        return event.type === 'delivery.read' ? { ...event, present, rows: event.rows - 1 } : { ...event, present };
      },
    ),
    ...each(
      (event) => `${keyOf(event)} does not hold (${event.i})`,
      (event) => (event.type === 'fault.evidence' ? { ...event, holds: false } : event),
    ),
    ...each(
      (event) => `${keyOf(event)} not satisfied`,
      (event) => (event.type === 'wait' && event.i < faultIndex(record) ? { ...event, satisfied: false } : event),
    ),
    ...each(
      (event) => `${keyOf(event)} not undone`,
      (event) => (event.type === 'fault.undone' ? { ...event, succeeded: false } : event),
    ),
    ...each(
      (event) => `${keyOf(event)} found`,
      (event) => (event.type === 'leftovers' ? { ...event, found: ['process 1'] } : event),
    ),
    ...each(
      (event) => `${keyOf(event)} incomplete`,
      (event) => (event.type === 'leftovers' ? { ...event, complete: false } : event),
    ),
    ...each(
      (event) => `alert ${event.i} is of a success`,
      (event) => (event.type === 'alert' ? { ...event, success: true } : event),
    ),
    ...each(
      (event) => `alert ${event.i} is of another job`,
      (event) => (event.type === 'alert' ? { ...event, jobId: 'another' } : event),
    ),
    ...(['failed', 'running'] as const).flatMap((status) =>
      each(
        (event) => `${keyOf(event)}: last attempt ${status === 'running' ? 'still running' : status}`,
        (event) =>
          event.type === 'job' && isLast(event) && event.status === 'succeeded'
            ? {
                ...event,
                attempts: event.attempts.map((one, n) => (n === event.attempts.length - 1 ? { ...one, status } : one)),
              }
            : event,
      ),
    ),
    ...each(
      (event) => `${keyOf(event)} failed`,
      (event) =>
        isLast(event) && event.type === 'job' && event.status === 'succeeded' ? { ...event, status: 'failed' } : event,
    ),
    ...each(
      (event) => `${keyOf(event)} gone`,
      (event) =>
        isLast(event) && event.type === 'job' && event.status === 'succeeded' ? { ...event, isGone: true } : event,
    ),
    ...[...lastOfJob.keys()].map((id) =>
      change(record, `job ${id} of an unknown trigger`, (event) =>
        event.type === 'job' && event.jobId === id ? { ...event, trigger: 'unknown' } : event,
      ),
    ),
    change(record, 'an objective of one millisecond', (event) =>
      event.type === 'run.started' ? { ...event, objective: { ...event.objective, recoverySeconds: 0.001 } } : event,
    ),
    change(record, 'the API is away for 3 s', (event) =>
      event.type === 'sample' &&
      event.probe === 'api health' &&
      event.t > faultAt(record) + 1000 &&
      event.t < faultAt(record) + 4000
        ? { ...event, ok: false, note: '503' }
        : event,
    ),
  ];
}

/** One number is off by one, or one write is forgotten wherever it stood. */
export function wrongCounts(record: readonly RunEvent[]): Mutant[] {
  const write = record.find(
    (event) => event.type === 'sample' && event.write?.outcome === 'acknowledged' && event.t > faultAt(record),
  );
  const seq = write?.type === 'sample' ? write.write?.seq : undefined;
  return [
    change(record, 'one row more counted', (event) =>
      event.type === 'delivery.read' ? { ...event, rows: event.rows + 1 } : event,
    ),
    change(record, 'one row less counted', (event) =>
      event.type === 'delivery.read' ? { ...event, rows: event.rows - 1 } : event,
    ),
    change(record, 'one more write acknowledged', (event) =>
      event.type === 'ledger.frozen' ? { ...event, acknowledged: event.acknowledged + 1 } : event,
    ),
    change(record, 'one sample more made', (event) =>
      event.type === 'prober' ? { ...event, samples: event.samples + 1 } : event,
    ),
    change(record, 'an acknowledged write lost, and its sample too', (event) => {
      if (event === write) return undefined;
      if (event.type !== 'ledger.read' || seq === undefined) return event;
      return {
        ...event,
        present: event.present.flatMap(([from, to]): [number, number][] =>
          seq < from || seq > to
            ? [[from, to]]
            : [
                [from, seq - 1],
                [seq + 1, to],
              ],
        ),
      };
    }),
  ];
}

function faultAt(record: readonly RunEvent[]): number {
  return record.find(({ type }) => type === 'fault.injected')?.t ?? Infinity;
}

function faultIndex(record: readonly RunEvent[]): number {
  return record.find(({ type }) => type === 'fault.injected')?.i ?? -1;
}
