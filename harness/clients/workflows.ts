import { ChaosError, describeError } from '../core/errors.ts';
import type { Endpoint } from '../core/platform.ts';

/** `PENDING_ACTIVITY_STATE_STARTED` of Temporal's API: a worker holds the activity. */
const STARTED = 2;

/** What the harness asks of Temporal: who is working on a workflow right now. */
export interface WorkflowClient {
  /**
   * Identities of the workers that run an activity of the workflow at this moment, as Temporal last heard of them.
   * @throws ChaosError `client` when Temporal does not answer or does not know the workflow.
   */
  workersOf(workflowId: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Connects to the Temporal frontend; the SDK is loaded here and nowhere else. */
export async function connectWorkflows(at: Endpoint, namespace = 'default'): Promise<WorkflowClient> {
  const { Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ address: `${at.host}:${at.port}`, connectTimeout: '10s' });
  return {
    async workersOf(workflowId) {
      try {
        const reply = await connection.withDeadline(Date.now() + 5000, () =>
          connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } }),
        );
        const identities = (reply.pendingActivities ?? [])
          .filter((activity) => Number(activity.state) === STARTED)
          .map((activity) => activity.lastWorkerIdentity ?? '');
        return [...new Set(identities)].filter((identity) => identity !== '');
      } catch (error) {
        throw new ChaosError({
          code: 'client',
          message: `Temporal could not describe workflow ${workflowId}: ${describeError(error)}.`,
          cause: error,
        });
      }
    },
    close: () => connection.close(),
  };
}
