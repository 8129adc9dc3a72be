import { JOB_POD } from '../../platforms/cluster/existing-instance.ts';
import type { PodFault } from '../../platforms/cluster/chaos-mesh/chaos-object.ts';
import { OPERATIONS, POD_FAULT, type ChangingRequest } from '../../platforms/cluster/operations.ts';
import { refusalsOf, type Refusal } from '../../platforms/cluster/policy.ts';
import type { Target } from '../../profiles/translate/translation.ts';
import { attemptOnNextJob, possibleVictims, type Existing } from './open-existing.ts';

/** A pod that a run could hit, with what it would ask of the API server, and what speaks against it. */
export interface Candidate {
  readonly name: string;
  readonly node: string | undefined;
  /** Undefined for a pod that is to come. */
  readonly request: ChangingRequest | undefined;
  readonly refusals: readonly Refusal[];
}

/** A target of a scenario, with the pods of it that run. */
export interface TargetWithCandidates {
  readonly target: Target;
  readonly candidates: readonly Candidate[];
}

/** The run that is still to come, as its name stands in what it would ask for. */
const NO_RUN_YET = 'of-the-run';

/**
 * What a scenario would hit, each pod held against what the configuration allows at `atMs` (milliseconds since 1970). Where Chaos Mesh breaks something in it and it is not taken
 * away, `fault` says what. Only reads.
 */
export async function findVictims(
  existing: Existing,
  atMs: number,
  fault?: Omit<PodFault, 'runId'>,
): Promise<readonly TargetWithCandidates[]> {
  const { cluster, config, translation } = existing;
  return Promise.all(
    translation.targets.map(async (target) => {
      const victims = await possibleVictims(existing, target, { cluster, atMs });
      const candidates = victims.map(({ pod, victim, attempt }): Candidate => ({
        name: pod.name,
        node: pod.node,
        request:
          fault === undefined
            ? OPERATIONS.delete.requestFor(victim)
            : POD_FAULT.requestFor(victim, { runId: NO_RUN_YET, ...fault }),
        refusals: refusalsOf(config, attempt),
      }));
      if (candidates.length > 0 || target.component !== JOB_POD || config.traffic?.own === undefined) {
        return { target, candidates };
      }
      const refusals = refusalsOf(config, attemptOnNextJob(existing, target, { cluster, atMs }));
      const name = 'the pod of the sync that it starts';
      return { target, candidates: [{ name, node: undefined, request: undefined, refusals }] };
    }),
  );
}
