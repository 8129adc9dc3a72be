import type { RetryPolicy } from './events.ts';

/** What a policy needs to know of an attempt that ended. */
export interface EndedAttempt {
  readonly hasFailed: boolean;
  /** Whether it committed at least one record: then it was a partial failure. */
  readonly hasProgress: boolean;
  readonly isConfigError: boolean;
}

/** What the policy says after an attempt: try again after so many seconds, or stop and why. */
export type RetryDecision =
  | { readonly kind: 'retry'; readonly waitSeconds: number }
  | { readonly kind: 'stop'; readonly because: string };

/**
 * Replays a retry policy over the attempts of one job and says what it prescribes after each of them.
 * Exponential: wait = initial·factor^(n−1) capped (facts: documented targets). Airbyte: RetryManager and BackoffPolicy of
 * airbyte-platform; wait = min(max, min·base^(n−1)) with n = successive complete failures, none after a partial failure.
 */
export function replayRetryPolicy(policy: RetryPolicy, attempts: readonly EndedAttempt[]): RetryDecision[] {
  switch (policy.kind) {
    case 'exponential':
      return attempts.map((attempt, index) => {
        const stopped = stopReason(attempt);
        if (stopped !== undefined) return stopped;
        if (index + 1 >= policy.attempts) return { kind: 'stop', because: `all ${policy.attempts} attempts are used` };
        return {
          kind: 'retry',
          waitSeconds: Math.min(policy.maxSeconds, policy.initialSeconds * policy.factor ** index),
        };
      });
    case 'airbyte':
      return replayAirbyte(policy, attempts);
    default:
      return policy satisfies never;
  }
}

function replayAirbyte(
  policy: Extract<RetryPolicy, { kind: 'airbyte' }>,
  attempts: readonly EndedAttempt[],
): RetryDecision[] {
  let completeInARow = 0;
  let completeTotal = 0;
  let partialInARow = 0;
  let partialTotal = 0;
  return attempts.map((attempt) => {
    const stopped = stopReason(attempt);
    if (stopped !== undefined) return stopped;
    if (attempt.hasProgress) {
      completeInARow = 0;
      partialInARow += 1;
      partialTotal += 1;
    } else {
      partialInARow = 0;
      completeInARow += 1;
      completeTotal += 1;
    }
    if (completeInARow >= policy.completeSuccessive)
      return { kind: 'stop', because: `${completeInARow} complete failures in a row` };
    if (completeTotal >= policy.completeTotal)
      return { kind: 'stop', because: `${completeTotal} complete failures in all` };
    if (partialInARow >= policy.partialSuccessive)
      return { kind: 'stop', because: `${partialInARow} partial failures in a row` };
    if (partialTotal >= policy.partialTotal)
      return { kind: 'stop', because: `${partialTotal} partial failures in all` };
    const waitSeconds =
      completeInARow < 1 ? 0 : Math.min(policy.maxSeconds, policy.minSeconds * policy.base ** (completeInARow - 1));
    return { kind: 'retry', waitSeconds };
  });
}

function stopReason(attempt: EndedAttempt): RetryDecision | undefined {
  if (!attempt.hasFailed) return { kind: 'stop', because: 'the attempt succeeded' };
  if (attempt.isConfigError) return { kind: 'stop', because: 'a configuration error is not retried' };
  return undefined;
}
