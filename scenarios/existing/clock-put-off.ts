import * as checks from '../../harness/checks/index.ts';
import * as faults from '../../harness/faults/index.ts';
import * as waits from '../../harness/waits/index.ts';
import * as workload from '../../harness/workload/index.ts';
import { CLAIMED_CLOCK_OFF, CLOCK_OFF } from '../../harness/core/derive/fault-time.ts';
import { CLOCK_OFF_SECONDS, CLOCK_OFFSET_SECONDS } from '../../harness/core/fault-tools.ts';
import type { Parameters, Scenario } from '../../harness/core/scenario.ts';
import type { PodTakenAwayOptions } from './pod-taken-away.ts';
import { WATCHED, watched } from './watched.ts';

/** How a record says whose clock was put off, and what was looked at: with these its checks are found again. */
export const CLOCK_PUT_OFF = {
  /** The component, as the harness calls it. */
  clockOff: 'server',
  /** So far ahead, or behind. */
  offsetSeconds: CLOCK_OFFSET_SECONDS,
  behind: false,
  /** From the moment on at which Chaos Mesh says so. */
  offForSeconds: CLOCK_OFF_SECONDS,
  /** Chaos Mesh ends it by itself after so long. */
  expirySeconds: 300,
  /** How long Chaos Mesh may take to end it when it is told to. */
  removedWithinSeconds: 60,
  ...WATCHED,
} satisfies Parameters;

/** Whether a record is one of these. */
export function isOfClock(parameters: Parameters): boolean {
  return typeof parameters['clockOff'] === 'string';
}

export interface ClockPutOffOptions extends PodTakenAwayOptions {
  /** Asks what time it is there; undefined when a record is only judged. */
  readonly askTime?: workload.AskTime | undefined;
}

/**
 * On an Airbyte that is there already: one pod is told a wrong time by Chaos Mesh, and the right one again. What schedules prescribe is not judged: jobs that are made meanwhile
 * bear the wrong time.
 */
export function clockPutOff(options: ClockPutOffOptions): Scenario {
  return {
    ...options.scenario,
    proves:
      'With the clock of one pod wrong the API stays and no sync in flight is lost, as far as can be seen from outside, and once the clock is right all answers are right within the objective.',
    needs: ['watch-instances', 'skew-clocks'],
    parameters: CLOCK_PUT_OFF,
    plan(set, objective) {
      const { before, watchFor, until, checks: furtherChecks } = watched(options, set, objective);
      const component = String(set['clockOff']);
      const offForSeconds = Number(set['offForSeconds']);
      const clock = options.askTime === undefined ? [] : [workload.watchClock(component, options.askTime)];
      return {
        ...before,
        workload: [...before.workload, ...clock],
        underway: [...before.underway, waits.clockTold({ within: '30s' })],
        fault: faults.skewClock({
          of: faults.firstThatMayGo(faults.instancesOf(component)),
          when: waits.allInstancesReady({ within: '60s' }),
          lastsSeconds: offForSeconds,
          expirySeconds: Number(set['expirySeconds']),
          removedWithinSeconds: Number(set['removedWithinSeconds']),
        }),
        recovery: {
          path: ['injected', 'took-effect', 'fault-healed', 'clock-right'],
          from: 'fault-healed',
          because: 'how long its clock is wrong is up to the run; from the end of that on every answer has to be right',
          beside: ['job-finished', 'full-capacity'],
          until: [
            waits.clockWasOff(`${offForSeconds}s`),
            // By then Chaos Mesh itself has ended it, if it ever does.
            faults.healFaults({ lateBySeconds: Number(set['expirySeconds']) }),
            waits.clockRight({ within: watchFor }),
            ...until,
          ],
        },
        verification: [workload.scanForStrays()],
        checks: [
          checks.steadyState(),
          checks.faultHappened({ requires: [CLAIMED_CLOCK_OFF, CLOCK_OFF] }),
          checks.recoveryTime(),
          checks.claimedSyncs({ isRequired: set['aboutSync'] === true }),
          checks.apiAvailability({ probe: 'api health', longest: '2s' }),
          checks.capacityRestored({ isLossExpected: false }),
          checks.nothingLeftOver('after-fault'),
          ...furtherChecks,
        ],
      };
    },
  };
}
