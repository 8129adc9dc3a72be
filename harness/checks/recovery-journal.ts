import { injectionTime } from '../core/derive/fault-time.ts';
import { recoveryPointOf } from '../core/derive/recovery-point.ts';
import { followedSteps } from '../core/derive/runbook.ts';
import type { History } from '../core/history.ts';
import type { Trial } from '../core/journal.ts';
import { countIn } from '../core/sequence.ts';
import { boundsInSeconds, toSeconds } from './journal-seconds.ts';

/** What the journal says of a recovery by a runbook and from backups; nothing where a scenario has neither. */
export function describeRecovery(history: History): Pick<Trial, 'runbook' | 'recoveryPoint'> {
  const steps = followedSteps(history);
  const point = recoveryPointOf(history);
  const restored = history.latest('database.restored');
  const faultAt = injectionTime(history)?.at.low ?? 0;
  return {
    ...(steps.length === 0
      ? {}
      : {
          runbook: steps.map(({ id, title, executed }) => ({
            id,
            title,
            outcome:
              executed === undefined ? ('not-reached' as const) : executed.ok ? ('done' as const) : ('failed' as const),
            sinceFaultSeconds: executed === undefined ? null : toSeconds(executed.start - faultAt),
            tookSeconds: executed === undefined ? null : toSeconds(executed.end - executed.start),
            details: executed?.details ?? null,
            evidence: executed === undefined ? [] : [executed.i],
          })),
        }),
    ...(restored === undefined || point === undefined
      ? {}
      : {
          recoveryPoint: {
            lostWrites: countIn(point.lost),
            acknowledgedWrites: point.ledger.acknowledged,
            seconds: boundsInSeconds(point.span),
            walBytes: point.walBytes ?? null,
            isNamedTime: history.latest('recovery.target') !== undefined,
          },
        }),
  };
}
