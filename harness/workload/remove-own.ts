import { setTimeout as sleep } from 'node:timers/promises';
import type { AirbyteWorkspace, Named, NamedConnection } from '../clients/airbyte-workspace.ts';
import { ChaosError, describeError } from '../core/errors.ts';
import { OWN_PARTS, runOfName, type OwnPart } from '../core/own-mark.ts';

/** Something that a run made and that is still there. */
export interface LeftOver extends Named {
  readonly part: OwnPart;
  readonly runId: string;
}

export interface RemoveOwnOptions {
  readonly workspace: AirbyteWorkspace;
  /** Only what this run made; undefined: what any run made. */
  readonly runId: string | undefined;
  /** How long nothing must have been there: something may have been asked for that is made late. In milliseconds. */
  readonly settleMs: number;
  /** How long is tried what does not succeed at once, in milliseconds. */
  readonly patienceMs: number;
  /** Between two rounds, in milliseconds. */
  readonly pauseMs?: number;
  /** What the run remembers to have made: told where it is not found under its name, and used for nothing else. */
  readonly made?: readonly Pick<LeftOver, 'part' | 'id'>[];
  readonly signal: AbortSignal;
}

interface Scan {
  readonly own: readonly LeftOver[];
  readonly connections: readonly NamedConnection[];
}

/** Why something was not removed; `isFinal` where it will not be removed however often one asks. */
interface Obstacle {
  readonly text: string;
  readonly isFinal: boolean;
}

/** What runs made in a workspace and did not remove, by its name alone. Only reads. @throws ChaosError `client` where that cannot be told. */
export async function findOwn(workspace: AirbyteWorkspace, runId?: string): Promise<readonly LeftOver[]> {
  return (await scan(workspace, runId)).own;
}

/**
 * Removes what runs made: connections first, then sources and destinations that no connection has, since Airbyte removes those of a source with it. What does not
 * bear the name to the letter is not touched. Returns what was removed, in words, once none of it is listed any more.
 * @throws ChaosError `client` with everything that is still there, and why.
 */
