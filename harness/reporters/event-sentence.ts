import { describeAhead } from '../core/derive/clock-looks.ts';
import { describeVictims } from '../core/derive/victims.ts';
import { formatMillis } from '../core/duration.ts';
import { describeDatabase } from '../core/derive/database.ts';
import type { EventOf, RunEvent } from '../core/events.ts';
import { countIn, formatRanges } from '../core/sequence.ts';
import { formatCount, formatMany } from './measurement.ts';
import { describeRecovery } from './recovery-sentence.ts';

/** One plain sentence for an event of the record. The text is not escaped. */
export function describeEvent(event: RunEvent): string {
  switch (event.type) {
    case 'run.started':
      return `Run of ${event.scenario.id} started, seed ${event.seed}, ${formatMany(event.trials, 'trial')}.`;
    case 'platform.ready':
      return `Platform ${event.platform} with profile ${event.profile} is ready.`;
    case 'phase':
      return `Phase ${event.name} begins.`;
    case 'step':
      return event.text;
    case 'wait':
      return describeWait(event);
    case 'component':
      return describeComponent(event);
    case 'machine':
      return `${event.machine}${event.zone === undefined ? '' : ` in zone ${event.zone}`} ${event.up ? 'has power' : 'has no power'}${event.ready === undefined ? '' : event.ready ? ', the platform calls it ready' : ', the platform calls it not ready'}${event.schedulable === false ? ', takes nothing new' : ''}.`;
    case 'autoscaler':
      if (event.previousStart !== undefined)
        return `Of ${event.component} ${event.desired} are wanted now, ${event.current} are there; who changed it is not seen.`;
      return `Autoscaler of ${event.component}: ${event.current} there, ${event.desired} wanted (${event.minimum}–${event.maximum})${event.utilization === undefined ? '' : `, CPU at ${event.utilization} % of what they asked for`}${event.target === undefined ? '' : `, it aims at ${event.target} %`}.`;
    case 'eviction':
      return `Eviction of ${event.instance}: ${event.text}.`;
    case 'probe.defined':
      return `Probe ${event.probe} watches ${event.target} (${event.kind}) every ${formatMillis(event.everyMs)}, time-out ${formatMillis(event.timeoutMs)}.`;
    case 'sample':
      return describeSample(event);
    case 'prober':
      return `The prober itself: ${formatMany(event.samples, 'sample')}, event-loop delay p99 ${event.delayP99Ms.toFixed(1)} ms, worst ${event.delayMaxMs.toFixed(1)} ms.`;
    case 'connection':
      return `Connection ${event.name} (${event.connectionId}, ${event.role}), schedule: ${event.schedule}.`;
    case 'fault.planned':
    case 'fault.injected':
    case 'fault.evidence':
    case 'fault.undone':
      return describeFault(event);
    case 'job':
    case 'jobs.readable':
    case 'source.rows':
    case 'delivery':
    case 'delivery.read':
    case 'ledger.frozen':
    case 'ledger.read':
      return describeWork(event);
    case 'load':
    case 'load.summary':
    case 'load.runner':
    case 'load.failure':
      return describeLoad(event);
    case 'attempt.log':
      return `Log of job ${event.jobId}, attempt ${event.attempt + 1}: ${event.lines === 0 ? 'not there' : formatMany(event.lines, 'line')}.`;
    case 'alert':
      return `${event.isRepeat === true ? 'The same alert again' : 'Alert'}: ${event.text}`;
    case 'leader':
      return `Leader of ${event.component} is ${event.holder}${event.term === undefined ? '' : ` (term ${event.term})`}.`;
    case 'leader.claim':
      return `${event.instance} ${event.claims ? `believes that it leads${event.term === undefined ? '' : ` (term ${event.term})`}` : 'does not lead, it says'}.`;
    case 'lease.history':
      return `Lease history of ${event.component}: ${event.terms.map(({ term, holder, reason }) => `term ${term} ${holder} (${reason ?? 'lasts'})`).join(', ') || 'empty'}.`;
    case 'schedule.set':
      return `Schedule of ${event.connectionId} set: ${event.rule.kind === 'cron' ? `cron ${event.rule.expression} (${event.rule.timeZone})` : `every ${formatMillis(event.rule.everyMs)}`}.`;
    case 'schedule.watched':
      return `The jobs of ${event.connectionId} were looked at: none was overlooked until here.`;
    case 'clock.read':
      return `The clock of the database said ${new Date(event.epochMs).toISOString()}.`;
    case 'clock.told':
      return `An answer of ${event.component} told a time that was ${describeAhead((event.ahead[0] + event.ahead[1]) / 2)} the clock here.`;
    case 'database':
      return `Database: ${describeDatabase(event)}.`;
    case 'database.clients':
      return `At work on ${event.node}: ${event.clients.map(({ name }) => name).join(', ') || 'nobody'}.`;
    case 'ledger.copy':
      return `${event.node} itself holds of ledger ${event.ledger}: ${formatRanges(event.present) || 'nothing'}.`;
    case 'backup':
    case 'archive':
    case 'archive.awaited':
    case 'archive.read':
    case 'archive.damaged':
    case 'recovery.target':
    case 'database.restored':
    case 'runbook.started':
    case 'runbook.step':
    case 'snapshot':
      return describeRecovery(event);
    case 'leftovers':
      return describeLeftovers(event);
    case 'note':
      return `${event.level === 'info' ? 'Note' : event.level === 'warning' ? 'Warning' : 'Error'}: ${event.text}`;
    case 'run.finished':
      return `Run ${event.outcome}${event.reason === undefined ? '' : `: ${event.reason}`}.`;
    case 'series.started':
      return `Series of ${formatMany(event.scenarios.length, 'scenario')} on one stack started, seed ${event.seed}.`;
    case 'series.run':
      return `Scenario ${event.place}, ${event.scenario}, begins as run ${event.runId}.`;
    default:
      return event satisfies never;
  }
}

