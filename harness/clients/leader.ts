import { z } from 'zod';
import { ChaosError, describeError } from '../core/errors.ts';

const leaderReply = z.object({ leader: z.string().nullable(), term: z.union([z.int(), z.string()]).nullish() });

/** Who an instance says leads, and under which term of office. */
export interface LeaderView {
  readonly holder: string;
  readonly term?: string;
}

/**
 * Asks one scheduler instance who leads.
 * @throws ChaosError `client` when it does not answer or its answer is not understood.
 */
export async function askForLeader(url: string, signal: AbortSignal): Promise<LeaderView> {
  try {
    const response = await fetch(`${url}/leader`, { signal: AbortSignal.any([signal, AbortSignal.timeout(1000)]) });
    const { leader, term } = leaderReply.parse(await response.json());
    return { holder: leader ?? 'nobody', ...(term == null ? {} : { term: String(term) }) };
  } catch (error) {
    throw new ChaosError({
      code: 'client',
      message: `${url} did not say who leads: ${describeError(error)}.`,
      cause: error,
    });
  }
}
