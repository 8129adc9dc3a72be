import { acknowledgedWrites } from '../harness/checks/acknowledged-writes.ts';
import { apiAvailability } from '../harness/checks/api-availability.ts';
import { capacityRestored } from '../harness/checks/capacity-restored.ts';
import { destinationComplete } from '../harness/checks/destination-complete.ts';
import { faultHappened } from '../harness/checks/fault-happened.ts';
import { jobOutcome } from '../harness/checks/job-outcome.ts';
import { nothingLeftOver } from '../harness/checks/left-overs.ts';
import { nextRunNormal } from '../harness/checks/next-run.ts';
import { oneLeader } from '../harness/checks/one-leader.ts';
import { recoveryTime } from '../harness/checks/recovery-time.ts';
import { schedulesCaughtUp } from '../harness/checks/schedules-caught-up.ts';
import { steadyState } from '../harness/checks/steady-state.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { freezeInstance } from '../harness/faults/freeze-instance.ts';
import { healFaults } from '../harness/faults/heal.ts';
import { killInstance } from '../harness/faults/kill-instance.ts';
import { instancesOf, leaderOf } from '../harness/faults/selectors.ts';
import { allInstancesReady } from '../harness/waits/platform.ts';
import { probesGood } from '../harness/waits/probes.ts';
import {
  missedSchedulesMadeUp,
  oldLeaderStoodDown,
  schedulesDue,
  schedulesGoOn,
  schedulesWork,
} from '../harness/waits/schedules.ts';
import { interruptedJobOver, nextScheduledRunOver, recovered, syncMovesRecords } from '../harness/waits/sync.ts';
import { apiLoad } from '../harness/workload/api-load.ts';
import { backgroundSchedules } from '../harness/workload/background-schedules.ts';
import { EVERYDAY, everydayProbes } from '../harness/workload/everyday.ts';
import { watchLeader } from '../harness/workload/leader-watch.ts';
import { scanForStrays } from '../harness/workload/stray-scan.ts';
import { subjectSync } from '../harness/workload/subject-sync.ts';
import { readLedger } from '../harness/workload/write-ledger.ts';

export default defineScenario({
  id: 'scheduler_failure',
  title: 'The leading scheduler dies while schedules are due',
  proves: 'A scheduler takes over within the objective and makes up once for every schedule that was missed.',
  objective: 'scheduler_failure',
  needs: ['signal-instances', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: {
    ...EVERYDAY,
    // Slow enough to run from before the fault, a minute later, until after it: a sync does not need a scheduler.
    recordsPerSecond: 300,
    cronSeconds: 20,
    shortCronSeconds: 4,
  },
  variants: {
    terminate: { title: 'it is asked to end' },
    all: { title: 'with its standby' },
    hang: {
      title: 'it hangs past its lease and goes on',
      proves: 'Another scheduler takes over from one that hangs, and that one does not act on the lease that it lost.',
    },
  },

  plan(set, objective, variant) {
    const sync = subjectSync({ ...set, everyMinutes: 1 });
    const schedules = backgroundSchedules({ everyMinutes: 1, ...set });
    const watchFor = beyond(objective.recoverySeconds);
    const leader = leaderOf('scheduler');
    // Shorter than what is left of a lease when its holder dies: 8 to 10 s of 10.
    const when = schedulesDue({ notBefore: '2s', span: '7.5s', within: '90s' });
    const wayToFail = {
      kill: killInstance({ of: leader, when }),
      terminate: killInstance({ of: leader, when, signal: 'SIGTERM' }),
      all: killInstance({ of: instancesOf('scheduler'), when }),
      hang: freezeInstance({ of: leader, when }),
    };
    return {
      probes: (stack, trial) => everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })],
      workload: [
        watchLeader('scheduler'),
        apiLoad({ ratePerSecond: set.loadPerSecond }),
        schedules.workload,
        sync.workload,
      ],
      underway: [syncMovesRecords({ within: '60s' }), schedulesWork({ within: '60s' })],
      fault: wayToFail[variant ?? 'kill'],
      recovery: {
        path: ['injected', 'took-effect', 'lease-over', 'leader-elected', 'schedule-dispatched'],
        because: 'syncs are triggered again when the new leader has dispatched a schedule, not when a leader is there',
        beside: [
          'schedules-caught-up',
          variant === 'hang' ? 'old-leader-stood-down' : 'instance-restarted',
          'full-capacity',
          'job-finished',
          'next-run-finished',
        ],
        until: [
          sync.addRecords(500),
          recovered({ milestone: 'schedule-dispatched', within: watchFor }),
          interruptedJobOver({ within: '2m' }),
          missedSchedulesMadeUp({ within: watchFor }),
          ...(variant === 'hang' ? [healFaults(), oldLeaderStoodDown({ within: '30s' })] : []),
          allInstancesReady({ within: watchFor }),
        ],
      },
      verification: [
        nextScheduledRunOver({ within: '2m' }),
        schedulesGoOn({ within: '2m' }),
        schedules.readSchedules(),
        sync.readDestination(),
        readLedger('database writes'),
        scanForStrays(),
      ],
      checks: [
        steadyState(),
        faultHappened({ requires: variant === 'all' ? [] : ['was-the-leader'] }),
        recoveryTime(),
        oneLeader(),
        schedulesCaughtUp(),
        jobOutcome(),
        destinationComplete(),
        acknowledgedWrites(),
        apiAvailability({ probe: 'api health', longest: '2s' }),
        capacityRestored(),
        nextRunNormal(),
        nothingLeftOver('after-fault'),
      ],
    };
  },
});
