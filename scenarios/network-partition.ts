import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'network_partition',
  title: 'The worker that runs a sync is cut off from the network, and comes back',
  proves: 'The sync goes on elsewhere, and the worker that was cut off does no harm when it is back.',
  objective: 'network_partition',
  needs: ['machines', 'watch-instances', 'warehouse', 'workflow-identity', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, strikeAtShare: 0.4, cutSeconds: 45, expirySeconds: 120 },
  variants: {
    machine: { title: 'with its whole machine' },
    expiry: {
      title: 'and nobody ends it',
      proves: 'A cut that nobody ends is ended by the machine itself at its expiry.',
      set: { cutSeconds: 0, expirySeconds: 40 },
    },
  },

  plan(set, objective, variant) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [workload.watchMachines(), workload.apiLoad({ ratePerSecond: set.loadPerSecond }), sync.workload],
      underway: [waits.allMachinesReady({ within: '60s' }), waits.syncMovesRecords({ within: '60s' })],
      fault: faults.cutOff({
        of: faults.workerRunningTheSync(),
        what: variant === 'machine' ? 'machine' : 'instance',
        expirySeconds: set.expirySeconds,
        when: waits.committedShare({ share: set.strikeAtShare, within: '60s' }),
      }),
      recovery: {
        path: ['injected', 'took-effect', 'detected', 'next-attempt-started', 'new-records-committed'],
        because: 'the sync is back when records arrive that had not arrived before, wherever it runs now',
        beside: [
          'called-not-ready',
          'machine-not-ready',
          'job-finished',
          'healed',
          'full-capacity',
          'next-run-finished',
        ],
        until: [
          waits.faultLasted(`${set.cutSeconds}s`),
          ...(variant === 'expiry' ? [] : [faults.healFaults()]),
          waits.recovered({ milestone: 'new-records-committed', within: watchFor }),
          waits.interruptedJobOver({ within: watchFor }),
          waits.allMachinesReady({ within: '3m' }),
          waits.allInstancesReady({ within: '3m' }),
        ],
      },
      verification: [
        sync.addRecords(500),
        waits.nextScheduledRunOver({ within: '2m' }),
        sync.readDestination(),
        workload.readLedger('database writes'),
        workload.scanForStrays(),
      ],
      checks: [
        checks.steadyState(),
        checks.faultHappened({ requires: ['cut-off', 'ran-the-sync'] }),
        checks.recoveryTime(),
        checks.jobOutcome(),
        checks.destinationComplete(),
        checks.acknowledgedWrites(),
        checks.capacityRestored(),
        checks.nextRunNormal(),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
