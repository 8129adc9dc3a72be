import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';

/** How the note begins that says that nobody could read which syncs run. The words are part of the record. */
export const SYNCS_NOT_TOLD = 'Which syncs run could not be told';

/** Where nobody could read which syncs run: that none was seen says nothing then. */
export function unreadSyncs(history: History): EventOf<'note'> | undefined {
  return history.latest('note', ({ text }) => text.startsWith(SYNCS_NOT_TOLD));
}
