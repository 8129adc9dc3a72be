import * as checks from '../../harness/checks/index.ts';
import * as waits from '../../harness/waits/index.ts';
import * as workload from '../../harness/workload/index.ts';
import type { Check, Parameters, Verification, Wait, Workload } from '../../harness/core/scenario.ts';

/** What a rehearsal on an existing Airbyte has more where there is load on its API meanwhile. */
export interface UnderLoad {
  readonly workload: readonly Workload[];
  readonly underway: readonly Wait[];
  readonly until: readonly (Wait | Verification)[];
  readonly checks: readonly Check[];
}

/** How a record says how much load there was: requests a second, from so many runners. */
export const NO_LOAD = { loadPerSecond: 0, loadRunners: 0 } satisfies Parameters;

/** @param load undefined when a record is only judged */
export function underLoad(load: workload.ClusterLoad | undefined, set: Parameters): UnderLoad {
  if (!(Number(set['loadPerSecond'] ?? 0) > 0)) return { workload: [], underway: [], until: [], checks: [] };
  return {
    workload: load === undefined ? [] : [workload.loadFromCluster(load)],
    // An API that cannot bear the load would look as if the fault had broken it.
    underway: [waits.probesGood({ span: '5s', within: '60s' })],
    // Of a shorter time nothing could be said of the load.
    until: [waits.afterFault({ delay: '12s' })],
    checks: [checks.loadApplied()],
  };
}
