import { describeVictims } from '../../core/derive/victims.ts';
import { formatMillis } from '../../core/duration.ts';
import { describeDatabase } from '../../core/derive/database.ts';
import type { EventOf, RunEvent } from '../../core/events.ts';
import { countIn } from '../../core/sequence.ts';

const PHASES = {
  provision: 'The stack',
  'steady-state': 'Steady state: is everything healthy before anything is broken?',
  workload: 'Workload',
  fault: 'Fault',
  recovery: 'Recovery',
  verification: 'Verification: what became of jobs, records and writes?',
  teardown: 'Putting everything away',
} as const;

/** Statuses that a job should not end with. */
const BAD_ENDS: ReadonlySet<string> = new Set(['failed', 'cancelled']);

/** One line for events that a person wants to hear of while a run goes on; undefined for the others. */
export function sentenceFor(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'phase':
      return `▸ ${PHASES[event.name]}`;
    case 'step':
      return `  ${event.text}`;
    case 'platform.ready':
      return `  Stack is up: ${Object.entries(event.details)
        .map(([part, version]) => `${part} ${version}`)
        .join(', ')}`;
    case 'wait':
      return event.satisfied
        ? `  ✓ ${event.name} (after ${formatMillis(event.afterMs)})`
        : `  ✗ not so after ${formatMillis(event.afterMs)}: ${event.name}; last seen: ${event.lastState}`;
    case 'fault.injected':
      return `  ⚡ ${[event.fault, describeVictims(event.targets)].filter((part) => part !== '').join(': ')}`;
    case 'fault.evidence':
      return `  ${event.holds ? '✓' : '✗'} ${event.text}`;
    case 'fault.undone':
      return `  ${event.succeeded ? '✓' : '✗'} undo${event.lateMs === undefined ? '' : ` (${formatMillis(event.lateMs)} over its time)`}: ${event.text}`;
    case 'jobs.readable':
      return event.readable
        ? undefined
        : `  the jobs of a connection cannot be read: ${event.text ?? 'no reason given'}`;
    case 'job':
      return `  job ${event.jobId}: ${event.status}${event.attempts.length > 0 ? `, attempt ${event.attempts.length} ${event.attempts.at(-1)?.status ?? ''}` : ''}`;
    case 'attempt.log':
      return `  log of job ${event.jobId}, attempt ${event.attempt + 1}: ${event.lines === 0 ? 'not there' : 'there'}`;
    case 'alert':
      return `  alert received${event.jobId === undefined ? '' : ` for job ${event.jobId}`}`;
    case 'note':
      return `  ${event.level === 'info' ? 'note' : event.level}: ${event.text}`;
    case 'leftovers':
      return event.found.length === 0 ? undefined : `  left behind: ${event.found.join('; ')}`;
    case 'runbook.step':
      return `  ${event.ok ? '✓' : '✗'} ${event.title} (${formatMillis(event.end - event.start)}): ${event.details}`;
    case 'archive.damaged':
      return `  ⚡ segment ${event.segment} of the archive was ${event.how}`;
    case 'run.started':
      return `${event.scenario.title} (${event.scenario.id})\n  It proves: ${event.scenario.proves}\n  Objective: ${formatMillis(event.objective.recoverySeconds * 1000)} (${event.objective.source}); seed ${event.seed}`;
    case 'series.started':
      return `${event.scenarios.length} scenarios on one stack: ${event.scenarios.map(({ scenario }) => scenario).join(', ')}; seed ${event.seed}`;
    case 'series.run':
      return `\n━━ ${event.place}: ${event.scenario} ━━`;
    case 'run.finished':
      return event.outcome === 'completed' ? undefined : `  ${event.outcome}: ${event.reason ?? ''}`;
    case 'component':
      return event.state === 'exited' || event.state === 'backoff' ? `  ${event.instance} ${event.state}` : undefined;
    case 'machine':
      return event.up && event.ready !== false && event.schedulable !== false
        ? undefined
        : `  ${event.machine}: ${event.up ? (event.ready === false ? 'not ready' : 'takes nothing new') : 'no power'}`;
    case 'autoscaler':
      if (event.previousStart !== undefined) return `  of ${event.component} ${event.desired} are wanted now`;
      return event.current === event.desired
        ? undefined
        : `  autoscaler of ${event.component}: ${event.current} → ${event.desired}`;
    case 'eviction':
      return `  eviction of ${event.instance} ${event.text}`;
    case 'database':
      return `  database: ${describeDatabase(event)}`;
    case 'ledger.copy':
      return `  ${event.node} itself holds ${countIn(event.present)} writes of "${event.ledger}"`;
    case 'database.clients':
    case 'sample':
    case 'probe.defined':
    case 'prober':
    case 'connection':
    case 'source.rows':
    case 'delivery':
    case 'delivery.read':
    case 'ledger.frozen':
    case 'ledger.read':
    case 'fault.planned':
    case 'load':
    case 'load.summary':
    case 'load.runner':
    case 'schedule.set':
    case 'schedule.watched':
    case 'clock.read':
    case 'clock.told':
    case 'leader.claim':
    case 'lease.history':
    case 'load.failure':
    case 'backup':
    case 'archive':
    case 'archive.awaited':
    case 'archive.read':
    case 'recovery.target':
    case 'database.restored':
    case 'runbook.started':
    case 'snapshot':
      return undefined;
    case 'leader':
      return `  lease of ${event.component}: ${event.holder}${event.term === undefined ? '' : `, term ${event.term}`}`;
    default:
      return event satisfies never;
  }
}

/**
 * Jobs are written down at each change of their counters; a line is worth it only when the words change. Jobs of background
 * connections are many, and are worth one only when they were interrupted or end badly.
 */
export function withoutRepeats(): (event: RunEvent) => string | undefined {
  const lastByKey = new Map<string, string>();
  const background = new Set<string>();
  return (event) => {
    if (event.type === 'connection' && event.role === 'background') background.add(event.connectionId);
    if (event.type === 'job' && background.has(event.connectionId) && !isWorthALine(event)) return undefined;
    const text = sentenceFor(event);
    if (text === undefined) return undefined;
    const key = subjectOf(event);
    if (key === undefined) return text;
    if (lastByKey.get(key) === text) return undefined;
    lastByKey.set(key, text);
    return text;
  };
}

function isWorthALine({ status, attempts }: EventOf<'job'>): boolean {
  return BAD_ENDS.has(status) || attempts.length > 1 || attempts.some((attempt) => attempt.status === 'failed');
}

/** What a line is about that is worth saying again only in other words; undefined for the others. */
function subjectOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'job':
      return `job ${event.jobId}`;
    case 'component':
      return event.instance;
    case 'database':
      return event.type;
    default:
      return undefined;
  }
}
