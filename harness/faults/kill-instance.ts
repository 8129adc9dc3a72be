import { connectWorkflows } from '../clients/workflows.ts';
import { interruptedJob, subjectJobs } from '../core/derive/job-timeline.ts';
import { ChaosError } from '../core/errors.ts';
import type { Instance } from '../core/platform.ts';
import type { Fault, FaultTarget, TrialContext, Wait } from '../core/scenario.ts';

/** Chooses what is hit. Its words go into the error when it matches nothing. */
export interface TargetSelector {
  readonly describe: string;
  choose(context: TrialContext): Promise<readonly FaultTarget[]>;
}

/** The worker instance that runs the subject's sync at this moment, by what Temporal says of its activity. */
export function workerRunningTheSync(): TargetSelector {
  return {
    describe: 'the worker that runs the sync',
    async choose(context) {
      const job = subjectJobs(context.history).at(-1);
      if (job === undefined) return [];
      const workflows = await connectWorkflows(context.stack.endpoint('temporal'));
      try {
        const identities = await workflows.workersOf(`sync_${job.jobId}`);
        const instances = await context.stack.instances();
        return instances
          .filter((instance) => identities.includes(instance.name))
          .map((instance) => ({ instance, why: `Temporal says that it runs the sync of job ${job.jobId}` }));
      } finally {
        await workflows.close();
      }
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
        async gatherEvidence(signal) {
          const evidence = [];
          for (const { instance } of targets) evidence.push(...(await stack.confirmGone(instance, signal)));
          for (const { instance, why } of targets) evidence.push(ranTheSync(context, instance, why));
          return evidence;
        },
      };
    },
  };
}

/** The victim was the right one when the sync's attempt was open at the moment of the fault. */
function ranTheSync(
  context: TrialContext,
  instance: Instance,
  why: string,
): { kind: string; holds: boolean; text: string } {
  const injected = context.history.latest('fault.injected');
  const job =
    injected && interruptedJob(context.history, { low: injected.start, best: injected.start, high: injected.end });
  const isOpen = job?.attempts.at(-1)?.status === 'running' || (job !== undefined && job.finished === undefined);
  return {
    kind: 'ran-the-sync',
    holds: isOpen,
    text: isOpen
      ? `${instance.name} was the right victim: ${why}`
      : `no attempt of the sync was open when ${instance.name} was killed`,
  };
}
