import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import { injectionTime } from './fault-time.ts';
import { incarnationOf } from './incarnations.ts';

type Told = EventOf<'component'>;

/** What the platform told of a pod from some time on, in order. */
export interface FollowedPod {
  readonly told: readonly Told[];
  /** What the first of it tells did not come before this. */
  readonly notBefore: number;
}

/** A pod that the (first) fault hit, followed since then. */
export interface PodHit extends FollowedPod {
  readonly component: string;
  /** Its Service led to it when it was hit. */
  readonly wasInService: boolean;
  /** It was taken away no earlier than this; undefined for one that stays, or whose container was ready again before that. */
  readonly takenAwaySince: number | undefined;
  /** Followed since its container was started again. */
  readonly runsAgain: FollowedPod | undefined;
}

/** The pods that the (first) fault hit; empty where the platform has no pods. */
export function podsHit(history: History): readonly PodHit[] {
  const injected = injectionTime(history)?.event;
  if (injected === undefined) return [];
  const since = injected.start;
  return injected.targets.flatMap(({ component, uid, incarnation }) => {
    if (uid === undefined) return [];
    const all = history.all('component').filter((event) => event.uid === uid);
    const told = all.filter(({ t }) => t >= since);
    const wasInService = all.findLast(({ t }) => t < since)?.inService === true;
    const again = told.findIndex((event) => isOtherRun(event, incarnation));
    const runsAgain = again === -1 ? undefined : { told: told.slice(again), notBefore: told[again - 1]?.t ?? since };
    const ends = told.findIndex(
      (event) => event.removal !== undefined || (event.ready && isOtherRun(event, incarnation)),
    );
    const takenAwaySince = told[ends]?.removal === undefined ? undefined : (told[ends - 1]?.t ?? since);
    return [{ component, told, notBefore: since, wasInService, takenAwaySince, runsAgain }];
  });
}

/** True when the platform told that its container ended, or that it is taken away; one that only hangs has not ended. */
export function hasEnded({ told, takenAwaySince, runsAgain }: PodHit): boolean {
  const hasExited = told.some(({ state }) => state === 'exited' || state === 'backoff');
  return hasExited || takenAwaySince !== undefined || runsAgain !== undefined;
}

/** The new pods that came in place of those that were hit, in the order in which they were heard of. */
export function newPods(history: History, hit: readonly PodHit[]): readonly FollowedPod[] {
  const injected = injectionTime(history)?.event;
  if (injected === undefined) return [];
  const told = history.all('component').filter(({ uid }) => uid !== undefined);
  return [...Map.groupBy(told, ({ uid }) => uid).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined || !standsIn(first, hit)) return [];
    return [{ told: own, notBefore: notBefore(first, told, injected.start) }];
  });
}

/**
 * An old pod was heard of before any that was hit began to be taken away, however late it is told of again; so was one that an autoscaler
 * added: it is more capacity, not a replacement. A pod that is first heard of as it ends was there before.
 */
function standsIn(first: Told, hit: readonly PodHit[]): boolean {
  if (first.removal !== undefined) return false;
  return hit.some(
    ({ component, takenAwaySince = Infinity }) => component === first.component && takenAwaySince <= first.t,
  );
}

/**
 * Since when a new pod can be there. One that no scheduler has looked at yet came into being a moment ago, after whatever was told of its
 * component before. One that is heard of later than that (the watch had to begin anew) may be there since the fault.
 */
function notBefore(first: Told, told: readonly Told[], injectedAt: number): number {
  const isJustMade = first.state === 'pending' && first.node === undefined && first.detail === undefined;
  if (!isJustMade) return injectedAt;
  const before = told.findLast(({ i, component }) => i < first.i && component === first.component);
  return Math.max(injectedAt, before?.t ?? 0);
}

function isOtherRun(event: Told, incarnation: string | undefined): boolean {
  const now = incarnationOf(event);
  return incarnation !== undefined && now !== undefined && now !== incarnation;
}
