import { all, latest } from '../../core/game-day/progress.ts';
import type { GameDayEvent } from '../../core/game-day/events.ts';
import type { GameDayJournal } from '../../core/game-day/journal.ts';

type Axis = Pick<GameDayJournal, 'sessions' | 'axis' | 'bars' | 'durationSeconds'>;

/**
 * The time axis of a day: its sessions one after the other, each by its monotonic clock. What lies between two sessions takes no room on it,
 * and its length is wall time.
 */
export function drawAxis(events: readonly GameDayEvent[]): Axis {
  const bySession = [...Map.groupBy(events, ({ session }) => session).values()];
  const starts: number[] = [];
  let total = 0;
  for (const session of bySession) {
    starts.push(total);
    total += session.at(-1)?.t ?? 0;
  }
  const at = ({ session, t }: GameDayEvent): number => seconds((starts[session - 1] ?? 0) + t);
  const sessions = bySession.map((session, index) => {
    const before = bySession[index - 1]?.at(-1);
    const first = session[0];
    return {
      atSeconds: seconds(starts[index] ?? 0),
      seconds: seconds(session.at(-1)?.t ?? 0),
      wall: first?.wall ?? '',
      after: before === undefined ? null : before.type === 'paused' ? ('break' as const) : ('crash' as const),
      gapSeconds: before === undefined || first === undefined ? null : wallSeconds(before, first),
    };
  });
  return { sessions, axis: marksOf(events, at), bars: barsOf(events, at), durationSeconds: seconds(total) };
}

function marksOf(events: readonly GameDayEvent[], at: (event: GameDayEvent) => number): GameDayJournal['axis'] {
  return events.flatMap((event): GameDayJournal['axis'] => {
    const mark = markOf(event);
    return mark === undefined ? [] : [{ atSeconds: at(event), wall: event.wall, ...mark }];
  });
}

const WHY_STOPPED = {
  key: '',
  signal: '',
  criterion: ' by an abort criterion',
  nobody: ': it waited for people, and nobody was there',
} as const;

function markOf(event: GameDayEvent): Pick<GameDayJournal['axis'][number], 'kind' | 'text'> | undefined {
  switch (event.type) {
    case 'observed':
      return { kind: 'observation', text: event.text };
    case 'stopped':
      return {
        kind: 'stop',
        text: event.step === null ? 'The stop key was pressed.' : `${event.step} was stopped${WHY_STOPPED[event.by]}.`,
      };
    case 'taken-by-hand':
      return { kind: 'by-hand', text: `${event.step}: the room began to take the site away.` };
    case 'aborted':
      return { kind: 'abort', text: event.reason };
    case 'criterion.met':
      return { kind: 'criterion', text: event.text };
    case 'paused':
      return { kind: 'break', text: 'Break.' };
    case 'session.began':
      return event.session > 1 ? { kind: 'resumed', text: 'Taken up again.' } : undefined;
    default:
      return undefined;
  }
}

/** Each attempt of each step from its beginning to its end, or to where the record ends. */
function barsOf(events: readonly GameDayEvent[], at: (event: GameDayEvent) => number): GameDayJournal['bars'] {
  const last = events.at(-1);
  return events.flatMap((event) => {
    if (event.type !== 'scenario.began' && event.type !== 'manual.began') return [];
    const isEnd = (other: GameDayEvent): boolean =>
      (other.type === 'scenario.ended' || other.type === 'manual.ended') &&
      other.step === event.step &&
      other.i > event.i;
    const end = events.find(isEnd) ?? last ?? event;
    return [{ step: event.step, fromSeconds: at(event), toSeconds: at(end), isOpen: !isEnd(end) }];
  });
}

/** How long each stop took: the first end after the key. */
export function stopsOf(events: readonly GameDayEvent[]): GameDayJournal['stops'] {
  return all(events, 'stopped').map((stop) => {
    const end = all(events, 'scenario.ended').find(({ i, step }) => i > stop.i && step === stop.step);
    const inSeconds = (after: number | null = null): number | null => (after === null ? null : seconds(after));
    return {
      step: stop.step,
      faultUndoneAfterSeconds: inSeconds(end?.faultUndoneAfterMs),
      undoneAfterSeconds: inSeconds(end?.undoneAfterMs),
    };
  });
}

/** The moment at which the record ends, by wall time. */
export function wallEnd(events: readonly GameDayEvent[]): string {
  return events.at(-1)?.wall ?? latest(events, 'day.began')?.wall ?? '';
}

function wallSeconds(before: GameDayEvent, after: GameDayEvent): number {
  return Math.round((Date.parse(after.wall) - Date.parse(before.wall)) / 1000);
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
