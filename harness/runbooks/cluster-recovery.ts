import { connectAirbyteApi, type AirbyteApi } from '../clients/airbyte-api.ts';
import { listAllJobs, readInventory, reconcileJobs, type ListedJob } from '../clients/airbyte-inventory.ts';
import { backupAgent } from '../clients/backup-agent.ts';
import { isTerminal } from '../core/derive/job-timeline.ts';
import { formatMillis, type Duration } from '../core/duration.ts';
import { ChaosError } from '../core/errors.ts';
import type { Endpoint, Instance } from '../core/platform.ts';
import type { Runbook, RunbookStep } from '../core/runbook.ts';
import type { TrialContext } from '../core/scenario.ts';
import { sentence } from '../core/sentence.ts';
import { WORKFLOW_STORES, type Site, type WorkflowStore } from '../core/site.ts';
import { formatBytes } from '../core/wal.ts';
import { recovered } from '../waits/sync.ts';

export interface ClusterRecoveryOptions {
  /** The first scheduled sync must have succeeded by then. */
  readonly syncWithin: Duration;
  /** What Temporal is started on, a `WorkflowStore`; what came back with the database unless it is given. */
  readonly temporalStore?: string;
}

/** What is done when a whole site is lost, data included, and only what was outside of it is left. */
export function clusterRecovery({ syncWithin, temporalStore = 'restored' }: ClusterRecoveryOptions): Runbook {
  return {
    id: 'cluster_recovery',
    title: 'Recovery of a lost cluster from its backups',
    when: 'The whole site is lost for good: its machines, its volumes, its database with all replicas. A site that comes back by itself is not recovered in this way: the two would work on the same connections.',
    needs: [
      'the object store with base backups and the archive of the log',
      'the names and versions that the stack was deployed with',
      'access to the machines of the new site and to its load balancer or DNS',
      'certainty that the old site is dead, or is kept from the network: it must not sync any more',
    ],
    steps: [
      newSite,
      database,
      temporal(readStore(temporalStore)),
      deploy,
      secrets,
      endpoints,
      jobs,
      schedules,
      firstSync(syncWithin),
    ],
  };
}

const newSite: RunbookStep = {
  id: 'new-site',
  title: 'Provide a new site',
  does: 'Make the machines (or the cluster) of the new site, and the store in which the database keeps who leads. Nothing of the old site is used.',
  verify: 'The new site exists, counts as a new generation, and its store of leadership has a quorum.',
  async run(context) {
    const site = siteOf(context);
    const before = await site.view();
    const done = await site.provision(context.signal);
    const { generation } = await site.view();
    if (generation <= before.generation) throw notDone(`the site is still number ${generation}`);
    return done;
  },
};

