import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { REPLACEMENT } from '../harness/core/derive/milestones/replacement-milestones.ts';
import { beyond } from '../harness/core/duration.ts';
import { API_WRITES } from '../harness/core/ledger-names.ts';
import { defineScenario } from '../harness/core/scenario.ts';

const REDUNDANT = 'the other server answers all along, so what has to come back is the second one';
const BACK = 'people and monitors have the API back with its first good answer, whatever else still starts';
const GREY = 'the API is back when it answers everybody again, which nothing but the end of the cut brings about';
const REPLACED = 'a deploy is over when every server was replaced and the last new one is ready';

export default defineScenario({
  id: 'server_failure',
  title: 'An API server dies while a sync runs',
  proves: 'With one of two API servers killed the API stays available, and a running sync does not notice.',
  objective: 'server_failure',
  needs: ['signal-instances', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, strikeAtShare: 0.3, apiWritesPerSecond: 5 },
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
    grey: {
      title: 'one is cut off from its callers, while its own probes pass',
      proves: 'A server that is called ready and answers half of its callers is noticed: the run fails, and says why.',
    },
  },

  plan(set, objective, variant) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const writes = workload.apiWrites({ perSecond: set.apiWritesPerSecond });
    const each = workload.askEachInstance({ ...workload.HEALTH, component: 'server', everyMs: 4 * set.probeEveryMs });
    const watchFor = beyond(objective.recoverySeconds);
    const when = waits.committedShare({ share: set.strikeAtShare, within: '60s' });
    const killed = checks.faultHappened({ requires: ['process-gone', 'platform-saw-exit'] });
    const probes = ['api health', API_WRITES];
    const one = faults.killInstance({ of: faults.instancesOf('server', 1), when });
    const all = faults.killInstance({ of: faults.instancesOf('server'), when });
    const grey = faults.cutOff({ of: faults.instancesOf('server', 1), what: 'grey', expirySeconds: 90, when });
    const deploy = faults.rollOut({ component: 'server', when });
    const answers = checks.readyAnswers({ component: 'server', within: '5s' });
    const stays = checks.apiAvailability({ probe: 'api health', longest: '2s' });
    const hardly = checks.requestsLost({ probes, allowed: '1s' });
    const none = checks.requestsLost({ probes, allowed: '0s' });
    const way = {
      one: { fault: one, ends: 'full-capacity', because: REDUNDANT, judgedBy: [killed, stays, hardly] },
      all: { fault: all, ends: 'api-available', because: BACK, judgedBy: [killed] },
      grey: {
        fault: grey,
        ends: 'api-available',
        because: GREY,
        judgedBy: [checks.faultHappened({ requires: ['cut-off'] }), stays, hardly],
      },
      deploy: {
        fault: deploy,
        ends: 'rolled-out',
        because: REPLACED,
        judgedBy: [checks.faultHappened({ requires: [] }), stays, none],
      },
    } as const;
    const { fault, ends, because, judgedBy } = way[variant ?? 'one'];
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [workload.apiLoad({ ratePerSecond: set.loadPerSecond }), writes.workload, each, sync.workload],
      underway: [waits.syncMovesRecords({ within: '60s' })],
      fault,
      recovery: {
        path: ['injected', 'took-effect', ends],
        because,
        beside: [...REPLACEMENT, 'full-capacity', 'job-finished'],
        until: [
          ...(variant === 'grey' ? [waits.faultLasted('20s'), faults.healFaults()] : []),
          waits.recovered({ milestone: ends, within: watchFor }),
          waits.allInstancesReady({ within: watchFor }),
          waits.interruptedJobOver({ within: watchFor }),
        ],
      },
      verification: [
        sync.readDestination(),
        writes.readBack(),
        workload.readLedger('database writes'),
        workload.scanForStrays(),
      ],
      checks: [
        checks.steadyState(),
        ...judgedBy,
        answers,
        checks.recoveryTime(),
        // That nobody notices it is what makes it grey.
        ...checks.bystandersUnharmed({ isLossExpected: variant !== 'grey' }),
      ],
    };
  },
});
