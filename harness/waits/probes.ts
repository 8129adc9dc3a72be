import { toMillis, type Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';

/** Every probe has had good samples and no bad one for the last `span`. */
export function probesGood({ span, within }: { readonly span: Duration; readonly within: Duration }): Wait {
  const spanMs = toMillis(span);
  return {
    name: `all probes were good for ${span}`,
    timeoutMs: toMillis(within),
    isOver(history, nowMs) {
      for (const probe of history.all('probe.defined')) {
        const samples = history.all('sample').filter((sample) => sample.probe === probe.probe);
        const bad = samples.findLast((sample) => !sample.ok);
        const since = bad === undefined ? samples[0]?.intended : bad.end;
        if (since === undefined) return `probe ${probe.probe} has no sample yet`;
        if (bad !== undefined && nowMs - bad.end < spanMs)
          return `probe ${probe.probe} was bad ${Math.round(nowMs - bad.end)} ms ago: ${bad.note ?? 'no detail'}`;
        if (nowMs - since < spanMs)
          return `probe ${probe.probe} has been good for only ${Math.round(nowMs - since)} ms`;
      }
      return history.all('probe.defined').length === 0 ? 'no probe is running' : true;
    },
  };
}
