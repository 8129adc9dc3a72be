import type { JournalJob, Milestone, Trial } from '../../../core/journal.ts';
import { formatMany, formatSeconds } from '../../measurement.ts';
import { select, type RecordView } from '../../record-view.ts';
import { markup, type MarkupValue } from '../markup.ts';
import { recoveryParts } from '../recovery-section.ts';
import { bar, marker, type Lane } from './lane.ts';
import { isInside, position, type TimeAxis } from './time-axis.ts';

const MOST_JOBS = 8;

/** The attempts of each job and the waits between them, those in flight at the fault first. */
export function jobLanes(trial: Trial, axis: TimeAxis): { lanes: Lane[]; remark: string } {
  const inside = trial.jobs
    .filter((job) => job.attempts.some((attempt) => startOf(attempt) !== null))
    .toSorted((a, b) => Number(b.wasInFlight) - Number(a.wasInFlight));
  const left = inside.length - MOST_JOBS;
  return {
    lanes: inside.slice(0, MOST_JOBS).map((job) => jobLane(job, axis)),
    remark: left > 0 ? `${formatMany(left, 'more job')} not drawn; the table of jobs has them all.` : '',
  };
}

type Attempt = JournalJob['attempts'][number];

function startOf(attempt: Attempt): number | null {
  const seconds = attempt.startedSeconds?.best ?? attempt.startedSeconds?.low;
  return seconds === undefined ? null : seconds * 1000;
}

function endOf(attempt: Attempt): number | null {
  const seconds = attempt.endedSeconds?.best;
  return seconds === undefined || seconds === null ? null : seconds * 1000;
}

function jobLane(job: JournalJob, axis: TimeAxis): Lane {
  const words = job.attempts.map((attempt) => `attempt ${attempt.number + 1} ${attempt.status}`);
  return {
    label: `Job ${job.jobId}`,
    note: markup`<span class="lane-note">${job.connectionName}</span>`,
    heightPx: 24,
    sentence: `Job ${job.jobId} of ${job.connectionName}: ${words.join(', then ')}.`,
    content: job.attempts.map((attempt, n): MarkupValue => [
      attemptBar(job, attempt, axis),
      waitLine(job.attempts[n - 1], attempt, axis),
    ]),
  };
}

const ATTEMPT_CLASS: Readonly<Record<string, string>> = { succeeded: 'ready', failed: 'down', running: 'waiting' };

function attemptBar(job: JournalJob, attempt: Attempt, axis: TimeAxis): MarkupValue {
  const fromMs = startOf(attempt);
  if (fromMs === null) return null;
  const word = `${attempt.number + 1} ${attempt.status}`;
  const title = `Job ${job.jobId}, attempt ${word}${attempt.failure === null ? '' : `: ${attempt.failure}`}`;
  const className = ATTEMPT_CLASS[attempt.status] ?? 'waiting';
  return bar(axis, { fromMs, toMs: endOf(attempt) ?? axis.endMs, className, title, label: word });
}

function waitLine(before: Attempt | undefined, attempt: Attempt, axis: TimeAxis): MarkupValue {
  const fromMs = before === undefined ? null : endOf(before);
  const toMs = startOf(attempt);
  if (fromMs === null || toMs === null || !isInside(axis, fromMs, toMs)) return null;
  const policy = attempt.policyWaitSeconds === null ? '' : `, policy ${formatSeconds(attempt.policyWaitSeconds)}`;
  const wait = attempt.waitedSeconds?.best ?? (toMs - fromMs) / 1000;
  return markup`<line class="wait-line" x1="${position(axis, fromMs)}%" x2="${position(axis, toMs)}%" y1="12" y2="12"><title>waited ${formatSeconds(wait)}${policy}</title></line>`;
}

/** The alerts that the sink received. */
export function alertLane(record: RecordView, trial: Trial, axis: TimeAxis): Lane[] {
  const alerts = select(record.others, 'alert', trial.trial).filter((event) => isInside(axis, event.end));
  if (alerts.length === 0) return [];
  return [
    {
      label: 'alerts',
      heightPx: 24,
      sentence: `${formatMany(alerts.length, 'alert')}: ${alerts.map((event) => event.text).join('; ')}`,
      content: alerts.map((event) => marker(axis, event.end, 'alert', event.text)),
    },
  ];
}

/** The steps of the run itself, so that a reader knows what the harness was doing. */
export function stepLane(record: RecordView, trial: Trial, axis: TimeAxis): Lane[] {
  const phases = select(record.others, 'phase', trial.trial).filter((event) => event.t < axis.endMs);
  if (phases.length === 0) return [];
  return [
    {
      label: 'run',
      heightPx: 24,
      sentence: `Steps of the run: ${phases.map((event) => event.name).join(', then ')}.`,
      content: phases.map((event, n) =>
        bar(axis, {
          fromMs: event.t,
          toMs: phases[n + 1]?.t ?? axis.endMs,
          className: n % 2 === 0 ? 'step' : 'step is-other',
          title: event.name,
          label: event.name,
        }),
      ),
    },
  ];
}

/** The milestones on the way, numbered as in the phase bar; those beside it are hollow diamonds. */
export function milestoneLane(trial: Trial, axis: TimeAxis): Lane[] {
  const seen = trial.milestones.filter((milestone) => milestone.atSeconds !== null);
  if (seen.length === 0) return [];
  const onPath = recoveryParts(trial.milestones).map((part) => part.milestone);
  const besideFirst = seen.toSorted((a, b) => onPath.indexOf(a) - onPath.indexOf(b));
  return [
    {
      label: 'milestones',
      heightPx: 24,
      sentence: `Milestones: ${seen.map((milestone) => milestone.title).join(', ')}.`,
      content: besideFirst.map((milestone) => milestoneMark(milestone, onPath.indexOf(milestone) + 1, axis)),
    },
  ];
}

function milestoneMark(milestone: Milestone, number: number, axis: TimeAxis): MarkupValue {
  const atMs = (milestone.atSeconds ?? 0) * 1000;
  if (number === 0) return marker(axis, atMs, 'milestone is-beside', milestone.title);
  if (!isInside(axis, atMs)) return null;
  return markup`<svg x="${position(axis, atMs)}%" y="12" overflow="visible"><g><title>${milestone.title}</title><circle class="milestone" r="8"/><text class="milestone-number" y="4" text-anchor="middle">${number}</text></g></svg>`;
}
