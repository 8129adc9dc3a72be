import pWaitFor from 'p-wait-for';
import { askForLeader } from '../clients/leader.ts';
import { connectWorkflows, type WorkflowClient } from '../clients/workflows.ts';
import { highestProduced } from '../core/derive/deliveries.ts';
import { interruptedJob, subjectJobs } from '../core/derive/job-timeline.ts';
import { leaderAtFault } from '../core/derive/leadership.ts';
import { ChaosError } from '../core/errors.ts';
import type { History } from '../core/history.ts';
import type { Instance, KillEvidence } from '../core/platform.ts';
import type { FaultTarget, TrialContext } from '../core/scenario.ts';

/** Chooses what is hit. Its words go into the error when it matches nothing. */
export interface TargetSelector {
  readonly describe: string;
  readonly component: string;
  /** What a person can do when it matches nothing. */
  readonly whenNone?: string;
  prepare?(context: TrialContext): Promise<void>;
  choose(context: TrialContext): Promise<readonly FaultTarget[]>;
  /** Looks, after the fault, whether it was the right victim. */
  confirm?(context: TrialContext, target: FaultTarget): KillEvidence;
}

/**
 * The targets that the selector matches.
 * @throws ChaosError `no-target` naming the selector when there are none.
 */
export async function chooseTargets(of: TargetSelector, context: TrialContext): Promise<readonly FaultTarget[]> {
  const targets = await of.choose(context);
  if (targets.length > 0) return targets;
  throw new ChaosError({
    code: 'no-target',
    message: `No instance matched the selector "${of.describe}", so nothing was broken.`,
    tryThis: of.whenNone ?? 'Look at the component states in the report.',
  });
}

/** Instances of a component that are ready, the first `count` of them by name; all when it is left out. */
export function instancesOf(component: string, count = Infinity): TargetSelector {
  const amount = count === Infinity ? 'all instances' : count === 1 ? 'one instance' : `${count} instances`;
  return {
    describe: `${amount} of ${component}`,
    component,
    async choose(context) {
      const ready = (await context.stack.instances()).filter((one) => one.component === component && one.ready);
      return ready.slice(0, count).map((instance) => ({ instance, why: `a ready instance of ${component}` }));
    },
  };
}

/** The first of what a selector chooses that may be hit. @throws ChaosError `refused` with every reason where none may. */
export function firstThatMayGo(of: TargetSelector): TargetSelector {
  return {
    ...of,
    describe: `the first of ${of.describe} that may be hit`,
    async choose(context) {
      const how = context.stack.removal ?? context.stack.faultTool;
      const refusals: string[] = [];
      for (const target of await of.choose(context)) {
        const refusal = await how?.refusal?.(target.instance);
        if (refusal === undefined) return [target];
        refusals.push(`${target.instance.name}: ${refusal}`);
      }
      if (refusals.length === 0) return [];
      throw new ChaosError({
        code: 'refused',
        message: `None of ${of.describe} may be hit, and nothing was touched. ${refusals.join('\n  ')}`,
      });
    },
  };
}

/** So long the pod of a job that is called running may take to come, in milliseconds: its image may have to be pulled. */
const POD_WITHIN_MS = 300_000;

/** The pod that the sync runs in, by the job that its labels name. Airbyte calls a job running before it is there, so it is waited for. */
export function podOfTheSync(): TargetSelector {
  const runningJob = (history: History): string | undefined =>
    subjectJobs(history).findLast(({ status }) => status === 'running')?.jobId;
  async function choose({ history, stack }: TrialContext): Promise<readonly FaultTarget[]> {
    const job = runningJob(history);
    const pods = (await stack.instances()).filter(({ jobId, state }) => jobId !== undefined && state === 'running');
    return pods
      .filter(({ jobId }) => jobId === job)
      .map((instance) => ({ instance, why: `its labels say that it runs job ${job}` }));
  }
  return {
    describe: 'the pod that runs the sync',
    component: 'job-pod',
    whenNone: 'The sync may have ended before the fault, or its pod did not come in time or is in another namespace.',
    choose,
    async prepare(context) {
      const isThere = async (): Promise<boolean> =>
        runningJob(context.history) === undefined || (await choose(context)).length > 0;
      const timeout = { milliseconds: POD_WITHIN_MS, fallback: () => undefined };
      await pWaitFor(isThere, { interval: 250, timeout, signal: context.signal });
    },
  };
}

