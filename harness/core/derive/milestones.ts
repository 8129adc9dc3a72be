import type { Bounds } from '../bounds.ts';
import type { History } from '../history.ts';
import { AFTERMATH_MILESTONES } from './milestones/aftermath-milestones.ts';
import { AUTOSCALING_MILESTONES } from './milestones/autoscaling-milestones.ts';
import { AVAILABILITY_MILESTONES } from './milestones/availability-milestones.ts';
import { CLOCK_MILESTONES } from './milestones/clock-milestones.ts';
import { COMPOUND_MILESTONES } from './milestones/compound-milestones.ts';
import { DATABASE_MILESTONES } from './milestones/database-milestones.ts';
import { INSTANCE_MILESTONES } from './milestones/instance-milestones.ts';
import { JOB_MILESTONES } from './milestones/job-milestones.ts';
import { SOURCE_MILESTONES } from './milestones/source-milestones.ts';
import { MACHINE_MILESTONES } from './milestones/machine-milestones.ts';
import type { MilestoneKind, Seen } from './milestones/milestone-kind.ts';
import { REPLACEMENT_MILESTONES } from './milestones/replacement-milestones.ts';
import { SCHEDULE_MILESTONES } from './milestones/schedule-milestones.ts';
import { SITE_MILESTONES } from './milestones/site-milestones.ts';
import { RUNBOOK_MILESTONES } from './milestones/runbook-milestones.ts';

/** A moment on the way to recovery, or beside it. `at` is undefined when it was not seen. */
export interface DerivedMilestone {
  readonly id: string;
  readonly title: string;
  readonly at: Bounds | undefined;
  readonly isOnPath: boolean;
  readonly evidence: readonly number[];
}

const KINDS = {
  ...COMPOUND_MILESTONES,
  ...INSTANCE_MILESTONES,
  ...REPLACEMENT_MILESTONES,
  ...JOB_MILESTONES,
  ...SCHEDULE_MILESTONES,
  ...DATABASE_MILESTONES,
  ...AVAILABILITY_MILESTONES,
  ...AFTERMATH_MILESTONES,
  ...SOURCE_MILESTONES,
  ...RUNBOOK_MILESTONES,
  ...SITE_MILESTONES,
  ...MACHINE_MILESTONES,
  ...AUTOSCALING_MILESTONES,
  ...CLOCK_MILESTONES,
};

export type MilestoneId = keyof typeof KINDS;

/** The moment `id` of a trial, or undefined when it was not seen. Instants in milliseconds on the run's clock. */
export function findMilestone(history: History, id: MilestoneId): Seen {
  return KINDS[id].find(history);
}

/** What the moment is called in front of people. */
export function milestoneTitle(id: MilestoneId): string {
  return KINDS[id].title;
}

/** True when the moment can only come while the interrupted job is open. */
export function isOfInterruptedJob(id: string): boolean {
  return isMilestoneId(id) && KINDS[id].of === 'job';
}

/** The check that says why the moment never came, where there is one. */
export function checkBehind(id: string): string | undefined {
  const kind: MilestoneKind | undefined = isMilestoneId(id) ? KINDS[id] : undefined;
  return kind?.judgedBy;
}

/** True when the moment is in the record as soon as it has come; see {@link MilestoneKind}. */
export function isToldAtOnce(id: string): boolean {
  const kind: MilestoneKind | undefined = isMilestoneId(id) ? KINDS[id] : undefined;
  return kind?.isToldAtOnce === true;
}

/** True when something was seen that may be the moment, or may not. */
export function mayHaveCome(history: History, id: string): boolean {
  const kind: MilestoneKind | undefined = isMilestoneId(id) ? KINDS[id] : undefined;
  return kind?.mayHaveCome?.(history) === true && kind.find(history) === undefined;
}

/** The milestones that the scenario of the record names: those on the way to recovery, then those beside it that can come in this record. */
export function milestonesOf(history: History): DerivedMilestone[] {
  const named = history.first('run.started')?.milestones;
  const kindOf = (id: string): MilestoneKind | undefined => (isMilestoneId(id) ? KINDS[id] : undefined);
  const describe = (id: string, isOnPath: boolean): DerivedMilestone => {
    const kind = kindOf(id);
    const seen = kind?.find(history);
    return { id, title: kind?.title ?? id, isOnPath, at: seen?.at, evidence: seen?.evidence ?? [] };
  };
  const path = named?.path ?? [];
  // Variants of a scenario end in different moments: what one has beside the way another may have on it.
  const others = (named?.beside ?? []).filter((id) => !path.includes(id));
  const beside = others.filter((id) => kindOf(id)?.canCome?.(history) ?? true);
  return [...path.map((id) => describe(id, true)), ...beside.map((id) => describe(id, false))];
}

function isMilestoneId(id: string): id is MilestoneId {
  return Object.hasOwn(KINDS, id);
}
