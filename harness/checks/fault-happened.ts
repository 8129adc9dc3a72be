import { showsEffect } from '../core/derive/fault-time.ts';
import type { EventOf } from '../core/events.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';

type Evidence = EventOf<'fault.evidence'>;
type Injected = EventOf<'fault.injected'>;

/** Faults whose effect is looked for target by target: one that is gone says nothing of the other. */
const LOOKED_AT_ONE_BY_ONE: ReadonlySet<string> = new Set(['kill-instance', 'terminate-instance', 'lose-node']);

/** The fault really happened, and to the right victim. `requires` are kinds of evidence that must be there and hold. */
export function faultHappened({ requires }: { readonly requires: readonly string[] }): Check {
  return {
    id: 'fault_happened',
    title: 'The fault really happened, to the right victim',
    failure: 'The fault did not happen as planned',
    judge(history) {
      const injected = history.first('fault.injected');
      if (injected === undefined) return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      // What was seen before the fault is no evidence of it.
      const evidence = history.all('fault.evidence').filter(({ i }) => i > injected.i);
      const indexes = [injected.i, ...evidence.map((event) => event.i)];
      const against = evidence.filter((event) => !event.holds).map((event) => event.text);
      const survived = evidence.filter((event) => !event.holds && (requires.includes(event.kind) || isEffect(event)));
      const missing = [
        ...requires.filter((kind) => !evidence.some((event) => event.kind === kind && event.holds)),
        ...history.all('fault.injected').flatMap((each) => lackingEffect(each, evidence)),
      ];
      const never = neverInjected(history);
      if (missing.length + survived.length + never.length > 0) {
        const found = against.length > 0 ? against : missing.length > 0 ? [`no evidence of ${missing.join(', ')}`] : [];
        const reason = [...never, ...found].join('; ');
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

/** True for a look at what the fault is named for, whether it was seen or not. */
function isEffect(event: Evidence): boolean {
  return showsEffect({ ...event, holds: true });
}

/**
 * Two faults of a compound failure can be of one kind: the effect of one is no evidence for the other. A load, or a machine that runs
 * nothing of the stack, has no targets: its effect has to be seen as any other.
 */
function lackingEffect({ fault, nth, i, targets }: Injected, evidence: readonly Evidence[]): string[] {
  const effects = evidence.filter(
    (event) => event.fault === fault && event.nth === nth && event.i > i && showsEffect(event),
  );
  if (effects.length === 0) return [`an effect of ${fault}`];
  const unseen = LOOKED_AT_ONE_BY_ONE.has(fault) ? targets.length - effects.length : 0;
  return unseen > 0 ? [`an effect of ${fault} on ${unseen} of its ${targets.length} targets`] : [];
}

/** Faults of a compound failure that are planned, or on the way to the recovery, and were not carried out. */
function neverInjected(history: History): string[] {
  const injected = history.all('fault.injected');
  const planned = history
    .all('fault.planned')
    .filter(({ fault, nth }) => !injected.some((event) => event.fault === fault && event.nth === nth));
  const isCompound = history.first('run.started')?.milestones.path.includes('last-fault-injected') === true;
  if (planned.length === 0 && isCompound && injected.length < 2) return ['its further fault was never injected'];
  return planned.map(({ description }) => `planned and never injected: ${description}`);
}
