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
    return [
      {
        kind: 'alert_not_sent',
        ...howTold(failureNotice, `${own.length} failed jobs`, name),
        known: [`newest: job ${own[0]?.id ?? '?'}`],
        workspaceId,
      },
    ];
  });
  return [...ofWorkspaces, ...atTheSink(indexed, syncs)];
}

function howTold(
  notice: 'none' | 'mail' | 'unknown',
  jobs: string,
  workspace: string,
): Pick<Finding, 'verdict' | 'severity' | 'summary' | 'cannotTell'> {
  const notKnown = `Whether somebody was told of ${jobs} cannot be told`;
  switch (notice) {
    case 'none':
      return {
        verdict: 'problem',
        severity: 'warning',
        summary: `Nobody was told of ${jobs}: workspace ${workspace} has no notification for failures.`,
        cannotTell: ['Whether another system watches the jobs.'],
      };
    case 'mail':
      return {
        verdict: 'unknown',
        severity: 'warning',
        summary: `${notKnown}: workspace ${workspace} has e-mail alone, which is its default, and which Airbyte sends only where CUSTOMERIO_API_KEY is set.`,
        cannotTell: ['Whether this Airbyte sends e-mail.'],
      };
    case 'unknown':
      return {
        verdict: 'unknown',
        severity: 'info',
        summary: `${notKnown}: the API does not show the notifications of workspace ${workspace}.`,
        cannotTell: ['Whether a notification is set.'],
      };
    default:
      return notice satisfies never;
  }
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
