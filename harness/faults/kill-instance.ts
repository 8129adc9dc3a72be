import { connectWorkflows, type WorkflowClient } from '../clients/workflows.ts';
import { highestProduced } from '../core/derive/deliveries.ts';
import { interruptedJob, subjectJobs } from '../core/derive/job-timeline.ts';
import { ChaosError } from '../core/errors.ts';
import type { Instance, KillEvidence } from '../core/platform.ts';
import type { Fault, FaultTarget, TrialContext, Wait } from '../core/scenario.ts';

/** Chooses what is hit. Its words go into the error when it matches nothing. */
export interface TargetSelector {
  readonly describe: string;
  prepare?(context: TrialContext): Promise<void>;
  choose(context: TrialContext): Promise<readonly FaultTarget[]>;
}

/** The worker instance that runs the subject's sync at this moment, by what Temporal says of its activity. */
export function workerRunningTheSync(): TargetSelector {
  let workflows: WorkflowClient | undefined;
  return {
    describe: 'the worker that runs the sync',
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

export interface KillInstanceOptions {
  readonly of: TargetSelector;
  readonly when: Wait;
}

/**
 * Ends the main process of one instance with SIGKILL, as the kernel's out-of-memory killer or a lost node does: no handler
 * runs, nothing is handed over. The platform restarts it; the undo makes sure of that.
 */
export function killInstance({ of, when }: KillInstanceOptions): Fault {
  return {
    id: 'kill-instance',
    description: `SIGKILL to ${of.describe}`,
    needs: ['signal-instances', 'watch-instances'],
    when,
    prepare: async (context) => of.prepare?.(context),
    async plan(context) {
      const targets = await of.choose(context);
      if (targets.length === 0) {
        throw new ChaosError({
          code: 'no-target',
          message: `No instance matched the selector "${of.describe}", so nothing was broken.`,
          tryThis: 'The sync may have ended before the fault: give it more records with --set records=40000.',
        });
      }
      const { stack } = context;
      return {
        targets,
        undo: targets.map(({ instance }) => ({ kind: 'ensure-running', dir: stack.dir, instance: instance.name })),
        async inject() {
          for (const { instance } of targets) await stack.signalInstance(instance, 'SIGKILL');
        },
        async gatherEvidence(report, signal) {
          for (const { instance, why } of targets) {
            await stack.confirmGone(instance, report, signal);
            report(ranTheSync(context, instance, why));
          }
        },
      };
    },
  };
}

/** The victim was the right one when the sync's attempt was open at the fault and had records left to move. */
function ranTheSync(context: TrialContext, instance: Instance, why: string): KillEvidence {
  const { history } = context;
  const injected = history.latest('fault.injected');
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