export async function removeOwn(options: RemoveOwnOptions): Promise<string> {
  const { workspace, settleMs, patienceMs, pauseMs = 1000, signal } = options;
  const startedAt = performance.now();
  let lastSeenAt = startedAt;
  const removal: Removal = { ...options, removed: new Map(), cancelled: new Set(), saidRemoved: new Set() };
  for (;;) {
    const lookedAt = performance.now();
    const { isNothingThere, obstacles } = await round(removal);
    if (isNothingThere && lookedAt - lastSeenAt >= settleMs) return inWords(options, [...removal.removed.values()]);
    if (!isNothingThere) {
      lastSeenAt = performance.now();
      const isOverdue = lastSeenAt - startedAt >= patienceMs || signal.aborted;
      if ((isOverdue && obstacles.length > 0) || obstacles.some(({ isFinal }) => isFinal))
        throw notRemoved(workspace, obstacles);
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

interface Removal extends RemoveOwnOptions {
  readonly removed: Map<string, LeftOver>;
  /** Jobs that were asked to end. */
  readonly cancelled: Set<number>;
  /** What Airbyte said that it has removed: the next look shows whether it has. */
  readonly saidRemoved: Set<string>;
}

/** A look, and one try for each that it finds. */
async function round(
  removal: Removal,
): Promise<{ readonly isNothingThere: boolean; readonly obstacles: readonly Obstacle[] }> {
  try {
    const found = await scan(removal.workspace, removal.runId);
    for (const one of found.own) removal.removed.set(one.id, one);
    return { isNothingThere: found.own.length === 0, obstacles: await tryEach(removal, found) };
  } catch (error) {
    // Another Airbyte stays another one however long it is asked.
    const isFinal = error instanceof ChaosError && error.code === 'config';
    return { isNothingThere: false, obstacles: [{ text: describeError(error).replace(/\.$/, ''), isFinal }] };
  }
}

async function scan(workspace: AirbyteWorkspace, runId: string | undefined): Promise<Scan> {
  await workspace.requireThere();
  const connections = await workspace.connections();
  const ownOf = (part: OwnPart, all: readonly Named[]): readonly LeftOver[] =>
    all.flatMap(({ id, name }) => {
      const madeBy = runOfName(name, part);
      return madeBy === undefined || (runId !== undefined && madeBy !== runId)
        ? []
        : [{ id, name, part, runId: madeBy }];
    });
  const sources = ownOf('source', await workspace.actors('source'));
  const destinations = ownOf('destination', await workspace.actors('destination'));
  return { connections, own: [...ownOf('connection', connections), ...sources, ...destinations] };
}

/** In order. What a connection still uses stays. */
async function tryEach(removal: Removal, { own, connections }: Scan): Promise<readonly Obstacle[]> {
  const obstacles: Obstacle[] = [];
  const gone = new Set<string>();
  for (const one of own) {
    const user = connections.find(
      ({ id, sourceId, destinationId }) => !gone.has(id) && [sourceId, destinationId].includes(one.id),
    );
    const obstacle = user === undefined ? await removeOne(removal, one) : usedBy(one, user, own);
    if (obstacle === undefined) gone.add(one.id);
    else obstacles.push(obstacle);
  }
  return obstacles;
}

function usedBy(one: LeftOver, user: NamedConnection, own: readonly LeftOver[]): Obstacle {
  const isOwn = own.some(({ id }) => id === user.id);
  const whose = isOwn ? '' : ', which the run did not make and Airbyte would remove with it';
  return { text: `${describe(one)} is used by connection "${user.name}" (${user.id})${whose}`, isFinal: !isOwn };
}

/** Undefined when it is gone. */
async function removeOne(removal: Removal, one: LeftOver): Promise<Obstacle | undefined> {
  const { workspace, saidRemoved } = removal;
  const open = one.part === 'connection' ? await workspace.openSyncs(one.id) : [];
  if (open.length > 0) return endSyncs(removal, one, open);
  const answer = await workspace.remove(one.part, one.id);
  if (answer.ok || answer.status === 404 || (answer.status ?? 600) < 300) {
    if (!saidRemoved.has(one.id)) return void saidRemoved.add(one.id);
    return { text: `${describe(one)} is still listed after it was removed`, isFinal: false };
  }
  return { text: `${describe(one)}: ${answer.detail}`, isFinal: isForGood(answer.status) };
}

/**
 * Its syncs end before a connection is removed: Airbyte calls it removed also where Temporal did not hear of it, and whoever looks later finds no connection
 * whose job runs (ConnectionManagerUtils.deleteWorkflowIfItExist, P@310e6cb6).
 */
async function endSyncs({ workspace, cancelled }: Removal, one: LeftOver, open: readonly number[]): Promise<Obstacle> {
  const text = `${describe(one)}: its sync (job ${open.join(', ')}) is not over`;
  for (const job of open.filter((id) => !cancelled.has(id))) {
    const answer = await workspace.cancel(job);
    if (!answer.ok) return { text: `${text}: ${answer.detail}`, isFinal: isForGood(answer.status) };
    cancelled.add(job);
  }
  return { text: `${text}, and was asked to end`, isFinal: false };
}

/** A conflict, a limit, a server that fails or is silent may be another matter in a while. */
function isForGood(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && !FOR_NOW.has(status);
}
const FOR_NOW: ReadonlySet<number> = new Set([404, 408, 409, 423, 425, 429]);

function notRemoved({ workspaceId }: AirbyteWorkspace, obstacles: readonly Obstacle[]): ChaosError {
  const why = obstacles.map(({ text }) => text).join('; ');
  return new ChaosError({
    code: 'client',
    message: `Of what the run made in workspace ${workspaceId} of Airbyte this was not removed: ${why}.`,
    tryThis: 'Remove what stands in the way, then: npm run chaos -- cleanup',
  });
}

function describe({ name, id }: LeftOver): string {
  return `"${name}" (${id})`;
}

function inWords({ runId, made }: RemoveOwnOptions, removed: readonly LeftOver[]): string {
  const what = removed.length === 0 ? 'nothing of it is there' : `removed ${listOwn(removed)}`;
  const isMissing = (part: OwnPart): boolean => !removed.some((one) => one.part === part);
  const gone = made?.filter(({ part, id }) => isMissing(part) && !removed.some((one) => one.id === id)) ?? [];
  if (gone.length > 0) {
    const names = gone.map(({ part, id }) => `its ${part} (${id})`).join(', ');
    return `${what}; ${names} was made and is not there under its name: somebody has removed or renamed it. Look for that id in Airbyte; what has another name is not removed`;
  }
  const unseen = runId === undefined || made !== undefined ? [] : OWN_PARTS.filter(isMissing);
  if (unseen.length === 0 || removed.length === 0) return what;
  return `${what}; no ${unseen.join(' and no ')} of it is there under its name. Where its record says that one was made, with an id, somebody has removed or renamed it: look for that id in Airbyte`;
}

/** For people: `"chaos-harness … source" (id), …` */
export function listOwn(all: readonly LeftOver[]): string {
  return all.map(describe).join(', ');
}
