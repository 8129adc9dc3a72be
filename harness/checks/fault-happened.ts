import { showsEffect } from '../core/derive/fault-time.ts';
import type { Check } from '../core/scenario.ts';

/** The fault really happened, and to the right victim. `requires` are kinds of evidence that must be there and hold. */
export function faultHappened({ requires }: { readonly requires: readonly string[] }): Check {
  return {
    id: 'fault_happened',
    title: 'The fault really happened, to the right victim',
    failure: 'The fault did not happen as planned',
    judge(history) {
      const injected = history.first('fault.injected');
      if (injected === undefined) return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const evidence = history.all('fault.evidence');
      const indexes = [injected.i, ...evidence.map((event) => event.i)];
      const missing = requires.filter((kind) => !evidence.some((event) => event.kind === kind && event.holds));
      const idle = history.all('fault.injected').filter(
        // Two faults of a compound failure can be of one kind: the effect of one is no evidence for the other.
        // A load, or a machine that runs nothing of the stack, has no targets: its effect has to be seen as any other.
        ({ fault, nth, i }) =>
          !evidence.some((event) => event.fault === fault && event.nth === nth && event.i > i && showsEffect(event)),
      );
      missing.push(...idle.map(({ fault }) => `an effect of ${fault}`));
      if (missing.length > 0) {
        const against = evidence.filter((event) => !event.holds).map((event) => event.text);
        const reason = against.length > 0 ? against.join('; ') : `no evidence of ${missing.join(', ')}`;
        return { verdict: 'unknown', summary: `Nothing can be concluded from this run: ${reason}.`, evidence: indexes };
      }
      return {
        verdict: 'pass',
        summary: `${[...new Set(evidence.map((event) => event.text))].join('; ')}.`,
        evidence: indexes,
      };
    },
  };
}
