import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { REPLACEMENT } from '../harness/core/derive/milestones/replacement-milestones.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'scheduler_failure',
  title: 'The leading scheduler dies while schedules are due',
  proves: 'A scheduler takes over within the objective and makes up once for every schedule that was missed.',
  objective: 'scheduler_failure',
  needs: ['signal-instances', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: {
    ...workload.EVERYDAY,
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
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const schedules = workload.backgroundSchedules({ everyMinutes: 1, ...set });
    const watchFor = beyond(objective.recoverySeconds);
    const leader = faults.leaderOf('scheduler');
    // Shorter than what is left of a lease when its holder dies: 8 to 10 s of 10.
    const when = waits.schedulesDue({ notBefore: '2s', span: '7.5s', within: '90s' });
    const wayToFail = {
      kill: faults.killInstance({ of: leader, when }),
      terminate: faults.killInstance({ of: leader, when, signal: 'SIGTERM' }),
      all: faults.killInstance({ of: faults.instancesOf('scheduler'), when }),
      hang: faults.freezeInstance({ of: leader, when }),
    };
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [
        workload.watchLeader('scheduler'),
        workload.apiLoad({ ratePerSecond: set.loadPerSecond }),
        schedules.workload,
        sync.workload,
      ],
      underway: [waits.syncMovesRecords({ within: '60s' }), waits.schedulesWork({ within: '60s' })],
      fault: wayToFail[variant ?? 'kill'],
      recovery: {
        path: ['injected', 'took-effect', 'lease-over', 'leader-elected', 'schedule-dispatched'],
        because: 'syncs are triggered again when the new leader has dispatched a schedule, not when a leader is there',
        beside: [
          ...REPLACEMENT,
          'schedules-caught-up',
          variant === 'hang' ? 'old-leader-stood-down' : 'instance-restarted',
          'full-capacity',
          'job-finished',
          'next-run-finished',
        ],
        until: [
          sync.addRecords(500),
          waits.recovered({ milestone: 'schedule-dispatched', within: watchFor }),
          waits.interruptedJobOver({ within: '2m' }),
          waits.missedSchedulesMadeUp({ within: watchFor }),
          ...(variant === 'hang' ? [faults.healFaults(), waits.oldLeaderStoodDown({ within: '30s' })] : []),
          waits.allInstancesReady({ within: watchFor }),
        ],
      },
      verification: [
        waits.nextScheduledRunOver({ within: '2m' }),
        waits.schedulesGoOn({ within: '2m' }),
        schedules.readSchedules(),
        sync.readDestination(),
        workload.readLedger('database writes'),
        workload.scanForStrays(),
      ],
      checks: [
        checks.steadyState(),
        checks.faultHappened({ requires: variant === 'all' ? [] : ['was-the-leader'] }),
        checks.recoveryTime(),
        checks.oneLeader(),
        checks.schedulesCaughtUp(),
        checks.jobOutcome(),
        checks.destinationComplete(),
        checks.acknowledgedWrites(),
        checks.apiAvailability({ probe: 'api health', longest: '2s' }),
        checks.capacityRestored(),
        checks.nextRunNormal(),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
