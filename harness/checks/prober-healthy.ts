import { formatMillis } from '../core/duration.ts';
import type { Check } from '../core/scenario.ts';

/** A stall of the prober up to this long widens the bounds; a longer one leaves a hole in what is known. Milliseconds. */
const STALL_LIMIT_MS = 1000;

/** The harness itself was able to measure: its prober was never stalled for long. */
export function proberHealthy(): Check {
  return {
    id: 'prober_healthy',
    title: 'The harness itself was able to measure',
    failure: 'The harness itself was not able to measure',
    judge(history) {
      const windows = history.all('prober');
      if (windows.length === 0)
        return { verdict: 'unknown', summary: 'The prober left no account of itself.', evidence: [] };
      const worst = windows.reduce((a, b) => (b.delayMaxMs > a.delayMaxMs ? b : a));
      const samples = windows.reduce((sum, window) => sum + window.samples, 0);
      const summary = `${samples.toLocaleString('en-US')} samples; the prober's own event loop was late by ${formatMillis(worst.delayMaxMs)} at most.`;
      const written = history.all('sample').length;
      if (written !== samples) {
        const lacking = `The prober says that it made ${samples.toLocaleString('en-US')} samples, and the record has ${written.toLocaleString('en-US')} of them.`;
        return { verdict: 'unknown', summary: lacking, evidence: [worst.i] };
      }
      return { verdict: worst.delayMaxMs > STALL_LIMIT_MS ? 'unknown' : 'pass', summary, evidence: [worst.i] };
    },
  };
}
