import pWaitFor from 'p-wait-for';
import { z } from 'zod';
import type { DatabaseCluster, DatabaseMember, DatabaseStore, DatabaseTopology } from '../../core/database-cluster.ts';
import { ChaosError, describeError } from '../../core/errors.ts';
import type { RunningStack } from '../../core/platform.ts';
import { connectEtcd } from './etcd.ts';

/** What is asked of Patroni beside what every provider can do. */
export interface PatroniCluster extends DatabaseCluster {
  /**
   * Changes the dynamic configuration through the REST API and returns what has to be given back to undo it, once the
   * leader holds its key under it.
   * @throws ChaosError `client` when no node accepts it.
   */
  configure(changes: PatroniConfig, signal: AbortSignal): Promise<PatroniConfig>;
}

/** Top-level keys of the dynamic configuration; null takes a key away. */
export type PatroniConfig = Readonly<Record<string, string | number | boolean | null>>;

/** A busy node may take so long to answer. */
const ANSWER_MS = 1500;
/** A node that has been silent for longer hangs: it is shown as such, and looks no longer wait for it. */
const SILENT_MS = 3000;
const ANSWER_OF_SILENT_MS = 300;
const CONFIGURE_MS = 3000;
/** For what is asked once: a store that is an API server may just be starting again. */
const STORE_MS = 60_000;
const TAKEN_OVER_MS = 30_000;
/** Who does not answer is looked for so often. */
const FIND_AGAIN_MS = 1000;
/** A switchover is answered when it is done: some seconds. */
const SWITCHOVER_MS = 60_000;

const status = z.object({
  state: z.string(),
  role: z.string(),
  timeline: z.int().optional(),
  replication_state: z.string().optional(),
  patroni: z.object({ scope: z.string() }),
});
const SHOWN_SETTINGS = ['ttl', 'loop_wait', 'retry_timeout', 'synchronous_mode'] as const;
const config = z.looseObject({
  pause: z.boolean().optional(),
  synchronous_mode: z.union([z.boolean(), z.string()]).optional(),
});
const syncKey = z.object({ leader: z.string().nullish(), sync_standby: z.string().nullish() });
const memberKey = z.object({ tags: z.looseObject({ nofailover: z.boolean().optional() }).optional() });
const historyKey = z.array(
  z.tuple([z.int(), z.int(), z.string()], z.unknown()).transform(([timeline, , reason, ...rest]) => ({
    timeline,
    reason,
    wall: typeof rest[0] === 'string' ? rest[0] : '',
    leader: typeof rest[1] === 'string' ? rest[1] : '',
  })),
);

interface Node {
  readonly name: string;
  url: string;
  /** When it last answered or refused, on the clock of `performance`. */
  heardAt: number;
}

/** What the store says: the truth about who may lead and which standby is synchronous. The REST fields lag behind it by a loop. */
interface Keys {
  readonly leader: string | undefined;
  readonly sync: z.infer<typeof syncKey>;
  readonly config: z.infer<typeof config>;
  readonly noFailover: ReadonlySet<string>;
  readonly history: z.infer<typeof historyKey>;
}

/**
 * The PostgreSQL cluster of a stack, under Patroni.
 * @throws ChaosError `client` when there is no node of it.
 */
