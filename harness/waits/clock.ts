import { clockLooks } from '../core/derive/clock-looks.ts';
import { CLAIMED_CLOCK_OFF } from '../core/derive/fault-time.ts';
import { formatMillis, toMillis, type Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';
import { backAfterTool, claimLasted } from './through-tool.ts';

/** The API tells the time in its answers, and always the same: else a wrong one could not be told from a right one. */
export function clockTold({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'the API tells the time',
    timeoutMs: toMillis(within),
    isOver(history) {
      const seen = clockLooks(history);
      if (seen === undefined) return 'too few of its answers had a Date';
      return seen.isSame ? true : `its answers differ by ${formatMillis(seen.spreadMs)} before anything was done`;
    },
  };
}

/** Whoever tells it a wrong time has said for so long that it does. Hopeless where they never did. */
export function clockWasOff(span: Duration): Wait {
  return claimLasted(span, {
    claimed: CLAIMED_CLOCK_OFF,
    name: 'it has been told a wrong time',
    nothing: 'nothing is told a wrong time',
  });
}

/** The API tells the right time again. */
export function clockRight({ within }: { readonly within: Duration }): Wait {
  return backAfterTool({
    within,
    milestone: 'clock-right',
    notYet: 'its answers do not all tell the right time yet',
    notEnded: 'the wrong time could not be ended',
  });
}
