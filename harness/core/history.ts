import type { EventOf, EventType, RunEvent } from './events.ts';

/**
 * The recorded events of one trial together with those that all trials share, indexed by type. Grows while a run is
 * going on (waits look at it) and is all that a check ever sees.
 */
export class History {
  readonly trial: number;
  readonly #byType = new Map<EventType, RunEvent[]>();
  #last: RunEvent | undefined;

  constructor(trial: number, events: Iterable<RunEvent> = []) {
    this.trial = trial;
    for (const event of events) this.add(event);
  }

  /** Takes the event when it belongs to this trial or to all. */
  add(event: RunEvent): void {
    if (event.trial !== 0 && event.trial !== this.trial) return;
    const known = this.#byType.get(event.type);
    if (known === undefined) this.#byType.set(event.type, [event]);
    else known.push(event);
    // What is shared goes on after the trial: it must not make the trial look longer than it was.
    if (event.trial === this.trial) this.#last = event;
  }

  /** All events of a type, in the order of the record. */
  all<T extends EventType>(type: T): readonly EventOf<T>[] {
    // The map holds under each type only events of that type; TypeScript cannot express that relation.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return (this.#byType.get(type) ?? []) as EventOf<T>[];
  }

  first<T extends EventType>(type: T, matches: (event: EventOf<T>) => boolean = () => true): EventOf<T> | undefined {
    return this.all(type).find(matches);
  }

  latest<T extends EventType>(type: T, matches: (event: EventOf<T>) => boolean = () => true): EventOf<T> | undefined {
    return this.all(type).findLast(matches);
  }

  /** The place of that event in the record; -1 when there is none. */
  get lastIndex(): number {
    return this.#last?.i ?? -1;
  }

  /** When the last event of the trial was written down, in milliseconds since the start of the run; 0 when there is none. */
  get endMs(): number {
    return this.#last?.t ?? 0;
  }
}

/** The latest event of each instance: what the platform last said of it. */
export function latestInstances(history: History): Map<string, EventOf<'component'>> {
  const latest = new Map<string, EventOf<'component'>>();
  for (const event of history.all('component')) latest.set(event.instance, event);
  return latest;
}

/** How many instances of each component are ready by the latest events. */
export function readyCounts(history: History): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of latestInstances(history).values()) {
    counts.set(event.component, (counts.get(event.component) ?? 0) + (event.ready ? 1 : 0));
  }
  return counts;
}

/**
 * How many instances of each component should be ready: those that were there when the platform was ready, or as many as an autoscaler wants by now.
 * One that is switched off wants nothing: what it had added is not asked for any more.
 */
export function expectedCapacity(history: History, at = Infinity): Readonly<Record<string, number>> {
  const atFirst = history.latest('platform.ready')?.expected ?? {};
  const expected = { ...atFirst };
  for (const event of history.all('autoscaler')) {
    const first = atFirst[event.component];
    if (event.t <= at && first !== undefined) {
      expected[event.component] = isSwitchedOff(event) ? first : event.desired;
    }
  }
  return expected;
}

/** An autoscaler that wants nothing for now; a workload of which none is wanted has no limits either. */
export function isSwitchedOff({ desired, maximum }: EventOf<'autoscaler'>): boolean {
  return desired === 0 && maximum > 0;
}

/** As {@link expectedCapacity}, without those that an autoscaler adds to what was there: what is growing is whole. */
export function capacityBeforeGrowth(history: History): Readonly<Record<string, number>> {
  const atFirst = history.latest('platform.ready')?.expected ?? {};
  const wanted = Object.entries(expectedCapacity(history));
  return Object.fromEntries(wanted.map(([component, now]) => [component, Math.min(now, atFirst[component] ?? now)]));
}

/** Components with fewer ready instances than expected, as `worker 2/3 (worker-2: ErrImagePull)`. Empty when all are there. */
export function missingCapacity(history: History, expected = expectedCapacity(history)): string[] {
  const counts = readyCounts(history);
  return Object.entries(expected)
    .filter(([component, wanted]) => (counts.get(component) ?? 0) < wanted)
    .map(
      ([component, wanted]) => `${component} ${counts.get(component) ?? 0}/${wanted}${whyMissing(history, component)}`,
    );
}

/** What the platform says of those that are there and not ready, and which of them wait for what. */
function whyMissing(history: History, component: string): string {
  const waiting = [...latestInstances(history).values()].filter(
    (event) => event.component === component && !event.ready && event.state !== 'exited' && event.detail !== undefined,
  );
  if (waiting.length === 0) return '';
  return ` (${waiting.map((event) => `${event.instance}: ${whatItWaitedFor(history, event)}`).join('; ')})`;
}

/** The last word on it, and other words since it was last ready: what cannot be pulled is called `ErrImagePull` and `CrashLoopBackOff` by turns. */
function whatItWaitedFor(history: History, { instance, detail = '' }: EventOf<'component'>): string {
  const own = history.all('component').filter((event) => event.instance === instance);
  const since = own.slice(own.findLastIndex(({ ready }) => ready) + 1);
  const before = new Set(since.flatMap((event) => event.detail ?? []));
  before.delete(detail);
  return before.size === 0 ? detail : `${detail}, before that ${[...before].join(', ')}`;
}
