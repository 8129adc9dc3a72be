import { setTimeout as delay } from 'node:timers/promises';
import { dueStates } from '../core/derive/due-schedules.ts';
import { failedStep } from '../core/derive/runbook.ts';
import { snapshotAt } from '../core/derive/snapshots.ts';
import { formatMillis } from '../core/duration.ts';
import type { BodyOf } from '../core/events.ts';
import type { TrialContext } from '../core/scenario.ts';

/** Between two looks, in milliseconds: a look is many calls. */
const LOOK_EVERY_MS = 15_000;
/** So long after the last job should be there it is given up, also where looks fail, in milliseconds. */
const AFTER_MS = 60_000;

type Watching = Pick<TrialContext, 'history' | 'clock' | 'record' | 'signal'>;

/** Watches until each job that was due after the look `recovered` has been made, or its time is over; the last look is kept as `followed`. */
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
      const ends = (recovered.due ?? []).flatMap(({ byEpochMs }) =>
        byEpochMs === undefined ? [] : [byEpochMs - aheadMs],
      );
      if (ends.length === 0) return;
      const end = Math.max(...ends);
      const text = `${ends.length} of ${recovered.due?.length ?? 0} scheduled connections have to make a job within ${formatMillis(Math.max(0, end - clock.now()))}`;
      record.append({ type: 'step', text });
      for (;;) {
        const look = await read(context);
        signal.throwIfAborted();
        const states = dueStates(recovered, { jobs: look.jobs, last, atMs: look.end + aheadMs });
        const isSettled = look.gaps?.length === 0 && states.every(({ state }) => state !== 'awaited');
        if (isSettled || clock.now() > end + AFTER_MS) {
          record.append({ ...look, moment: 'followed' });
          return;
        }
        await delay(everyMs, undefined, { signal });
      }
    },
  };
}