/** The worker instance that runs the subject's sync at this moment, by what Temporal says of its activity. */
export function workerRunningTheSync(): TargetSelector {
  let workflows: WorkflowClient | undefined;
  return {
    describe: 'the worker that runs the sync',
    component: 'worker',
    whenNone: 'The sync may have ended before the fault: give it more records with --set records=40000.',
    confirm: (context, { instance, why }) => ranTheSync(context, instance, why),
    async prepare(context) {
      const opened = await connectWorkflows(context.stack.endpoint('temporal'));
      context.afterTrial('connection to Temporal', () => opened.close());
      workflows = opened;
    },
    async choose(context) {
      const job = subjectJobs(context.history).at(-1);
      if (job === undefined || workflows === undefined) return [];
      const [identities, instances] = await Promise.all([
        workflows.workersOf(`sync_${job.jobId}`),
        context.stack.instances(),
      ]);
      return instances
        .filter((instance) => identities.includes(instance.name))
        .map((instance) => ({ instance, why: `Temporal says that it runs the sync of job ${job.jobId}` }));
    },
  };
}

/** The victim was the right one when the sync's attempt was open at the fault and had records left to move. */
function ranTheSync(context: TrialContext, instance: Instance, why: string): KillEvidence {
  const { history } = context;
  // Of several faults, the one that hit this instance.
  const injected = history.latest('fault.injected', ({ targets }) =>
    targets.some((target) => target.instance === instance.name),
  );
  const job = injected && interruptedJob(history, { low: injected.start, best: injected.start, high: injected.end });
  const arrived = history.latest('delivery', (look) => look.connectionId === job?.connectionId)?.maxSeq ?? 0;
  const owed = job === undefined ? 0 : highestProduced(history, job.connectionId, Infinity);
  const isOpen = job !== undefined && job.finished === undefined;
  const holds = isOpen && arrived < owed;
  if (holds) {
    const text = `${instance.name} was the right victim: ${why}, and ${arrived} of ${owed} records had arrived`;
    return { kind: 'ran-the-sync', holds, text };
  }
  const reason = isOpen ? `all ${owed} records had arrived` : 'no attempt of the sync was open';
  return {
    kind: 'ran-the-sync',
    holds,
    text: `the sync was not interrupted: ${reason} when ${instance.name} was killed`,
  };
}

/** The instance of an active–passive component that holds the lease at this moment, by what the instances say. */
export function leaderOf(component: string): TargetSelector {
  return {
    component,
    describe: `the leader of ${component}`,
    whenNone: `No instance of ${component} held the lease; look at the leader events in the record.`,
    confirm: (context, { instance }) => ledAtTheFault(context, instance),
    async choose(context) {
      const ready = (await context.stack.instances()).filter((one) => one.component === component && one.ready);
      const asked = ready.flatMap(({ url }) => (url === undefined ? [] : [askForLeader(url, context.signal)]));
      const view = await Promise.any(asked).catch(() => undefined);
      return ready
        .filter(({ name }) => name === view?.holder)
        .map((instance) => ({ instance, why: `it holds the lease, term ${view?.term ?? 'not known'}` }));
    },
  };
}

/** The victim was the right one when the lease was its own at the last look before the fault, and it believed so itself. */
function ledAtTheFault({ history }: TrialContext, { name }: Instance): KillEvidence {
  const injected = history.latest('fault.injected');
  const lease = leaderAtFault(history);
  const claim = history.latest('leader.claim', (look) => look.instance === name && look.end <= (injected?.start ?? 0));
  const holds = lease?.holder === name && claim?.claims === true;
  const text = holds
    ? `${name} was the leader (term ${lease.term ?? 'not known'})`
    : `${name} was not the leader: the lease was held by ${lease?.holder ?? 'nobody'}${claim?.claims === true ? '' : ', and it did not believe to lead'}`;
  return { kind: 'was-the-leader', holds, text };
}
