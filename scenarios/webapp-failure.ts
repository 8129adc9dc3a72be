import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

const REDUNDANT = 'the other instance shows the page all along, so what has to come back is the second one';
const BACK = 'people have the page back with its first good answer, whatever else still starts';

export default defineScenario({
  id: 'webapp_failure',
  title: 'The web page loses an instance while a sync runs',
  proves: 'With one of two web instances killed the page stays available, and neither API nor syncs notice.',
  objective: 'webapp_failure',
  needs: ['signal-instances', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, strikeAtShare: 0.3 },
  variants: {
    all: {
      title: 'all instances at once',
      proves: 'The page comes back by itself when all of its instances are killed, and neither API nor syncs notice.',
    },
  },

  plan(set, objective, variant) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    const when = waits.committedShare({ share: set.strikeAtShare, within: '60s' });
    const one = faults.killInstance({ of: faults.instancesOf('webapp', 1), when });
    const all = faults.killInstance({ of: faults.instancesOf('webapp'), when });
    const way = {
      one: {
        fault: one,
        ends: 'full-capacity',
        because: REDUNDANT,
        judgedBy: [checks.pageAvailability({ probe: 'web page', longest: '2s' })],
      },
      all: { fault: all, ends: 'page-available', because: BACK, judgedBy: [] },
    } as const;
    const { fault, ends, because, judgedBy } = way[variant ?? 'one'];
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [workload.apiLoad({ ratePerSecond: set.loadPerSecond }), sync.workload],
      underway: [waits.syncMovesRecords({ within: '60s' })],
      fault,
      recovery: {
        path: ['injected', 'took-effect', ends],
        because,
        beside: ['full-capacity', 'job-finished'],
        until: [
          waits.recovered({ milestone: ends, within: watchFor }),
          waits.allInstancesReady({ within: watchFor }),
          waits.interruptedJobOver({ within: watchFor }),
        ],
      },
      verification: [sync.readDestination(), workload.readLedger('database writes'), workload.scanForStrays()],
      checks: [
        checks.steadyState(),
        checks.faultHappened({ requires: ['process-gone', 'platform-saw-exit'] }),
        checks.recoveryTime(),
        ...judgedBy,
        checks.apiAvailability({ probe: 'api health', longest: '2s' }),
        ...checks.bystandersUnharmed(),
      ],
    };
  },
});
