import type { Bounds } from '../bounds.ts';
import type { History } from '../history.ts';
import { INSTANCE_MILESTONES } from './milestones/instance-milestones.ts';
import { JOB_MILESTONES } from './milestones/job-milestones.ts';
import type { MilestoneKind, Seen } from './milestones/milestone-kind.ts';
import { RUNBOOK_MILESTONES } from './milestones/runbook-milestones.ts';

/** A moment on the way to recovery, or beside it. `at` is undefined when it was not seen. */
export interface DerivedMilestone {
  readonly id: string;
  readonly title: string;
  readonly at: Bounds | undefined;
  readonly isOnPath: boolean;
  readonly evidence: readonly number[];
}

const KINDS = { ...INSTANCE_MILESTONES, ...JOB_MILESTONES, ...RUNBOOK_MILESTONES };

export type MilestoneId = keyof typeof KINDS;

/** The moment `id` of a trial, or undefined when it was not seen. Instants in milliseconds on the run's clock. */
export function findMilestone(history: History, id: MilestoneId): Seen {
  return KINDS[id].find(history);
}

/** True when the moment can only come while the interrupted job is open. */
export function isOfInterruptedJob(id: string): boolean {
  return isMilestoneId(id) && KINDS[id].of === 'job';
}

/** The milestones that the scenario of the record names: those on the way to recovery, then those beside it. */
export function milestonesOf(history: History): DerivedMilestone[] {
  const named = history.first('run.started')?.milestones;
  const describe = (id: string, isOnPath: boolean): DerivedMilestone => {
    const kind: MilestoneKind | undefined = isMilestoneId(id) ? KINDS[id] : undefined;
    const seen = kind?.find(history);
    return { id, title: kind?.title ?? id, isOnPath, at: seen?.at, evidence: seen?.evidence ?? [] };
  };
  return [
    ...(named?.path ?? []).map((id) => describe(id, true)),
    ...(named?.beside ?? []).map((id) => describe(id, false)),
  ];
}

function isMilestoneId(id: string): id is MilestoneId {
  return Object.hasOwn(KINDS, id);
}
