import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { REPLACEMENT } from '../harness/core/derive/milestones/replacement-milestones.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'node_failure',
  title: 'The machine on which a sync runs loses power',
  proves: 'The sync goes on elsewhere, what ran on the machine is started on others, and no record or write is lost.',
  objective: 'node_failure',
  needs: ['machines', 'watch-instances', 'warehouse', 'workflow-identity', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, strikeAtShare: 0.4, machine: '' },

  plan(set, objective) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const later = workload.laterSync({ records: 200 });
    const watchFor = beyond(objective.recoverySeconds);
    const ofTheSync = {
      machine: faults.machineOf(faults.workerRunningTheSync()),
      path: ['injected', 'took-effect', 'detected', 'next-attempt-started', 'new-records-committed'],
      because: 'the sync is back when records arrive that had not arrived before, wherever it runs now',
      workload: [],
      first: [waits.recovered({ milestone: 'new-records-committed', within: watchFor })],
      requires: ['node-lost', 'ran-the-sync'],
      judgedBy: [],
    } as const;
    // One that is named need not run the sync: what counts is that another one can be had.
    const named = {
      machine: faults.machineCalled(set.machine),
      path: ['injected', 'took-effect', 'new-sync-started', 'new-sync-delivered'],
      because: 'the service is back when a sync asked for after the fault delivers records',
      workload: [later.workload],
      first: [
        later.ask(),
        waits.recovered({ milestone: 'new-sync-delivered', within: watchFor }),
        waits.newSyncOver({ within: watchFor }),
      ],
      requires: ['node-lost'],
      judgedBy: [checks.newSyncRan()],
    } as const;
    const way = set.machine === '' ? ofTheSync : named;
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [
        workload.watchMachines(),
        workload.apiLoad({ ratePerSecond: set.loadPerSecond }),
        ...way.workload,
        sync.workload,
      ],
      underway: [waits.allMachinesReady({ within: '60s' }), waits.syncMovesRecords({ within: '60s' })],
      fault: faults.loseMachines({
        of: way.machine,
        when: waits.committedShare({ share: set.strikeAtShare, within: '60s' }),
      }),
      recovery: {
        path: way.path,
        because: way.because,
        beside: [
          ...REPLACEMENT,
          'machine-not-ready',
          'instances-moved',
          'job-finished',
          'machine-back',
          'full-capacity',
          'next-run-finished',
        ],
        until: [
          ...way.first,
          waits.interruptedJobOver({ within: watchFor }),
          waits.instancesMoved({ within: '3m' }),
          faults.healFaults(),
          waits.allMachinesReady({ within: '2m' }),
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
        checks.faultHappened({ requires: way.requires }),
        checks.recoveryTime(),
        ...way.judgedBy,
        checks.movedElsewhere({ within: '3m' }),
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
