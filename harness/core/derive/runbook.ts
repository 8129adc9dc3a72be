import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';

/** A step of the runbook and what became of it; `executed` is undefined when it was never come to. */
export interface FollowedStep {
  readonly id: string;
  readonly title: string;
  readonly executed: EventOf<'runbook.step'> | undefined;
}

/** The steps of the runbook that the record was made with, in order; empty when none was begun. */
export function followedSteps(history: History): FollowedStep[] {
  const started = history.latest('runbook.started');
  return (started?.steps ?? []).map(({ id, title }) => ({
    id,
    title,
    executed: history.latest('runbook.step', (event) => event.runbook === started?.runbook && event.step === id),
  }));
}

/** The step at which the runbook stopped. */
export function failedStep(history: History): EventOf<'runbook.step'> | undefined {
  return history.latest('runbook.step', (event) => !event.ok);
}
