import { connectDatabaseCluster } from '../../clients/databases/connect.ts';
import { connectDatabase } from '../../clients/databases/providers.ts';
import type { DatabaseCluster, DatabaseEvent, DatabaseMember, DatabaseTopology } from '../../core/database-cluster.ts';
import { toMillis } from '../../core/duration.ts';
import { ChaosError, describeError } from '../../core/errors.ts';
import { interruptible } from '../interrupt.ts';
import { loadPlatform } from '../load-platform.ts';
import { printError } from '../print-error.ts';

export interface DatabaseCommandOptions {
  readonly provider: string;
  readonly instance?: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly project?: string;
  readonly since: string;
  readonly json: boolean;
}

/** What one look at a database found; `topology` or `error`, and events or why there are none. */
interface Look {
  readonly provider: string;
  readonly instance: string;
  /** Null: not known. */
  readonly isRedundant: boolean | null;
  readonly topology?: DatabaseTopology;
  readonly events?: readonly DatabaseEvent[];
  readonly eventsError?: string;
  readonly error?: string;
}

/**
 * Looks at a highly available database and changes nothing.
 * @returns 0 when it is redundant, 1 when it is not, 2 when that is not known.
 */
export async function databaseCommand(options: DatabaseCommandOptions): Promise<number> {
  const since = new Date(Date.now() - toMillis(options.since)).toISOString();
  const { signal, stopListening } = interruptible(() => undefined);
  const { cluster, name } = options.provider === 'patroni' ? await ofStack() : await ofProvider(options);
  const base = { provider: options.provider, instance: name };
  try {
    const topology = await cluster.topology(signal);
    const events = await eventsOf(cluster, since, signal);
    const look: Look = { ...base, isRedundant: topology.isRedundant, topology, ...events };
    if (options.json) printJson(look);
    else process.stdout.write(`${linesOf(look, topology, options.since).join('\n')}\n`);
    return topology.isRedundant ? 0 : 1;
  } catch (error) {
    if (signal.aborted) throw new ChaosError({ code: 'interrupted', message: 'Interrupted.', cause: error });
    if (!isUnknown(error)) throw error;
    printError(error);
    if (options.json) printJson({ ...base, isRedundant: null, error: describeError(error) });
    return 2;
  } finally {
    stopListening();
    await cluster.close();
  }
}

interface Connected {
  readonly cluster: DatabaseCluster;
  readonly name: string;
}

/** The database of the stack that `up` left. */
async function ofStack(): Promise<Connected> {
  const stack = await (await loadPlatform('local')).findRunning();
  if (stack === undefined) {
    throw new ChaosError({
      code: 'usage',
      message: 'The provider patroni is that of a stack that is up, and none is.',
      tryThis: 'npm run chaos -- up',
    });
  }
  return { cluster: await connectDatabaseCluster(stack), name: `of stack ${stack.id}` };
}

async function ofProvider({
  provider,
  instance,
  endpoint,
  region,
  project,
}: DatabaseCommandOptions): Promise<Connected> {
  if (instance === undefined) {
    throw new ChaosError({ code: 'usage', message: `Which database of ${provider}?`, tryThis: 'Add --instance NAME.' });
  }
  const cluster = await connectDatabase(provider, {
    name: instance,
    environment: process.env,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(project === undefined ? {} : { project }),
  });
  return { cluster, name: instance };
}

/** Events are worth a look, but their absence says nothing about redundancy. */
async function eventsOf(
  cluster: DatabaseCluster,
  since: string,
  signal: AbortSignal,
): Promise<Pick<Look, 'events' | 'eventsError'>> {
  try {
    return { events: await cluster.eventsSince(since, signal) };
  } catch (error) {
    signal.throwIfAborted();
    return { eventsError: describeError(error) };
  }
}

/** The provider was asked and gave no answer that can be used. A mistake on the command line is none of these. */
function isUnknown(error: unknown): boolean {
  return error instanceof ChaosError && (error.code === 'client' || error.code === 'no-target');
}

function linesOf(look: Look, topology: DatabaseTopology, since: string): string[] {
  const verdict = topology.isRedundant ? '✓ redundant' : `✗ not redundant: ${topology.lacks ?? 'no reason is known'}`;
  const width = Math.max(...topology.members.map((member) => member.name.length), 0);
  return [
    `${look.provider} ${look.instance}: ${verdict}`,
    ...topology.members.map((member) => `  ${memberLine(member, width, topology.leader)}`),
    ...eventLines(look, since),
  ];
}

function memberLine(member: DatabaseMember, width: number, leader: string | undefined): string {
  const words = [member.state];
  if (member.isSynchronous !== undefined) words.push(member.isSynchronous ? 'synchronous' : 'asynchronous');
  if (member.lagBytes !== undefined) words.push(`${member.lagBytes.toLocaleString('en-US')} bytes behind`);
  if (member.timeline !== undefined) words.push(`timeline ${member.timeline}`);
  if (member.name === leader) words.push('leader');
  return `${member.role.padEnd(7)}  ${member.name.padEnd(width)}  ${words.join(', ')}`;
}

function eventLines({ events, eventsError }: Look, since: string): string[] {
  if (events === undefined) return [`Events are not known: ${eventsError ?? 'no reason is known'}`];
  if (events.length === 0) return [`No event in the last ${since}.`];
  return [`Events of the last ${since}:`, ...events.map(({ wall, id, text }) => `  ${wall}  ${id}  ${text}`)];
}

function printJson(look: Look): void {
  process.stdout.write(`${JSON.stringify(look, null, 2)}\n`);
}