export async function connectPatroni(
  stack: Pick<RunningStack, 'instances' | 'databaseStore'>,
): Promise<PatroniCluster> {
  const instances = await stack.instances();
  const nodes = instances.flatMap(({ component, name, url }): Node[] =>
    component === 'patroni' && url !== undefined ? [{ name, url, heardAt: performance.now() }] : [],
  );
  const etcd = instances.flatMap(({ component, url }) => (component === 'etcd' && url ? [url] : []));
  const store = stack.databaseStore ?? storeInEtcd(etcd);
  const scope = await findScope(nodes);
  let lookedAt = performance.now();

  /** A node that came back elsewhere has another address. */
  async function findAgain(): Promise<void> {
    if (performance.now() - lookedAt < FIND_AGAIN_MS) return;
    lookedAt = performance.now();
    for (const { name, url } of await stack.instances()) {
      const node = nodes.find((one) => one.name === name);
      if (node !== undefined && url !== undefined) node.url = url;
    }
  }

  async function readKeys(signal: AbortSignal): Promise<Keys> {
    const keys = await store.read(scope, signal);
    const parse = <S extends z.ZodType>(key: string, schema: S, missing: z.infer<S>): z.infer<S> => {
      const text = keys.get(key);
      return text === undefined ? missing : schema.parse(JSON.parse(text));
    };
    const leader = keys.get('leader');
    const members = [...keys.keys()].flatMap((key) => (key.startsWith('members/') ? [key.slice(8)] : []));
    return {
      leader: leader === '' ? undefined : leader,
      sync: parse('sync', syncKey, {}),
      config: parse('config', config, {}),
      noFailover: new Set(members.filter((name) => parse(`members/${name}`, memberKey, {}).tags?.nofailover === true)),
      history: parse('history', historyKey, []),
    };
  }

  /** For what is done once. @throws ChaosError `client` when the store has not answered in time. */
  async function readKeysPatiently(signal: AbortSignal): Promise<Keys> {
    let keys: Keys | undefined;
    let cause: unknown;
    const isRead = async (): Promise<boolean> => {
      keys = await readKeys(signal).catch((error: unknown) => void (cause = error));
      return keys !== undefined;
    };
    await pWaitFor(isRead, { interval: 200, timeout: STORE_MS, signal }).catch(() => signal.throwIfAborted());
    if (keys !== undefined) return keys;
    throw new ChaosError({
      code: 'client',
      message: 'Where Patroni keeps its state could not be read.',
      afterMs: STORE_MS,
      lastState: describeError(cause),
      cause,
    });
  }

  async function change(method: string, path: string, body: unknown, budgetMs: number, signal: AbortSignal) {
    const problems: string[] = [];
    for (const { name, url } of nodes) {
      try {
        const response = await fetch(`${url}${path}`, {
          method,
          body: JSON.stringify(body),
          signal: AbortSignal.any([signal, AbortSignal.timeout(budgetMs)]),
        });
        const text = await response.text();
        if (response.ok) return text;
        problems.push(`${name}: ${response.status} ${text.slice(0, 200)}`);
      } catch (error) {
        problems.push(`${name}: ${describeError(error)}`);
      }
    }
    throw new ChaosError({
      code: 'client',
      message: `No node of Patroni accepted ${method} ${path}.`,
      lastState: problems.join('; '),
    });
  }

  /** The leader takes a new ttl over at its next loop, and only a key held under it runs out so much later. */
  async function untilLeaseLasts(seconds: number, signal: AbortSignal): Promise<void> {
    await pWaitFor(async () => (await store.leaseSeconds(scope, signal)) === seconds, {
      interval: 200,
      timeout: {
        milliseconds: TAKEN_OVER_MS,
        message: new ChaosError({
          code: 'client',
          message: `The leader of Patroni did not take over a ttl of ${seconds} s.`,
          afterMs: TAKEN_OVER_MS,
        }),
      },
      signal,
    });
  }

  return {
    id: 'patroni',
    async topology(signal) {
      const [keys, ...members] = await Promise.all([readKeys(signal), ...nodes.map((node) => askNode(node, signal))]);
      if (members.some(({ state }) => state === 'silent' || state === 'down')) await findAgain();
      return describeTopology(keys, members);
    },
    async requestFailover(signal) {
      const { leader } = await readKeysPatiently(signal);
      return change('POST', '/switchover', { leader }, SWITCHOVER_MS, signal);
    },
    async eventsSince(wall, signal) {
      const { history } = await readKeysPatiently(signal);
      return history
        .filter((line) => Date.parse(line.wall) >= Date.parse(wall))
        .map((line) => ({
          id: `timeline ${line.timeline}`,
          wall: line.wall,
          text: `timeline ${line.timeline} ended (${line.reason}); ${line.leader || 'nobody'} took over`,
        }));
    },
    async configure(changes, signal) {
      const before = (await readKeysPatiently(signal)).config;
      await change('PATCH', '/config', changes, CONFIGURE_MS, signal);
      if (typeof changes['ttl'] === 'number') await untilLeaseLasts(changes['ttl'], signal);
      return Object.fromEntries(Object.keys(changes).map((key) => [key, plainValue(before[key])]));
    },
    close: async () => Promise.resolve(),
  };
}

