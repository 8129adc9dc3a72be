import * as checks from '../harness/checks/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'autoscaling',
  title: 'Many syncs are asked for at once',
  proves: 'Workers are added under load and taken away after it, and no sync is harmed by either.',
  objective: 'autoscaling',
  needs: ['autoscaling', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: {
    ...workload.EVERYDAY,
    records: 4000,
    recordsPerSecond: 400,
    syncs: 4,
    burstRecords: 90_000,
    burstPerSecond: 1500,
  },

  plan(set) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const burst = workload.syncBurst({
      syncs: set.syncs,
      records: set.burstRecords,
      recordsPerSecond: set.burstPerSecond,
    });
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [...waits.healthyStack(), waits.autoscalersAtRest({ within: '7m' })],
      workload: [burst.workload, sync.workload],
      underway: [waits.syncMovesRecords({ within: '60s' })],
      fault: burst.begin({ when: waits.syncMovesRecords({ within: '10s' }) }),
      recovery: {
        path: ['injected', 'took-effect', 'scale-out-wanted', 'scaled-out'],
        because: 'the platform has grown when every instance that its autoscaler wants is ready',
        beside: ['scaled-in', 'next-run-finished'],
        until: [
          waits.recovered({ milestone: 'scaled-out', within: '3m' }),
          burst.over({ timeoutMs: 300_000 }),
          waits.scaledIn({ within: '8m' }),
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
        checks.faultHappened({ requires: ['load-began'] }),
        checks.recoveryTime(),
        checks.scaledOutAndIn(),
        checks.burstSucceeded(),
        checks.destinationComplete(),
        checks.acknowledgedWrites(),
        checks.apiAvailability({ probe: 'api health', longest: '2s' }),
        checks.nextRunNormal(),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
