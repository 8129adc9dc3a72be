import { between } from '../../bounds.ts';
import type { History } from '../../history.ts';
import { findOutages } from '../../outages/outages.ts';
import { injectionTime, showsEffect } from '../fault-time.ts';
import { eventsOfVictims, isReplacement } from '../incarnations.ts';
import type { MilestoneKind, Seen } from './milestone-kind.ts';

/** Moments at which a service answers again, and those at which what was lost is put back or replaced. */
export const AVAILABILITY_MILESTONES = {
  'api-available': {
    title: 'API answers well',
    of: 'system',
    isToldAtOnce: true,
    find: (history) => availableAfterFault(history, 'api health'),
  },
  'page-available': {
    title: 'Web page answers well',
    of: 'system',
    isToldAtOnce: true,
    find: (history) => availableAfterFault(history, 'web page'),
  },
  healed: {
    title: 'What was lost was put back',
    of: 'system',
    find: healed,
  },
  'rolled-out': {
    title: 'Every instance replaced and ready',
    of: 'system',
    find: rolledOut,
  },
} as const satisfies Record<string, MilestoneKind>;

/**
 * When a probe found its service available after the fault: at the end of the last outage that the fault was followed by; where
 * it was followed by none, at the first good sample that began when the fault had taken effect. So a service that was never
 * interrupted was available all along, and its time is that of one sample. Undefined while it is away.
 */
export function availableAfterFault(history: History, probe: string): Seen {
  const injected = injectionTime(history);
  const effect = history.latest('fault.evidence', showsEffect);
  const defined = history.latest('probe.defined', (event) => event.probe === probe);
  if (injected === undefined || effect === undefined || defined === undefined) return undefined;
  const samples = history.all('sample').filter((sample) => sample.probe === probe);
  const { outages } = findOutages(samples, { everyMs: defined.everyMs, health: history.all('prober') });
  const last = outages.findLast((outage) => outage.end.high >= injected.at.low);
  if (last === undefined) {
    const good = samples.find((sample) => sample.ok && sample.start >= effect.end);
    return good && { at: between(injected.at.low, good.end, good.end), evidence: [good.i] };
  }
  if (last.isOpen) return undefined;
  const good = samples.find((sample) => sample.ok && sample.end >= last.end.high);
  return { at: last.end, evidence: good === undefined ? [] : [good.i] };
}

/**
 * The undo was done: not before the last time that one of the targets was seen not to be ready, nor before it was begun, where none was seen to be back
 * sooner.
 */
function healed(history: History): Seen {
  const injected = injectionTime(history);
  const undone = history.first('fault.undone', (event) => event.succeeded);
  if (injected === undefined || undone === undefined) return undefined;
  const names = new Set(injected.event.targets.map(({ instance }) => instance));
  const seen = history.all('component').filter(({ instance, t }) => names.has(instance) && t <= undone.t);
  const down = seen.findLast(({ ready }) => !ready);
  const back = seen.find(({ ready, i }) => ready && down !== undefined && i > down.i);
  const begun = undone.start === undefined || back === undefined || back.t < undone.start ? 0 : undone.start;
  const low = Math.max(injected.at.low, down?.t ?? 0, begun);
  const evidence = [...(back === undefined ? [] : [back.i]), undone.i];
  return { at: between(low, undone.t, back?.t ?? undone.t), evidence };
}

/** Every target of the (first) fault is ready with a process that it did not have before. */
function rolledOut(history: History): Seen {
  const injected = injectionTime(history);
  if (injected === undefined) return undefined;
  const replaced = new Set<string>();
  let previous = injected.at.low;
  for (const event of eventsOfVictims(history, injected.event)) {
    if (isReplacement(injected.event, event)) replaced.add(event.instance);
    if (replaced.size === injected.event.targets.length) {
      return { at: between(previous, event.t, event.t), evidence: [event.i] };
    }
    previous = event.t;
  }
  return undefined;
}
