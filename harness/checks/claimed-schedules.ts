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
    judge: byLooks((history, looks) => {
      const amount = scheduled(looks.recovered);
      if (amount + scheduled(looks.last) > 0) return judgeDue(history, looks, amount);
      const gaps = [...(looks.last.gaps ?? []), ...(looks.recovered.gaps ?? [])];
      return gaps.length === 0
        ? { verdict: 'pass', summary: 'No connection has a schedule, so none could be lost.' }
        : { verdict: 'unknown', summary: `Not all could be read: ${nameSome(gaps, '; ')}.` };
    }),
  };
}

function scheduled({ items }: Snapshot): number {
  return items.filter(({ schedule }) => schedule === 'basic' || schedule === 'cron').length;
}

function judgeDue(history: History, { last, recovered }: Looks, amount: number): Judged {
  if (recovered.due === undefined) {
    const summary = `Of ${count(amount, 'scheduled connection')} none was put to the test: the site was not seen to be gone, or its server tells no time.`;
    return { verdict: 'unknown', summary };
  }
  const followed = snapshotAt(history, 'followed');
  const end = followed ?? recovered;
  const states = dueStates(recovered, { jobs: end.jobs, last, atMs: end.serverEpochMs ?? 0 });
  return { ...judgeStates(states, amount, [recovered, end]), beside: followed === undefined ? [] : [followed.i] };
}

function judgeStates(states: readonly DueState[], amount: number, looks: readonly Snapshot[]): Judged {
  const of = (...wanted: readonly DueState['state'][]): readonly DueState[] =>
    states.filter(({ state }) => wanted.includes(state));
  const [made, missed, untested] = [of('made'), of('missed'), of('put-off', 'awaited', 'not-due')];
  const rest = untested.length === 0 ? '' : ` Not put to the test: ${nameSome(untested.map(whyNot))}.`;
  if (missed.length > 0) {
    const gaps = looks.flatMap((look) => look.gaps ?? []);
    const names = nameSome(missed.map(({ name }) => `"${name}"`));
    if (gaps.length > 0) {
      const summary = `Whether ${names} made the job that was due cannot be told, as not all could be read: ${nameSome(gaps, '; ')}.${rest}`;
      return { verdict: 'unknown', summary };
    }
    const summary = `${count(missed.length, 'scheduled connection')} made no job when it was due, and in the three minutes after: ${names}.${rest}`;
    return { verdict: 'fail', summary };
  }
  if (made.length === 0) {
    const summary = `No schedule was put to the test: of ${count(amount, 'scheduled connection')} none had to make a job while it was looked at (recovery.schedulesWithin).${rest}`;
    return { verdict: 'unknown', summary };
  }
  const jobs = nameSome(made.map(({ name, job }) => `"${name}" (job ${job?.jobId ?? '?'})`));
  return { verdict: 'pass', summary: `What was due came: ${jobs}.${rest}` };
}

function whyNot({ name, why }: DueState): string {
  return `"${name}" (${why})`;
}
