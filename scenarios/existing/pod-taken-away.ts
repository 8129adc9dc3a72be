import * as checks from '../../harness/checks/index.ts';
import * as faults from '../../harness/faults/index.ts';
import * as waits from '../../harness/waits/index.ts';
import type * as workload from '../../harness/workload/index.ts';
import { REPLACEMENT } from '../../harness/core/derive/milestones/replacement-milestones.ts';
import type { Parameters, Scenario } from '../../harness/core/scenario.ts';
import { WATCHED, watched } from './watched.ts';

/** What a run on an existing Airbyte is made with, beside what its record keeps. */
export interface PodTakenAwayOptions {
  readonly scenario: Pick<Scenario, 'id' | 'title' | 'objective'>;
  /** What is expected to become of it, in plain sentences. */
  readonly outcome: string;
  /** The objective held against the timers of that Airbyte, where they do not allow it. */
  readonly warnings: readonly string[];
  /** Undefined when a record is only judged. */
  readonly airbyte: workload.ExistingAirbyte | undefined;
  /** `http://host:8001/api/v1/health` */
  readonly health: workload.HealthAddress;
  readonly connectionId: string | undefined;
  /** A connection that is made for the run, instead. */
  readonly own?: workload.OwnConnection | undefined;
  readonly mayStart: boolean;
  /** What looks at connections and their schedules; undefined when a record is only judged. */
  readonly looks?: { readonly before: workload.ExistingLook; readonly after: workload.ExistingLook } | undefined;
  /** Load on the API meanwhile. */
  readonly load?: workload.ClusterLoad | undefined;
}

/** How a record says what was taken away, and what was looked at: with these its checks are found again. */
export const EXISTING = {
  /** Components, as the harness calls them, with `+` between them: one pod of each is taken away. */
  existing: 'worker',
  /** The milestone that ends the recovery: see {@link endOf}. */
  ends: 'full-capacity',
  /** What is taken away is there for syncs: without one in flight nothing was put to the test. */
  syncsMatter: false,

  /** The API has another instance, or is not what was hit: it must stay available. */
  apiStays: true,
  how: 'at-once',
  /** Whether the retry policy of that Airbyte is known. */
  policyKnown: false,
  ...WATCHED,
} satisfies Parameters;

const PROVES =
  'With one pod of it taken away everything comes back within the objective, and no sync in flight is lost, as far as can be seen from outside.';

const ENDS = {
  'full-capacity': 'what was taken away has come back, and everything is as many as it should be',
  'api-available': 'it runs once: people have the API back with its first good answer',
  'next-attempt-started': 'the sync lost what it ran in, so it is back when its next attempt begins',
} as const;

/** Whether a record is one of these. */
export function isOfExisting(parameters: Parameters): boolean {
  return typeof parameters['existing'] === 'string';
}

/** On an Airbyte that is there already: one pod is taken away for good, whichever component it is of, and what becomes of it and of the syncs is watched. */
export function podTakenAway(options: PodTakenAwayOptions): Scenario {
  return {
    ...options.scenario,
    proves: PROVES,

    needs: ['watch-instances', 'remove-instances'],
    parameters: EXISTING,
    variants: {
      evicted: { title: 'it is asked to leave its machine, and another takes its place', set: { how: 'evicted' } },
    },
    plan(set, objective) {
      const { components, ends, aboutSync, how } = read(set);
      const { before, watchFor, until, checks: furtherChecks } = watched(options, set, objective);
      const when = waits.allInstancesReady({ within: '60s' });

      const [first, ...others] = components.map((component, index) =>
        faults.removeInstance({
          of: faults.firstThatMayGo(component === 'job-pod' ? faults.podOfTheSync() : faults.instancesOf(component)),
          when: index === 0 ? when : waits.afterFault({ delay: '0ms' }),
          how,
        }),
      );
      if (first === undefined) throw new Error('something is taken away');
      const requires = how === 'evicted' ? ['request-accepted'] : ['request-accepted', 'platform-saw-exit'];
      return {
        ...before,
        fault: first,
        further: others,

        recovery: {
          path:
            ends === 'next-attempt-started'
              ? ['injected', 'took-effect', 'detected', ends]
              : ['injected', 'took-effect', ends],
          because: ENDS[ends],
          beside: [...REPLACEMENT, 'full-capacity', 'job-finished'],
          until: [
            waits.recovered({ milestone: ends, within: watchFor }),
            waits.allInstancesReady({ within: watchFor }),
            ...until,
          ],
        },
        verification: [],
        checks: [
          checks.steadyState(),
          checks.faultHappened({ requires }),
          checks.recoveryTime(),
          checks.claimedSyncs({ isRequired: aboutSync || set['syncsMatter'] === true }),
          ...(aboutSync && set['policyKnown'] === true
            ? [checks.retryPolicy({ isRetryExpected: ends === 'next-attempt-started', startWithin: '2m' })]
            : []),
          ...(set['apiStays'] === true ? [checks.apiAvailability({ probe: 'api health', longest: '2s' })] : []),
          ...(components.includes('job-pod') ? [] : [checks.capacityRestored()]),
          ...furtherChecks,
        ],
      };
    },
  };
}

interface Read {
  readonly components: readonly string[];
  readonly ends: keyof typeof ENDS;
  readonly aboutSync: boolean;
  readonly how: 'at-once' | 'evicted';
}

function read(set: Parameters): Read {
  const ends = String(set['ends']);
  return {
    components: String(set['existing']).split('+'),
    ends: ends === 'api-available' || ends === 'next-attempt-started' ? ends : 'full-capacity',
    aboutSync: set['aboutSync'] === true,
    how: set['how'] === 'evicted' ? 'evicted' : 'at-once',
  };
}