function describeWait(event: EventOf<'wait'>): string {
  const after = formatMillis(event.afterMs);
  return event.satisfied
    ? `${event.name}: after ${after}.`
    : `${event.name}: not within ${formatMillis(event.timeoutMs)}; last seen: ${event.lastState}.`;
}

function describeComponent(event: EventOf<'component'>): string {
  const ready = event.state === 'running' ? (event.ready ? ' and ready' : ', not ready yet') : '';
  const pid = event.pid === undefined ? '' : `, process ${event.pid}`;
  const pod = event.uid === undefined ? '' : `, pod ${event.uid}`;
  const service = event.inService === undefined ? '' : event.inService ? ', in service' : ', not in service';
  const where = event.node === undefined ? '' : ` on ${event.node}`;
  const detail = event.detail === undefined ? '' : `: ${event.detail}`;
  return `${event.instance} is ${event.state}${ready}${where}${service}${pid}${pod}, ${formatMany(event.restarts, 'restart')}${detail}.`;
}

function describeSample(event: EventOf<'sample'>): string {
  const took = formatMillis(event.end - event.start);
  const write = event.write === undefined ? '' : `, write ${event.write.seq} ${event.write.outcome}`;
  return `${event.probe}: ${event.ok ? 'good' : 'bad'} after ${took}${write}${event.note === undefined ? '' : ` (${event.note})`}.`;
}

function describeLoad(event: EventOf<'load' | 'load.summary' | 'load.runner' | 'load.failure'>): string {
  switch (event.type) {
    case 'load': {
      const about =
        event.uncertainMs === undefined ? '' : ` (its time is right within ${formatMillis(event.uncertainMs)})`;
      return `Load: ${formatMany(event.requests, 'request')} in ${formatMillis(event.to - event.from)}${about}, ${formatCount(event.failed)} failed, p95 ${event.p95Ms.toFixed(0)} ms, worst ${event.maxMs.toFixed(0)} ms.`;
    }
    case 'load.summary':
      return `Load in all: ${formatMany(event.requests, 'request')}, ${formatCount(event.failed)} failed, ${formatCount(event.dropped)} not started in time; k6 exit code ${event.exitCode}.${event.note === undefined ? '' : ` ${event.note}`}`;
    case 'load.runner': {
      const { runner, counts, clockAhead, problem } = event;
      const said =
        counts === undefined
          ? ''
          : ` ${formatMany(counts.requests, 'request')}, ${formatCount(counts.failed)} failed, ${formatCount(counts.dropped)} not started in time.`;
      const clock =
        clockAhead === undefined
          ? ''
          : ` Its clock was between ${clockAhead.lowMs.toFixed(0)} and ${clockAhead.highMs.toFixed(0)} ms ahead of the one here.`;
      return `Runner ${runner} of the load:${said}${problem === undefined ? '' : ` ${problem}.`}${clock}`;
    }
    case 'load.failure':
      return `A request of the load failed: ${event.request} (${event.note}).`;
    default:
      return event satisfies never;
  }
}

