import { between } from '../../bounds.ts';
import type { EventOf } from '../../events.ts';
import type { History } from '../../history.ts';
import { injectionTime } from '../fault-time.ts';
import type { MilestoneKind, Seen } from './milestone-kind.ts';

/** Moments of a component that is scaled by itself. */
export const AUTOSCALING_MILESTONES = {
  'scale-out-wanted': {
    title: 'Autoscaler wants more instances',
    of: 'system',
    find: (history) => scaled(history)?.wanted,
  },
  'scaled-out': {
    title: 'All that the autoscaler wanted are ready',
    of: 'system',
    find: (history) => scaled(history)?.out,
  },
  'scaled-in': { title: 'Scaled back to what it was', of: 'system', find: (history) => scaled(history)?.in },
} as const satisfies Record<string, MilestoneKind>;

/** What became of the component that was scaled after the fault, in its three moments. */
export function scaled(
  history: History,
):
  | { readonly wanted: Seen; readonly out: Seen; readonly in: Seen; readonly most: number; readonly before: number }
  | undefined {
  const injected = injectionTime(history);
  if (injected === undefined) return undefined;
  const all = history.all('autoscaler');
  const grown = all.find((event) => {
    const before = all.findLast(({ component, t }) => component === event.component && t <= injected.at.low);
    return event.t > injected.at.low && before !== undefined && event.desired > before.desired;
  });
  if (grown === undefined) return undefined;
  const own = all.filter(({ component }) => component === grown.component);
  const last = own.findLast(({ t }) => t <= injected.at.low);
  const before = last?.desired ?? 0;
  const earlier = own.findLast(({ i }) => i < grown.i);
  const wanted: Seen = {
    at: between(Math.max(injected.at.low, earlier?.t ?? 0), grown.t, grown.t),
    evidence: [grown.i],
  };
  return { wanted, ...follow(history, own, grown, before), before };
}

function follow(
  history: History,
  own: readonly EventOf<'autoscaler'>[],
  grown: EventOf<'autoscaler'>,
  before: number,
): { readonly out: Seen; readonly in: Seen; readonly most: number } {
  const ready = new Set<string>();
  let desired = before;
  let most = before;
  let out: Seen;
  let back: Seen;
  let previous = grown.t;
  const told = [...own, ...history.all('component').filter(({ component }) => component === grown.component)];
  for (const event of told.toSorted((a, b) => a.i - b.i)) {
    if (event.type === 'autoscaler') desired = event.desired;
    else if (event.ready) ready.add(event.instance);
    else ready.delete(event.instance);
    if (event.i < grown.i) continue;
    most = Math.max(most, ready.size);
    if (out === undefined && desired > before && ready.size >= desired)
      out = { at: between(previous, event.t, event.t), evidence: [event.i] };
    if (desired > before || ready.size !== desired) back = undefined;
    else if (out !== undefined && back === undefined)
      back = { at: between(previous, event.t, event.t), evidence: [event.i] };
    previous = event.t;
  }
  return { out, in: back, most };
}
