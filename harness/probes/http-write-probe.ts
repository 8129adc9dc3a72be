import type { Clock } from '../core/clock.ts';
import type { HttpWriteProbe } from '../core/probe.ts';
import type { HttpAnswer } from './http-connection.ts';
import { openConnections, requestBytes } from './http-connections.ts';
import { timeoutNote, type ProbeClient, type ProbeOutcome } from './probe-client.ts';

/** Writes one numbered object per sample; a write that is slow to be acknowledged delays no other. */
export async function openHttpWriteProbe(spec: HttpWriteProbe, clock: Clock): Promise<ProbeClient> {
  const url = new URL(spec.url);
  const connections = await openConnections(url, clock);
  let nextSeq = 1;
  return {
    begin(onOutcome) {
      const seq = nextSeq++;
      const connection = connections.take();
      const request = requestBytes(url, 'POST', { body: spec.body.replaceAll('{seq}', String(seq)) });
      connection.send(request, undefined, (outcome, answer) => {
        onOutcome(outcome && { ...outcome, write: { seq, outcome: outcomeOf(answer) } });
      });
      return {
        expire() {
          connection.drop();
          const note = timeoutNote(spec.timeoutMs);
          return { ok: false, hung: true, note, write: { seq, outcome: 'indeterminate' } };
        },
      };
    },
    close: () => connections.close(),
  };
}

/**
 * A 4xx refuses the write. After a 5xx, or no answer at all, it may have been made all the same: the answer to a commit can be
 * what was lost.
 */
function outcomeOf({ status, isRefused }: HttpAnswer): NonNullable<ProbeOutcome['write']>['outcome'] {
  if (isRefused === true) return 'failed';
  if (status === undefined || status >= 500) return 'indeterminate';
  return status >= 200 && status <= 299 ? 'acknowledged' : 'failed';
}
