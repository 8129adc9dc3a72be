import type { RunEvent } from '../../core/events.ts';

/** A changed record and what was done to it. */
export interface Mutant {
  readonly name: string;
  readonly events: readonly RunEvent[];
}

export type Change = (event: RunEvent) => RunEvent | undefined;

/** What can be taken for another of its type: an observer, a kind of look, one of several subjects. */
export function labelOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'sample':
    case 'probe.defined':
      return event.probe;
    case 'fault.evidence':
      return event.kind;
    case 'component':
      return event.component;
    case 'connection':
      return event.role;
    case 'job':
      return `job ${event.jobId}`;
    case 'wait':
    case 'phase':
      return event.name;
    case 'leader.claim':
      return event.instance;
    case 'snapshot':
      return event.moment;
    case 'backup':
      return event.kind;
    case 'runbook.step':
      return event.step;
    case 'leftovers':
      return event.scope;
    case 'ledger.frozen':
    case 'ledger.read':
      return event.ledger;
    default:
      return undefined;
  }
}

export function keyOf(event: RunEvent): string {
  const label = labelOf(event);
  return label === undefined ? event.type : `${event.type} of ${label}`;
}

export function change(record: readonly RunEvent[], name: string, to: Change): Mutant {
  return { name, events: numbered(record.flatMap((event) => to(event) ?? [])) };
}

/** As the reader demands: the index of an event is its place. An event that has its place already stays the same. */
export function numbered(events: readonly RunEvent[]): readonly RunEvent[] {
  return events.map((event, i) => (event.i === i ? event : { ...event, i }));
}
