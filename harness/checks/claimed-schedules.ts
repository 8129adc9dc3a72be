import { dueStates, type DueState } from '../core/derive/due-schedules.ts';
import { snapshotAt, type Snapshot } from '../core/derive/snapshots.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { byLooks, type Judged, type Looks } from './two-looks.ts';
import { count, nameSome } from './words.ts';

/**
 * What schedules prescribed after the recovery came. After the loss of Temporal they are silent (facts: airbyte.md, fact 8). One that was not due while it was looked
 * at was not put to the test, which is no pass.
 */
export function claimedSchedules(): Check {
  return {
    id: 'schedules_claimed',
    title: 'Schedules fire after the recovery',
    failure: 'Schedules did not fire after the recovery',
    judge: byLooks((history, looks) =>
      judgeSchedules(history, looks, { verdict: 'unknown', setting: ' (recovery.schedulesWithin)', isOfAll: false }),
    ),
  };
}

/** No job that a schedule prescribed since the fault is missing, as far as its time is over. `isRequired`: somebody asked for schedules to be put to the test, and that none was is no pass. */
export function schedulesKept({ isRequired }: { readonly isRequired: boolean }): Check {
  return {
    id: 'schedules_kept',
    title: 'Each job that a schedule prescribed came',
    failure: 'A job that a schedule prescribed is missing',
    judge: byLooks((history, looks) =>
      judgeSchedules(history, looks, {
        verdict: isRequired ? 'unknown' : 'pass',
        setting: ' (--set schedulesWithinMinutes)',
        isOfAll: true,
      }),
    ),
  };
}

/** What it means that no schedule was due while it was looked at, and what makes the time longer. */
interface Untested {
  readonly verdict: 'pass' | 'unknown';
  readonly setting: string;
  /** All that was due has to be known of, not only some of it. */
  readonly isOfAll: boolean;
}

function judgeSchedules(history: History, looks: Looks, untested: Untested): Judged {
  const amount = scheduled(looks.recovered);
  if (amount + scheduled(looks.last) > 0) return judgeDue(history, looks, { amount, untested });
  const gaps = [...(looks.last.gaps ?? []), ...(looks.recovered.gaps ?? [])];
  return gaps.length === 0
    ? { verdict: 'pass', summary: 'No connection has a schedule, so none could be lost.' }
    : { verdict: 'unknown', summary: `Not all could be read: ${nameSome(gaps, '; ')}.` };
}

interface Asked {
  readonly amount: number;
  readonly untested: Untested;
}

function scheduled({ items }: Snapshot): number {
  return items.filter(({ schedule }) => schedule === 'basic' || schedule === 'cron').length;
}

function judgeDue(history: History, { last, recovered }: Looks, asked: Asked): Judged {
  if (recovered.due === undefined) {
    const summary = `Of ${count(asked.amount, 'scheduled connection')} none was put to the test: the fault was not seen to take effect, or the server tells no time.`;
    return { verdict: 'unknown', summary };
  }
  const followed = snapshotAt(history, 'followed');
  const end = followed ?? recovered;
  const states = dueStates(recovered, last, { ...end, atMs: end.serverEpochMs ?? 0 });
  return { ...judgeStates(states, asked, [recovered, end]), beside: followed === undefined ? [] : [followed.i] };
}

function judgeStates(
  states: readonly DueState[],
  { amount, untested: none }: Asked,
  looks: readonly Snapshot[],
): Judged {
  const of = (...wanted: readonly DueState['state'][]): readonly DueState[] =>
    states.filter(({ state }) => wanted.includes(state));
  const missed = of('missed');
  const made = states.filter((one) => one.missed.length === 0 && one.made.length > 0);
  const untested = of('put-off', 'awaited', 'not-due').filter((one) => !made.includes(one));
  const rest = [
    ...(untested.length === 0 ? [] : [` Not put to the test: ${nameSome(untested.map(whyNot))}.`]),
    ...passedOverIn([...made, ...missed]),
  ].join('');
  if (missed.length > 0) {
    const gaps = looks.flatMap((look) => look.gaps ?? []);
    const names = nameSome(missed.map(describeMissed));
    if (gaps.length > 0) {
      const summary = `Whether ${names} made what was due cannot be told, as not all could be read: ${nameSome(gaps, '; ')}.${rest}`;
      return { verdict: 'unknown', summary };
    }
    const summary = `${count(missed.length, 'scheduled connection')} made no job when it was due, and in the three minutes after: ${names}.${rest}`;
    return { verdict: 'fail', summary };
  }
  const awaited = of('awaited');
  if (none.isOfAll && awaited.length > 0) {
    const summary = `Whether what was due came is not known: ${nameSome(awaited.map(whyNot))}.`;
    return { verdict: 'unknown', summary };
  }
  if (made.length === 0) {
    const summary = `No schedule was put to the test: of ${count(amount, 'scheduled connection')} none had to make a job while it was looked at${none.setting}.${rest}`;
    return { verdict: none.verdict, summary };
  }
  const jobs = nameSome(made.map(describeMade), '; ');
  return { verdict: 'pass', summary: `What was due came: ${jobs}.${rest}` };
}

/** `"Orders" (9 of 10 jobs, the first was due at 12:10:00 UTC)` */
function describeMissed({ name, missed, made }: DueState): string {
  const first = new Date(missed[0] ?? 0).toISOString().slice(11, 19);
  const all = missed.length + made.length;
  return `"${name}" (${missed.length} of ${count(all, 'job')}, the first was due at ${first} UTC)`;
}

/** `"Orders" (job 2)` */
function describeMade({ name, made }: DueState): string {
  const ids = nameSome(made.map(({ jobId }) => jobId));
  return `"${name}" (${made.length === 1 ? 'job' : 'jobs'} ${ids})`;
}

/** What Airbyte prescribes to skip. */
function passedOverIn(states: readonly DueState[]): readonly string[] {
  const some = states.filter(({ passedOver }) => passedOver > 0);
  if (some.length === 0) return [];
  const names = nameSome(some.map(({ name, passedOver }) => `${passedOver} of "${name}"`));
  return [` Not asked for, as another job of the same connection took its place: ${names}.`];
}

function whyNot({ name, why }: DueState): string {
  return `"${name}" (${why})`;
}
