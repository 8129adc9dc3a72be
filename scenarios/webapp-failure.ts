import { apiAvailability, pageAvailability } from '../harness/checks/api-availability.ts';
import { bystandersUnharmed } from '../harness/checks/bystanders.ts';
import { faultHappened } from '../harness/checks/fault-happened.ts';
import { recoveryTime } from '../harness/checks/recovery-time.ts';
import { steadyState } from '../harness/checks/steady-state.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { killInstance } from '../harness/faults/kill-instance.ts';
import { instancesOf } from '../harness/faults/selectors.ts';
import { allInstancesReady } from '../harness/waits/platform.ts';
import { probesGood } from '../harness/waits/probes.ts';
import { committedShare, interruptedJobOver, recovered, syncMovesRecords } from '../harness/waits/sync.ts';
import { apiLoad } from '../harness/workload/api-load.ts';
import { EVERYDAY, everydayProbes } from '../harness/workload/everyday.ts';
import { scanForStrays } from '../harness/workload/stray-scan.ts';
import { subjectSync } from '../harness/workload/subject-sync.ts';
import { readLedger } from '../harness/workload/write-ledger.ts';

const REDUNDANT = 'the other instance shows the page all along, so what has to come back is the second one';
const BACK = 'people have the page back with its first good answer, whatever else still starts';

export default defineScenario({
  id: 'webapp_failure',
  title: 'The web page loses an instance while a sync runs',
  proves: 'With one of two web instances killed the page stays available, and neither API nor syncs notice.',
  objective: 'webapp_failure',
  needs: ['signal-instances', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...EVERYDAY, strikeAtShare: 0.3 },
  variants: {
    all: {
      title: 'all instances at once',
      proves: 'The page comes back by itself when all of its instances are killed, and neither API nor syncs notice.',
    },
  },

  plan(set, objective, variant) {
    const sync = subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    const when = committedShare({ share: set.strikeAtShare, within: '60s' });
    const one = killInstance({ of: instancesOf('webapp', 1), when });
    const all = killInstance({ of: instancesOf('webapp'), when });
    const way = {
      one: {
        fault: one,
        ends: 'full-capacity',
        because: REDUNDANT,
        checks: [pageAvailability({ probe: 'web page', longest: '2s' })],
      },
      all: { fault: all, ends: 'page-available', because: BACK, checks: [] },
    } as const;
    const { fault, ends, because, checks } = way[variant ?? 'one'];
    return {
      probes: (stack, trial) => everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })],
      workload: [apiLoad({ ratePerSecond: set.loadPerSecond }), sync.workload],
      underway: [syncMovesRecords({ within: '60s' })],
      fault,
      recovery: {
        path: ['injected', 'took-effect', ends],
        because,
        beside: ['full-capacity', 'job-finished'],
        until: [
          recovered({ milestone: ends, within: watchFor }),
          allInstancesReady({ within: watchFor }),
          interruptedJobOver({ within: watchFor }),
        ],
      },
      verification: [sync.readDestination(), readLedger('database writes'), scanForStrays()],
      checks: [
        steadyState(),
        faultHappened({ requires: ['process-gone', 'platform-saw-exit'] }),
        recoveryTime(),
        ...checks,
        apiAvailability({ probe: 'api health', longest: '2s' }),
        ...bystandersUnharmed(),
      ],
    };
  },
});
