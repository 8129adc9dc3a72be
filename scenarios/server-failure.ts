import { apiAvailability } from '../harness/checks/api-availability.ts';
import { bystandersUnharmed } from '../harness/checks/bystanders.ts';
import { faultHappened } from '../harness/checks/fault-happened.ts';
import { recoveryTime } from '../harness/checks/recovery-time.ts';
import { requestsLost } from '../harness/checks/requests-lost.ts';
import { steadyState } from '../harness/checks/steady-state.ts';
import { beyond } from '../harness/core/duration.ts';
import { API_WRITES } from '../harness/core/ledger-names.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { killInstance } from '../harness/faults/kill-instance.ts';
import { rollOut } from '../harness/faults/roll-out.ts';
import { instancesOf } from '../harness/faults/selectors.ts';
import { allInstancesReady } from '../harness/waits/platform.ts';
import { probesGood } from '../harness/waits/probes.ts';
import { committedShare, interruptedJobOver, recovered, syncMovesRecords } from '../harness/waits/sync.ts';
import { apiLoad } from '../harness/workload/api-load.ts';
import { apiWrites } from '../harness/workload/api-writes.ts';
import { EVERYDAY, everydayProbes } from '../harness/workload/everyday.ts';
import { scanForStrays } from '../harness/workload/stray-scan.ts';
import { subjectSync } from '../harness/workload/subject-sync.ts';
import { readLedger } from '../harness/workload/write-ledger.ts';

const REDUNDANT = 'the other server answers all along, so what has to come back is the second one';
const BACK = 'people and monitors have the API back with its first good answer, whatever else still starts';
const REPLACED = 'a deploy is over when every server was replaced and the last new one is ready';

export default defineScenario({
  id: 'server_failure',
  title: 'An API server dies while a sync runs',
  proves: 'With one of two API servers killed the API stays available, and a running sync does not notice.',
  objective: 'server_failure',
  needs: ['signal-instances', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...EVERYDAY, strikeAtShare: 0.3, apiWritesPerSecond: 5 },
  variants: {
    all: {
      title: 'all servers at once',
      proves: 'The API comes back by itself when all of its servers are killed, and a running sync outlives it.',
    },
    deploy: {
      title: 'a deploy, one server after the other',
      proves: 'A rolling deploy of the API servers loses no request and disturbs no running sync.',
      objective: 'server_deploy',
    },
  },

  plan(set, objective, variant) {
    const sync = subjectSync({ ...set, everyMinutes: 1 });
    const writes = apiWrites({ perSecond: set.apiWritesPerSecond });
    const watchFor = beyond(objective.recoverySeconds);
    const when = committedShare({ share: set.strikeAtShare, within: '60s' });
    const killed = faultHappened({ requires: ['process-gone', 'platform-saw-exit'] });
    const probes = ['api health', API_WRITES];
    const one = killInstance({ of: instancesOf('server', 1), when });
    const all = killInstance({ of: instancesOf('server'), when });
    const deploy = rollOut({ component: 'server', when });
    const stays = apiAvailability({ probe: 'api health', longest: '2s' });
    const hardly = requestsLost({ probes, allowed: '1s' });
    const none = requestsLost({ probes, allowed: '0s' });
    const way = {
      one: { fault: one, ends: 'full-capacity', because: REDUNDANT, checks: [killed, stays, hardly] },
      all: { fault: all, ends: 'api-available', because: BACK, checks: [killed] },
      deploy: {
        fault: deploy,
        ends: 'rolled-out',
        because: REPLACED,
        checks: [faultHappened({ requires: [] }), stays, none],
      },
    } as const;
    const { fault, ends, because, checks } = way[variant ?? 'one'];
    return {
      probes: (stack, trial) => everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })],
      workload: [apiLoad({ ratePerSecond: set.loadPerSecond }), writes.workload, sync.workload],
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
      verification: [sync.readDestination(), writes.readBack(), readLedger('database writes'), scanForStrays()],
      checks: [steadyState(), ...checks, recoveryTime(), ...bystandersUnharmed()],
    };
  },
});
