/** The requests by which a run makes objects of its own in an existing cluster, and removes them. */
import { ChaosError, type ChaosErrorOptions } from '../../core/errors.ts';
import { sentOnce } from '../../core/sent-once.ts';
import { describeAnswer, isConflict, isNotThere, statusOf } from '../kind/api-answers.ts';
import { askPatiently } from '../kind/patient-api.ts';
import type { ClusterConfig } from './cluster-config.ts';
import type { GuardedApi } from './guarded-api.ts';
import type { PreconditionedRequest } from './operations.ts';
import type { SeenCluster } from './policy.ts';

/** What is told where an object was not made. */
type MakingFailure = Pick<ChaosErrorOptions, 'message' | 'tryThis'>;

/** What makes objects. Each request is sent once: what was not answered may have been done. */
export interface ObjectMaker {
  /** Something was asked for and not answered: it may be made yet. */
  isUnclear(): boolean;
  /** @throws ChaosError `platform` with these words where the API server did not take it. */
  make<Answer>(failure: MakingFailure, send: () => Promise<Answer>): Promise<Answer>;
}

export function objectMaker(): ObjectMaker {
  const once = sentOnce();
  return {
    isUnclear: () => once.isUnclear(),
    async make(failure, send) {
      try {
        return await once.send(send, {
          ofAnswer: () => false,
          ofError: (error) => (statusOf(error) ?? Infinity) >= 500,
        });
      } catch (error) {
        if (error instanceof ChaosError) throw error;
        throw new ChaosError({ code: 'platform', ...failure, lastState: describeAnswer(error), cause: error });
      }
    },
  };
}

export interface ObjectRemoval {
  readonly api: GuardedApi;
  readonly config: Pick<ClusterConfig, 'cluster'>;
  readonly cluster: SeenCluster;
  /** What is let through. */
  readonly request: PreconditionedRequest;
  /** Sends it. */
  readonly send: (preconditions: { readonly uid: string }) => Promise<unknown>;
  /** What is told where the API server does not do it. */
  readonly failure: { readonly message: string; readonly tryThis: string };
  readonly signal: AbortSignal;
}

/**
 * Asks for the removal of exactly one object. Where it is gone, or there is another of its name, nothing is done: the next look tells.
 * @throws ChaosError `refused` for another cluster, `platform` where the API server does not do it.
 */
export async function removeObject(removal: ObjectRemoval): Promise<void> {
  const { api, config, cluster, request, send, failure, signal } = removal;
  const permit = api.allowRemoval(config, cluster, request);
  try {
    await askPatiently(api, () => send({ uid: request.uid }), { signal });
  } catch (error) {
    const status = statusOf(error);
    if (isNotThere(error) || isConflict(error)) return;
    if (error instanceof ChaosError || status === undefined) throw error;
    throw new ChaosError({ code: 'platform', ...failure, lastState: describeAnswer(error), cause: error });
  } finally {
    permit.close();
  }
}
