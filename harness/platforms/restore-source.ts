import { connectSourceControl } from '../clients/source-outage.ts';
import type { Endpoint, RunningStack } from '../core/platform.ts';

/** Gives the source system at this address back, with `table` where that was taken away. Returns what was done, in words. */
export async function restoreSourceAt(
  at: Endpoint,
  credentials: RunningStack['credentials'],
  table: string | undefined,
): Promise<string> {
  const source = await connectSourceControl(at, credentials);
  try {
    await source.restore(table);
  } finally {
    await source.end();
  }
  return table === undefined ? 'the source takes connections again' : 'the source has its table again';
}