function storeInEtcd(urls: readonly string[]): DatabaseStore {
  const etcd = connectEtcd(urls);
  return {
    read: (scope, signal) => etcd.read(`/service/${scope}/`, signal),
    leaseSeconds: (scope, signal) => etcd.leaseSeconds(`/service/${scope}/leader`, signal),
  };
}

function plainValue(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

async function findScope(nodes: readonly Node[]): Promise<string> {
  const answers = await Promise.all(nodes.map(({ url }) => askStatus(url, AbortSignal.timeout(CONFIGURE_MS))));
  const scope = answers.find((answer) => answer !== undefined)?.patroni.scope;
  if (scope !== undefined) return scope;
  throw new ChaosError({
    code: 'client',
    message: 'No node of Patroni says which cluster it belongs to.',
    lastState: nodes.map(({ name }) => name).join(', ') || 'the stack has no instance of patroni',
  });
}

/** `/health` tells the same as `/patroni`, but does not go on asking a PostgreSQL that is down. */
async function askStatus(url: string, signal: AbortSignal): Promise<z.infer<typeof status> | undefined> {
  try {
    const response = await fetch(`${url}/health`, { signal });
    return status.parse(await response.json());
  } catch {
    return undefined; // whether a node answers is what is asked here
  }
}

/**
 * @throws ChaosError `client` when the node has not answered in time, but has not been silent for long: nothing is known of it then,
 * and a look that made something up would show a change where there was none.
 */
async function askNode(node: Node, signal: AbortSignal): Promise<DatabaseMember> {
  const { name, url } = node;
  const isSilent = (): boolean => performance.now() - node.heardAt > SILENT_MS;
  const budget = AbortSignal.timeout(isSilent() ? ANSWER_OF_SILENT_MS : ANSWER_MS);
  const answer = await askStatus(url, AbortSignal.any([signal, budget]));
  signal.throwIfAborted(); // or a look that was broken off would show a node that is down
  if (!budget.aborted) node.heardAt = performance.now();
  else if (!isSilent()) throw new ChaosError({ code: 'client', message: `${name} did not answer in time.` });
  if (answer === undefined) return { name, role: 'unknown', state: budget.aborted ? 'silent' : 'down' };
  const timeline = answer.timeline === undefined ? {} : { timeline: answer.timeline };
  // Patroni goes on calling a node the primary whose PostgreSQL is gone.
  if (answer.role === 'primary' && answer.state === 'running')
    return { name, role: 'primary', state: 'running', ...timeline };
  if (answer.role === 'replica')
    return { name, role: 'replica', state: answer.replication_state ?? answer.state, ...timeline };
  return { name, role: 'unknown', state: answer.state };
}

function describeTopology(keys: Keys, members: readonly DatabaseMember[]): DatabaseTopology {
  const standbys = keys.sync.leader === keys.leader ? (keys.sync.sync_standby ?? '').split(',').filter(Boolean) : [];
  const lacks = whatIsMissing(keys, members, standbys);
  const settings = SHOWN_SETTINGS.flatMap((key): [string, string][] => {
    const value = plainValue(keys.config[key]);
    return value === null ? [] : [[key, String(value)]];
  });
  return {
    members: members.map((member) => ({
      ...member,
      ...(member.name === keys.leader ? {} : { isSynchronous: standbys.includes(member.name) }),
      ...(keys.noFailover.has(member.name) ? { mayBePromoted: false } : {}),
    })),
    ...(keys.leader === undefined ? {} : { leader: keys.leader }),
    isRedundant: lacks === undefined,
    ...(lacks === undefined ? {} : { lacks }),
    settings: Object.fromEntries(settings),
  };
}

function whatIsMissing(
  { leader, config: set }: Keys,
  members: readonly DatabaseMember[],
  standbys: readonly string[],
): string | undefined {
  const find = (name: string): DatabaseMember | undefined => members.find((member) => member.name === name);
  if (leader === undefined) return 'nobody holds the leader key';
  if (find(leader)?.role !== 'primary') return `${leader} holds the leader key and is not a primary`;
  if (set.pause === true) return 'Patroni is paused';
  if (set.synchronous_mode === undefined || set.synchronous_mode === false) return 'synchronous mode is off';
  if (standbys.length === 0) return 'the /sync key names no synchronous standby';
  if (standbys.some((name) => find(name)?.state === 'streaming')) return undefined;
  return `the synchronous standby ${standbys.join(', ')} is not streaming`;
}
