import * as checks from '../../harness/checks/index.ts';
import * as faults from '../../harness/faults/index.ts';
import * as waits from '../../harness/waits/index.ts';
import * as workload from '../../harness/workload/index.ts';
import { beyond } from '../../harness/core/duration.ts';
import type { OperatorCommand, OperatorCommands } from '../../harness/core/operator-commands.ts';
import type { UndoAction } from '../../harness/core/platform.ts';
import { RECOVERED_API_PROBE } from '../../harness/core/probe-names.ts';
import type { Parameters, Scenario } from '../../harness/core/scenario.ts';
import { followRunbook } from '../../harness/runbooks/follow-runbook.ts';
import { operatorRecovery } from '../../harness/runbooks/operator-recovery.ts';

/** What a run is made with, beside what its record keeps. */
export interface SiteRecoveredOptions {
  readonly scenario: Pick<Scenario, 'id' | 'title' | 'objective'>;
  readonly operator: OperatorCommands;
  /** Undefined where a person takes the site away. */
  readonly breakBy: OperatorCommand | undefined;
  readonly askPerson: () => Promise<void>;
  readonly requireAllowed: () => Promise<void>;
  readonly undo: readonly UndoAction[];
  readonly steps: readonly OperatorCommand[];
  /** `http://host:8001/api/v1/health`, before and, where it is another, after. */
  readonly health: workload.HealthAddress;
  readonly recoveredHealth: workload.HealthAddress | undefined;
  readonly before: workload.ExistingLook;
  readonly after: workload.ExistingLook;
  /** As it is reached after the recovery, and the connection of which a new sync has to succeed. */
  readonly sync:
    | { readonly airbyte: workload.ExistingAirbyte; readonly connectionId: string; readonly mayStart: boolean }
    | undefined;
}

/** How a record says that a site was recovered by its operator's commands: with these its checks are found again. */
export const SITE = {
  site: 'existing',
  /** `command`, or `person`. */
  breakBy: 'command',
  /** `site-back`, or `new-sync-succeeded` where a connection was named. */
  ends: 'site-back',
  probeEveryMs: 500,
  /** So long the API may take until it is gone, the command that takes it away included. */
  goneWithinSeconds: 600,
  /** Fires of so long after the recovery are waited for; 0: as long as the objective allows for the recovery. */
  schedulesWithinSeconds: 0,
} satisfies Parameters;

const BECAUSE = {
  'site-back': 'the recovery is over when all of its steps are done and the API answers well',
  'new-sync-succeeded':
    'the recovery is over when all of its steps are done, the API answers well, and a new sync has succeeded by Airbyte’s own count',
} as const;

/** One that runs make for themselves (`traffic.own`) would be lost with the site. */
const NO_SYNC =
  'No new sync is started, so nothing is said of whether syncs run afterwards: traffic.connection names none that is there.';

/** Whether a record is one of these. */
export function isOfSite(parameters: Parameters): boolean {
  return parameters['site'] === SITE.site;
}

/** On an Airbyte that is there already: the operator's own commands take the site away and recover it; what can be seen from outside is judged. */
export function siteRecovered(options: SiteRecoveredOptions): Scenario {
  const { scenario, operator, breakBy, health, recoveredHealth, sync } = options;
  return {
    ...scenario,
    proves:
      'The recovery that the operator has written down works within the objective, and nothing that the API showed before is lost, as far as can be seen from outside.',
    needs: ['operator-commands'],
    parameters: SITE,
    plan(set, objective) {
      const ends = set['ends'] === 'new-sync-succeeded' ? 'new-sync-succeeded' : 'site-back';
      const everyMs = Number(set['probeEveryMs']);
      const within = beyond(objective.recoverySeconds);
      const schedulesMs = Number(set['schedulesWithinSeconds']) * 1000;
      const look = workload.lookAtExisting({
        before: options.before,
        after: options.after,
        schedulesMs: schedulesMs === 0 ? undefined : schedulesMs,
        started: sync?.mayStart === true ? sync.connectionId : undefined,
      });
      const requires = set['breakBy'] === 'person' ? ['api-stood', 'api-gone'] : ['break-command', 'api-gone'];
      return {
        probes: () => [workload.healthAt(health, everyMs)],
        steadyState: [waits.probesGood({ span: '3s', within: '60s' })],
        workload: [
          look.before,
          workload.expectation('No ledger is read and no destination: Airbyte’s own counts are believed.', 'info'),
          ...(ends === 'site-back' ? [workload.expectation(NO_SYNC, 'warning')] : []),
        ],
        underway: [],
        fault: faults.takeSiteAway({
          operator,
          command: breakBy,
          askPerson: options.askPerson,
          requireAllowed: options.requireAllowed,
          undo: options.undo,
          withinMs: Number(set['goneWithinSeconds']) * 1000,
          recovered:
            recoveredHealth === undefined
              ? undefined
              : workload.healthAt(recoveredHealth, everyMs, RECOVERED_API_PROBE),
          when: waits.probesGood({ span: '1s', within: '60s' }),
        }),
        recovery: {
          path:
            ends === 'site-back' ? ['injected', 'took-effect', ends] : ['injected', 'took-effect', 'site-back', ends],
          because: BECAUSE[ends],
          beside: ['steps-done'],
          until: [
            followRunbook(operatorRecovery(options.steps, operator)),
            waits.unlessStepFailed(waits.siteBack({ within })),
            ...(sync === undefined ? [] : [workload.newExistingSync(sync)]),
            waits.unlessStepFailed(waits.recovered({ milestone: ends, within })),
            // What comes back for a moment only has not come back.
            waits.unlessStepFailed(waits.recoveredApiGood({ span: '10s', within: '2m' })),
          ],
        },
        verification: [look.after, look.schedules],
        checks: [
          checks.steadyState(),
          checks.faultHappened({ requires }),
          checks.runbookSteps(),
          checks.afterRunbook(checks.recoveryTime()),
          checks.claimedLoss(),
          checks.afterRunbook(checks.openSyncs()),
          checks.afterRunbook(checks.claimedSchedules()),
          ...(ends === 'new-sync-succeeded' ? [checks.afterRunbook(checks.newClaimedSync())] : []),
        ],
      };
    },
  };
}
