import { between } from '../../bounds.ts';
import type { EventOf } from '../../events.ts';
import type { History } from '../../history.ts';
import { hasEnded, newPods, podsHit, type FollowedPod } from '../replacements.ts';
import type { MilestoneKind, Seen } from './milestone-kind.ts';

type Told = EventOf<'component'>;

/**
 * Moments of what comes in place of a pod that the fault hit, each the first of its kind where several were hit: that all are back is
 * `full-capacity`. A container that is started again in its pod has only the later ones. Only platforms that have pods tell of them.
 */
export const REPLACEMENT_MILESTONES = {
  'victim-removed': {
    title: 'Old pod gone',
    of: 'system',
    canCome: isTakenAway,
    find: (history) => firstOf(podsHit(history), ({ removal }) => removal === 'done'),
  },
  'replacement-created': {
    title: 'New pod created',
    of: 'system',
    canCome: isTakenAway,
    find: (history) => firstOf(newPodsOf(history), () => true),
  },
  'replacement-scheduled': {
    title: 'New pod scheduled to a node',
    of: 'system',
    canCome: isTakenAway,
    find: (history) => firstOf(newPodsOf(history), ({ node }) => node !== undefined),
  },
  'replacement-started': {
    title: 'Replacement: container started',
    of: 'system',
    canCome: (history) => podsHit(history).some(hasEnded),
    find: (history) => firstOf(replacementsOf(history), isStarted),
  },
  'replacement-ready': {
    title: 'Replacement: pod ready',
    of: 'system',
    canCome: (history) => podsHit(history).some(hasEnded),
    find: (history) => firstOf(replacementsOf(history), (event) => isStarted(event) && event.ready),
  },
  'replacement-in-service': {
    title: 'Replacement: in the endpoints of its Service',
    of: 'system',
    canCome: (history) => podsHit(history).some((pod) => pod.wasInService && hasEnded(pod)),
    find: (history) =>
      firstOf(replacementsOf(history), (event) => isStarted(event) && event.ready && isServed(event), isServed),
  },
} as const satisfies Record<string, MilestoneKind>;

/** All of them, in their order: for a scenario in which instances end. */
export const REPLACEMENT = [
  'victim-removed',
  'replacement-created',
  'replacement-scheduled',
  'replacement-started',
  'replacement-ready',
  'replacement-in-service',
] as const satisfies readonly (keyof typeof REPLACEMENT_MILESTONES)[];

/** A pod that stays, and only its container is started again, is neither removed nor created nor scheduled. */
function isTakenAway(history: History): boolean {
  return podsHit(history).some(({ takenAwaySince }) => takenAwaySince !== undefined);
}

function isStarted({ incarnation }: Told): boolean {
  return incarnation !== undefined;
}

function isServed({ inService }: Told): boolean {
  return inService === true;
}

function newPodsOf(history: History): readonly FollowedPod[] {
  return newPods(history, podsHit(history));
}

function replacementsOf(history: History): readonly FollowedPod[] {
  const hit = podsHit(history);
  return [...hit.flatMap(({ runsAgain }) => runsAgain ?? []), ...newPods(history, hit)];
}

/**
 * The first event of any of them that shows it. It came after the last one of the same pod that did not show what is `new` in it: another
 * watch than that of the pods may have told of that before they told the rest.
 */
function firstOf(
  pods: readonly FollowedPod[],
  shows: (event: Told) => boolean,
  isNew: (event: Told) => boolean = shows,
): Seen {
  const [first] = pods
    .flatMap((pod) => {
      const event = pod.told.find(shows);
      return event === undefined ? [] : [{ event, pod }];
    })
    .toSorted((a, b) => a.event.i - b.event.i);
  if (first === undefined) return undefined;
  const { event, pod } = first;
  const before = pod.told.findLast((one) => one.i < event.i && !isNew(one));
  return { at: between(before?.t ?? pod.notBefore, event.t, event.t), evidence: [event.i] };
}
