/** Changes to a real record that take evidence away or add a loss: none of them may leave a verdict of pass. */
import type { BodyOf, EventType, RunEvent } from '../../core/events.ts';
import { change, keyOf, labelOf, numbered, type Mutant } from './mutant.ts';
import { lossAdded, wrongCounts } from './lossy-mutants.ts';

/** Every mutant of a record. The begin, the end and the last scan of the run stay: a record without them is not judged as whole anyway. */
export function mutantsOf(record: readonly RunEvent[]): readonly Mutant[] {
  return [
    ...withoutKinds(record),
    ...blindSpans(record),
    ...cutShort(record),
    ...lookedBefore(record),
    ...lossAdded(record),
    ...wrongCounts(record),
  ].filter(({ events }) => events.length !== record.length || events.some((event, index) => event !== record[index]));
}

/** One type of event, or one observer's events of it, are not there at all. */
function withoutKinds(record: readonly RunEvent[]): Mutant[] {
  const removable = record.filter(({ type }) => type !== 'run.started' && type !== 'run.finished');
  const types = [...new Set(removable.map(({ type }) => type))].map((type) =>
    change(record, `no ${type}`, (event) => (event.type === type ? undefined : event)),
  );
  const keys = [...new Set(removable.filter((event) => labelOf(event) !== undefined).map(keyOf))].map((key) =>
    change(record, `no ${key}`, (event) => (keyOf(event) === key ? undefined : event)),
  );
  return [...types, ...keys];
}

const OBSERVED: ReadonlySet<EventType> = new Set<EventType>([
  'sample',
  'component',
  'job',
  'delivery',
  'alert',
  'leader',
  'leader.claim',
  'database',
  'database.clients',
  'prober',
  'load',
  'attempt.log',
  'machine',
]);

/** An observer dies at the fault, or half-way after it, or sees nothing between the two. */
function blindSpans(record: readonly RunEvent[]): Mutant[] {
  const struck = record.find(({ type }) => type === 'fault.injected')?.t ?? 0;
  const verified = record.find((event) => event.type === 'phase' && event.name === 'verification')?.t ?? Infinity;
  const middle = (struck + verified) / 2;
  const spans = [
    ['since the fault', struck, Infinity],
    ['from the middle of the recovery on', middle, Infinity],
    ['between the fault and the middle of the recovery', struck, middle],
  ] as const;
  const keys = new Set(record.filter(({ type }) => OBSERVED.has(type)).map(keyOf));
  return [...keys].flatMap((key) =>
    spans.map(([when, from, to]) =>
      change(record, `no ${key} ${when}`, (event) =>
        keyOf(event) === key && event.t >= from && event.t < to ? undefined : event,
      ),
    ),
  );
}

/** The record of the trial ends where a phase begins; the run is said to be completed all the same. */
function cutShort(record: readonly RunEvent[]): Mutant[] {
  return record.flatMap((phase) =>
    phase.type !== 'phase' || phase.name === 'teardown'
      ? []
      : [
          change(record, `cut short at ${phase.name}`, (event) =>
            isClosing(event) || event.i < phase.i ? event : undefined,
          ),
        ],
  );
}

function isClosing(event: RunEvent): boolean {
  return event.type === 'run.finished' || (event.type === 'leftovers' && event.scope === 'after-teardown');
}

/** The last look is one of before the fault. */
function lookedBefore(record: readonly RunEvent[]): Mutant[] {
  const at = record.findIndex(({ type }) => type === 'fault.injected');
  const struck = record[at];
  if (struck === undefined) return [];
  return record.flatMap((look, index) => {
    if (index < at || !isLastLook(look)) return [];
    const t = struck.t - 2;
    const earlier: RunEvent = 'start' in look ? { ...look, t, start: t - 1, end: t } : { ...look, t };
    const others = record.filter((event) => event !== look);
    return [
      {
        name: `${keyOf(look)} before the fault`,
        events: numbered([...others.slice(0, at), earlier, ...others.slice(at)]),
      },
    ];
  });
}

function isLastLook(
  event: RunEvent,
): event is RunEvent & BodyOf<'delivery.read' | 'ledger.read' | 'leftovers' | 'snapshot'> {
  if (event.type === 'snapshot') return event.moment === 'recovered';
  return (
    event.type === 'delivery.read' || event.type === 'ledger.read' || (event.type === 'leftovers' && !isClosing(event))
  );
}
