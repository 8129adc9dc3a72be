import { setTimeout as delay } from 'node:timers/promises';
import { dueStates, type DueState } from '../core/derive/due-schedules.ts';
import { failedStep } from '../core/derive/runbook.ts';
import { snapshotAt } from '../core/derive/snapshots.ts';
import { formatMillis } from '../core/duration.ts';
import type { BodyOf } from '../core/events.ts';
import type { TrialContext } from '../core/scenario.ts';
import { GRACE_MS } from '../core/schedule-rules.ts';

/** Between two looks, in milliseconds: a look is many calls. */
const LOOK_EVERY_MS = 15_000;
/** So long after the last job should be there it is given up, also where looks fail, in milliseconds. */
const AFTER_MS = 60_000;

type Watching = Pick<TrialContext, 'history' | 'clock' | 'record' | 'signal'>;

/** Watches until each job that was due after the look `recovered` has been made, cannot come any more, or its time is over; the last look is kept as `followed`. Does not look where nothing is awaited. */
export function followSchedules(
  read: (context: Watching) => Promise<Omit<BodyOf<'snapshot'>, 'moment'>>,
  everyMs: number = LOOK_EVERY_MS,
): { readonly name: string; run(context: Watching): Promise<void> } {
  return {
    name: 'watch what the schedules prescribe',
    async run(context) {
      const { history, clock, record, signal } = context;
      const [last, recovered] = [snapshotAt(history, 'last'), snapshotAt(history, 'recovered')];
      if (failedStep(history) !== undefined || last === undefined || recovered?.serverEpochMs === undefined) return;
      const aheadMs = recovered.serverEpochMs - recovered.end;
      const awaitedIn = (look: Omit<BodyOf<'snapshot'>, 'moment'>, atMs: number): readonly DueState[] =>
        dueStates(recovered, last, { ...look, atMs }).filter(({ state }) => state === 'awaited');
      const awaited = awaitedIn(recovered, recovered.serverEpochMs);
      const hasAll = (recovered.gaps ?? []).length === 0;
      const amount = (recovered.due ?? []).filter(({ byEpochMs }) => byEpochMs !== undefined).length;
      if (hasAll ? awaited.length === 0 : amount === 0) return;
      const forMs = Math.max(0, ...awaited.map(({ awaitedUntil = 0 }) => awaitedUntil - aheadMs - clock.now()));
      const end = Math.max(clock.now() + forMs, (recovered.dueUntilEpochMs ?? 0) + GRACE_MS - aheadMs);
      const text = `${awaited.length} of ${recovered.due?.length ?? 0} scheduled connections have to make a job within ${formatMillis(forMs)}`;
      record.append({ type: 'step', text });
      for (;;) {
        const look = await read(context);
        signal.throwIfAborted();
        // By the time that the server tells, as it is judged: it is told in whole seconds, at the beginning of a look.
        const { serverEpochMs: atMs = -Infinity } = look;
        const isSettled = look.gaps?.length === 0 && awaitedIn(look, atMs).length === 0;
        if (isSettled || clock.now() > end + AFTER_MS) {
          record.append({ ...look, moment: 'followed' });
          return;
        }
        await delay(everyMs, undefined, { signal });
      }
    },
  };
}