type FaultEvent = EventOf<'fault.planned' | 'fault.injected' | 'fault.evidence' | 'fault.undone'>;

function describeFault(event: FaultEvent): string {
  switch (event.type) {
    case 'fault.planned':
      return `Planned: ${event.description}${before(', on ', describeVictims(event.targets))}. To undo: ${event.undo.join('; ') || 'nothing'}.`;
    case 'fault.injected':
      return `Injected ${event.fault}${before(' into ', nameTargets(event.targets))}; it took ${formatMillis(event.end - event.start)}.`;
    case 'fault.evidence':
      return `${event.holds ? 'Evidence' : 'Evidence against it'} (${event.kind}): ${event.text}.`;
    case 'fault.undone':
      return `${event.succeeded ? 'Undone' : 'NOT undone'}${event.lateMs === undefined ? '' : `, ${formatMillis(event.lateMs)} over its time`}: ${event.text}.`;
    default:
      return event satisfies never;
  }
}

type WorkEvent = EventOf<
  'job' | 'jobs.readable' | 'source.rows' | 'delivery' | 'delivery.read' | 'ledger.frozen' | 'ledger.read'
>;

function describeWork(event: WorkEvent): string {
  switch (event.type) {
    case 'job':
      return describeJob(event);
    case 'jobs.readable':
      return event.readable
        ? `The jobs of ${event.connectionId} can be read again.`
        : `The jobs of ${event.connectionId} cannot be read: ${event.text ?? 'no reason given'}`;
    case 'source.rows':
      return `The source acknowledged ${formatMany(countIn(event.rows), 'record')}: ${formatRanges(event.rows)}.`;
    case 'delivery':
      return `The destination of ${event.connectionId} holds ${formatMany(event.rows, 'row')}, up to record ${formatCount(event.maxSeq)}.`;
    case 'delivery.read':
      return `Final read of ${event.connectionId}: ${formatMany(event.rows, 'row')}; present: ${formatRanges(event.present) || 'nothing'}; repeated: ${formatMany(countIn(event.repeated.map((item) => item.range)), 'record')}.`;
    case 'ledger.frozen':
      return `Ledger ${event.ledger} frozen: ${formatCount(event.acknowledged)} acknowledged, ${formatCount(event.failed)} failed, ${formatCount(event.indeterminate)} without an answer.`;
    case 'ledger.read':
      return `Ledger ${event.ledger} read: present ${formatRanges(event.present) || 'nothing'}.`;
    default:
      return event satisfies never;
  }
}

function describeJob(event: EventOf<'job'>): string {
  const last = event.attempts.at(-1);
  if (last === undefined) return `Job ${event.jobId} is ${event.status}, no attempt yet.`;
  const failure = last.failure === undefined ? '' : ` (${last.failure})`;
  return `Job ${event.jobId} is ${event.status}; attempt ${last.number + 1} ${last.status}${failure}.`;
}

function describeLeftovers(event: EventOf<'leftovers'>): string {
  const when = event.scope === 'after-fault' ? 'after the fault' : 'after teardown';
  if (!event.complete) return `The scan for left-overs ${when} could not be completed.`;
  return event.found.length === 0 ? `Nothing left over ${when}.` : `Left over ${when}: ${event.found.join(', ')}.`;
}

type Targets = EventOf<'fault.planned'>['targets'];

function nameTargets(targets: Targets): string {
  return targets.map(nameTarget).join(', ');
}

/** Nothing of the sentence where no instance is meant, but a site or an archive. */
function before(words: string, what: string): string {
  return what === '' ? '' : `${words}${what}`;
}

function nameTarget({ instance, pid, uid }: Targets[number]): string {
  if (pid !== undefined) return `${instance} (process ${pid})`;
  return uid === undefined ? instance : `${instance} (pod ${uid})`;
}
