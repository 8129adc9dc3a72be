import { seen, unseen, type Seen } from '../../core/audit-observations.ts';
import { ChaosError, describeError } from '../../core/errors.ts';

/** Looks, and keeps why it could not. */
export async function look<T>(read: () => Promise<T>): Promise<Seen<T>> {
  try {
    return seen(await read());
  } catch (error) {
    if (error instanceof ChaosError && error.code === 'interrupted') throw error;
    return unseen(describeError(error), error instanceof ChaosError ? error.tryThis : undefined);
  }
}