const database: RunbookStep = {
  id: 'database',
  title: 'Restore the database',
  does: 'Restore the newest base backup into the first node, let it recover from the archive to the latest point, or to a point in time when what must be undone is known (a deletion, a bad migration), promote it, and clone its replicas. Recovery ends without a word at the first segment that lacks or is damaged: read what the restore says of the archive.',
  verify:
    'The database is on a new timeline, its replicas follow, and the position and the problems of the archive are written down.',
  async run(context) {
    const start = context.clock.now();
    const targetTime = context.history.latest('recovery.target')?.wall;
    const report = await siteOf(context).restoreDatabase(
      targetTime === undefined ? {} : { targetTime },
      context.signal,
    );
    const { backupId, timeline, restoredLsn: lsn, segmentsReplayed, problems } = report;
    context.record.append({
      type: 'database.restored',
      backupId,
      timeline,
      lsn,
      segmentsReplayed,
      problems: problems.map(({ segment, problem }) => ({ segment, problem })),
      start,
      end: context.clock.now(),
    });
    const to = targetTime === undefined ? 'the latest point' : targetTime;
    const flaws = problems.map(({ segment, problem }) => `; segment ${segment}: ${problem}`).join('');
    const parts = Object.entries(report.phases).map(([name, ms]) => `${name} ${formatMillis(ms)}`);
    return `${formatBytes(report.bytes)} of backup ${backupId} and ${segmentsReplayed} segments of the log, to ${to} (${lsn}), timeline ${timeline}${flaws}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
  },
};

function temporal(store: WorkflowStore): RunbookStep {
  return {
    id: 'temporal',
    title: 'Bring Temporal back',
    does: 'Start Temporal on the restored database. Where its own store was not restored, its workflows are lost: what they worked on is found in the jobs.',
    verify: 'Temporal serves, and it is known whether its workflows came back.',
    run: async (context) => siteOf(context).restoreWorkflows(store, context.signal),
  };
}

const deploy: RunbookStep = {
  id: 'deploy',
  title: 'Deploy the stack again',
  does: 'Deploy the same version as before: bootloader (migrations), server, scheduler, worker, webapp, and what takes the backups.',
  verify: 'Every instance is ready by its own probe.',
  async run(context) {
    const done = await siteOf(context).deploy(context.signal);
    const waiting = (await context.stack.instances()).filter(({ isExpected, ready }) => isExpected && !ready);
    if (waiting.length > 0) throw notDone(`not ready: ${waiting.map(({ name }) => name).join(', ')}`);
    return done;
  },
};

const secrets: RunbookStep = {
  id: 'secrets',
  title: 'Put the secrets in place',
  does: 'Give the new site the passwords of its database and the keys of the object store. Passwords of sources and destinations came back with the database, or are in the secret store that it names.',
  verify:
    'Each server logs in to the database (its health says so), and what takes the backups can read the object store.',
  async run(context) {
    const instances = await context.stack.instances();
    const servers = instances.filter(({ component, url }) => component === 'server' && url !== undefined);
    if (servers.length === 0) throw notDone('there is no server to ask');
    for (const server of servers) await logsIn(server, context.signal);
    const agent = instances.find(({ component }) => component === 'backup');
    if (agent?.ports['http'] === undefined) throw notDone('nothing takes backups on the new site');
    const at = { host: agent.host, port: agent.ports['http'] };
    const backups = await backupAgent(at, context.signal).listBaseBackups();
    return `${servers.length} servers reach the database; the object store shows ${backups.length} base backups`;
  },
};

const endpoints: RunbookStep = {
  id: 'endpoints',
  title: 'Switch the endpoints',
  does: 'Let the stable names (load balancer, DNS) lead to the new site. From here on users and automation work on it.',
  verify: 'The API answers at its stable address, and its database is available.',
  async run(context) {
    const done = await siteOf(context).switchEndpoints(context.signal);
    const at = context.stack.endpoint('server');
    await logsIn({ name: 'the stable address of the server', url: addressOf(at) }, context.signal);
    return done;
  },
};

const jobs: RunbookStep = {
  id: 'jobs',
  title: 'Reconcile the jobs of the dead site',
  does: 'The restored database believes that jobs of the dead site are still running, and such a job blocks its connection for ever. Give each an outcome: it is marked as failed, and the next run goes on from the saved state. With any Airbyte: cancel the job, then sync the connection.',
  verify: 'No job that was open in the restored database is still open without a workflow that works on it.',
  async run(context) {
    const api = await apiOf(context);
    const { failed, resumed, leftAlone } = await reconcileJobs(api);
    // A job with a workflow is left alone and moves on by itself: one of the new site, or of the dead one where Temporal's own store was restored.
    const taken = new Set([...failed, ...resumed, ...leftAlone]);
    const open = (await listAllJobs(api)).filter((job) => !isTerminal(job.status) && isOfDeadSite(context, job));
    const stuck = open.filter(({ id }) => !resumed.includes(id) && !leftAlone.includes(id));
    if (stuck.length > 0)
      throw notDone(`still open: ${stuck.map(({ id, status }) => `job ${id} (${status})`).join(', ')}`);
    return `${taken.size} open jobs looked at: ${failed.length} failed, ${resumed.length} resumed, ${leftAlone.length} left alone`;
  },
};

const schedules: RunbookStep = {
  id: 'schedules',
  title: 'See that the schedules are alive',
  does: 'Look at the connections: each that had a schedule has it again. The scheduler starts those that are due by itself.',
  verify: 'There is at least one active connection with a schedule, and a scheduler that leads.',
  async run(context) {
    const { connections } = await readInventory(await apiOf(context));
    const scheduled = connections.filter(
      ({ status, scheduleType }) => status === 'active' && scheduleType !== 'manual',
    );
    if (scheduled.length === 0) throw notDone(`none of ${connections.length} connections has a schedule`);
    const ready = (await context.stack.instances()).filter(
      ({ component, ready: is }) => component === 'scheduler' && is,
    );
    if (ready.length === 0) throw notDone('no scheduler is ready');
    return `${scheduled.length} connections have a schedule; ${ready.length} schedulers are ready`;
  },
};

function firstSync(within: Duration): RunbookStep {
  return {
    id: 'sync',
    title: 'See a scheduled sync succeed',
    does: 'Wait for the first sync that the scheduler of the new site starts.',
    verify: 'It succeeded, and its destination holds every record that its source had when it began.',
    async run(context) {
      if (await context.waitFor(recovered({ milestone: 'first-sync-succeeded', within })))
        return 'a scheduled sync succeeded, with its records';
      throw notDone(`no scheduled sync succeeded: ${context.history.latest('wait')?.lastState ?? 'none was seen'}`);
    },
  };
}

/** What was open when the recovery began: created before the new stack was deployed. Whole seconds, as the API writes them. */
function isOfDeadSite(context: TrialContext, job: ListedJob): boolean {
  const deployed = context.history.latest('runbook.step', ({ step }) => step === 'temporal');
  const wallMs = context.clock.wall().getTime() - context.clock.now() + (deployed?.end ?? 0);
  return job.createdAt * 1000 < wallMs;
}

/** @throws ChaosError `usage` for a word that is none. */
function readStore(word: string): WorkflowStore {
  const store = WORKFLOW_STORES.find((known) => known === word);
  if (store !== undefined) return store;
  const message = `temporalStore is ${WORKFLOW_STORES.join(' or ')}, not "${word}".`;
  throw new ChaosError({ code: 'usage', message });
}

async function logsIn(server: Pick<Instance, 'name' | 'url'>, signal: AbortSignal): Promise<void> {
  const timed = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
  const said = await fetch(`${server.url ?? ''}/api/v1/health`, { signal: timed }).then((response) => response.text());
  if (!said.includes('"available":true'))
    throw notDone(`${server.name} does not reach its database: ${said.slice(0, 100)}`);
}

async function apiOf(context: TrialContext): Promise<AirbyteApi> {
  return connectAirbyteApi({ server: context.stack.endpoint('server'), signal: context.signal });
}

function addressOf({ host, port }: Endpoint): string {
  return `http://${host}:${port}`;
}

function siteOf({ stack }: TrialContext): Site {
  if (stack.site !== undefined) return stack.site;
  throw new ChaosError({ code: 'config', message: 'The platform cannot recover a site.' });
}

/** A step that was carried out and did not do what it should. */
function notDone(what: string): ChaosError {
  return new ChaosError({ code: 'platform', message: sentence(what) });
}
