import type { JobFacts } from '../core/airbyte-look.ts';
import { endOf, subjectOf, type Indexed } from './jobs.ts';
import type { Finding } from './report-schema.ts';

/** An alert is sent at the end of a job, once (facts §4): what is not there after this time, in milliseconds, does not come any more. */
const ALERT_WITHIN_MS = 60_000;

/** Jobs that failed for good and of which nobody was told, as far as settings and the sink show. */
export function findMissingAlerts(indexed: Indexed, failed: readonly JobFacts[]): Finding[] {
  const { look } = indexed;
  const syncs = failed.filter(({ type }) => type === 'sync' || type === 'refresh');
  const ofWorkspaces = look.workspaces.items.flatMap((workspace): Finding[] => {
    const own = syncs.filter(
      ({ connectionId }) => indexed.connections.get(connectionId)?.workspaceId === workspace.workspaceId,
    );
    const { workspaceId, name, failureNotice } = workspace;
    if (own.length === 0 || failureNotice === 'set') return [];
    const isUnknown = failureNotice === 'unknown';
    return [
      {
        kind: 'alert_not_sent',
        verdict: isUnknown ? 'unknown' : 'problem',
        severity: isUnknown ? 'info' : 'warning',
        summary: isUnknown
          ? `Whether somebody was told of ${own.length} failed jobs cannot be told: the API does not show the notifications of workspace ${name}.`
          : `Nobody was told of ${own.length} failed jobs: workspace ${name} has no notification for failures.`,
        known: [`newest: job ${own[0]?.id ?? '?'}`],
        cannotTell: isUnknown ? ['Whether a notification is set.'] : ['Whether another system watches the jobs.'],
        workspaceId,
      },
    ];
  });
  return [...ofWorkspaces, ...atTheSink(indexed, syncs)];
}

function atTheSink(indexed: Indexed, failed: readonly JobFacts[]): Finding[] {
  const { alerts, at, workspaces } = indexed.look;
  if (alerts.kind === 'not-asked' || failed.length === 0) return [];
  if (alerts.kind === 'unknown') {
    return [
      {
        kind: 'alert_not_sent',
        verdict: 'unknown',
        severity: 'warning',
        summary: `Whether alerts arrived for ${failed.length} failed jobs cannot be told: ${alerts.detail}.`,
        known: [],
        cannotTell: ['Whether alerts were sent.'],
      },
    ];
  }
  // Where nothing is set, that was said already.
  const silent = new Set(workspaces.items.filter((one) => one.failureNotice === 'none').map((one) => one.workspaceId));
  return failed.flatMap((job): Finding[] => {
    const workspaceId = indexed.connections.get(job.connectionId)?.workspaceId ?? '';
    const isFresh = at - endOf(job) < ALERT_WITHIN_MS;
    if (alerts.jobIds.has(job.id) || silent.has(workspaceId) || isFresh) return [];
    const name = indexed.nameOf(job.connectionId);
    const mayBeIts = alerts.withoutJob.some((text) => text.includes(name));
    return [
      {
        kind: 'alert_not_sent',
        verdict: mayBeIts ? 'unknown' : 'problem',
        severity: mayBeIts ? 'info' : 'critical',
        summary: mayBeIts
          ? `Whether the alert for job ${job.id} of ${name} arrived cannot be told: alerts of its connection do not name their job.`
          : `No alert arrived for job ${job.id} of ${name}, which failed for good.`,
        known: [`${alerts.jobIds.size + alerts.withoutJob.length} alerts were received`],
        cannotTell: ['Whether an alert was sent elsewhere.'],
        ...subjectOf(indexed, job),
      },
    ];
  });
}
