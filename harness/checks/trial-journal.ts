import { elapsed, type Bounds } from '../core/bounds.ts';
import { deliveryOf, describeMissing } from '../core/derive/deliveries.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { jobResponse } from '../core/derive/job-response.ts';
import { jobsInFlight, observedJobs, type ObservedJob } from '../core/derive/job-timeline.ts';
import { ledgersOf } from '../core/derive/ledgers.ts';
import { milestonesOf } from '../core/derive/milestones.ts';
import { isCountedFromHealing, recoveryClock } from '../core/derive/recovery-clock.ts';
import { formatMillis } from '../core/duration.ts';
import { describeVictims } from '../core/derive/victims.ts';
import type { EventOf } from '../core/events.ts';
import type { History } from '../core/history.ts';
import type { CheckResult, JournalDelivery, JournalJob, JournalLedger, Milestone, Trial } from '../core/journal.ts';
import { countIn, formatRanges } from '../core/sequence.ts';
import { combineVerdicts, type Verdict } from '../core/verdict.ts';
import { boundsInSeconds, toSeconds } from './journal-seconds.ts';
import { outcomeOf } from './job-outcome.ts';
import { journalOutages } from './outage-journal.ts';
import { describeRecovery } from './recovery-journal.ts';
import { measuredRecovery } from './recovery-time.ts';
import { journalSchedules } from './schedule-journal.ts';
import { count, NOT_COUNTED } from './words.ts';
import { attemptWaits, prescribedWaitSeconds } from './retry-policy.ts';

/** One trial of the journal from its events and the results of its checks. */
export function describeTrial(history: History, checks: readonly CheckResult[]): Trial {
  const objective = history.first('run.started')?.objective;
  const injected = history.first('fault.injected');
  const measured = measuredRecovery(history);
  const clock = recoveryClock(history);
  const verdict = combineVerdicts(checks.map((check) => check.verdict));
  const expectedMs = (objective?.expectedSeconds ?? 0) * 1000;
  return {
    trial: history.trial,
    verdict,
    headline: headlineOf(verdict, checks, measured?.time, history),
    broke: injected === undefined ? 'Nothing was broken.' : describeFault(history),
    faultAtSeconds: injected === undefined ? null : toSeconds(injected.start),
    recovery: {
      verdict: checks.find((check) => check.id === 'recovery_time')?.verdict ?? 'unknown',
      measuredSeconds: measured === undefined ? null : boundsInSeconds(measured.time),
      fasterThanExpected: measured !== undefined && measured.time.high < expectedMs,
      ...(isCountedFromHealing(history) && clock !== undefined
        ? { clockStartsAtSeconds: toSeconds(clock.at.best) }
        : {}),
    },
    milestones: describeMilestones(history),
    checks: [...checks],
    jobs: observedJobs(history).map((job) => describeJob(history, job)),
    deliveries: countedConnections(history).map((connection) => describeDelivery(history, connection)),
    ledgers: describeLedgers(history),
    ...journalSchedules(history),
    outages: journalOutages(history),
    ...describeRecovery(history),
  };
}

/** Subjects whose records the harness made or read itself: of another's connection it knows neither. */
function countedConnections(history: History): readonly EventOf<'connection'>[] {
  const counted = new Set(
    [...history.all('source.rows'), ...history.all('delivery.read')].map(({ connectionId }) => connectionId),
  );
  return history.all('connection').filter(({ role, connectionId }) => role === 'subject' && counted.has(connectionId));
}

/** The cause before its consequences, a fail before an unknown. */
function headlineOf(
  verdict: Verdict,
  checks: readonly CheckResult[],
  time: Bounds | undefined,
  history: History,
): string {
  const limit = formatMillis((history.first('run.started')?.objective.recoverySeconds ?? 0) * 1000);
  if (verdict === 'pass' && time !== undefined) {
    const ledgers = ledgersOf(history);
    const lost = ledgers.reduce((sum, ledger) => sum + countIn(ledger.lost), 0);
    const isCounted = ledgers.length > 0 || countedConnections(history).length > 0;
    const loss =
      lost > 0
        ? `${count(lost, 'acknowledged write')} lost, which the objective allows`
        : isCounted
          ? 'nothing was lost'
          : NOT_COUNTED;

    const from = isCountedFromHealing(history) ? ' after the cause was removed' : '';
    return `Recovered in ${formatMillis(time.best)}${from}, within the objective of ${limit}; ${loss}.`;
  }
  const bad = checks.filter((check) => check.verdict === verdict);
  const cause = bad.find((check) => check.consequenceOf === undefined) ?? bad[0];
  return cause === undefined
    ? 'Nothing was judged.'
    : `${cause.failure ?? `${cause.title}: not known`}. ${cause.summary}`;
}

function describeFault(history: History): string {
  const injected = history.all('fault.injected');
  const firstAt = injected[0]?.start ?? 0;
  const described = history.all('fault.planned').map(({ description, targets }, n) => {
    const victims = describeVictims(targets);
    const at = injected[n]?.start;
    const later =
      at === undefined ? '; planned, and never injected: ' : `; then, ${formatMillis(at - firstAt)} later, `;
    return `${n === 0 ? '' : later}${description}: ${victims}`;
  });
  return `${described.join('')}.`;
}

function describeMilestones(history: History): Milestone[] {
  const injected = injectionTime(history);
  const endsWith = history.first('run.started')?.recoveryEnds.milestone;
  return milestonesOf(history).map(({ id, title, at, isOnPath, evidence }) => ({
    id,
    title,
    sinceFaultSeconds: at === undefined || injected === undefined ? null : boundsInSeconds(elapsed(injected.at, at)),
    atSeconds: at === undefined ? null : toSeconds(at.best),
    isOnPath,
    endsRecovery: id === endsWith,
    evidence: [...evidence],
  }));
}

function describeJob(history: History, job: ObservedJob): JournalJob {
  const injected = injectionTime(history);
  const connection = history.first('connection', (candidate) => candidate.connectionId === job.connectionId);
  const waits = new Map(attemptWaits(history, job).map((wait) => [wait.attempt, wait]));
  return {
    jobId: job.jobId,
    connectionId: job.connectionId,
    connectionName: connection?.name ?? job.connectionId,
    role: connection?.role ?? 'background',
    trigger: job.trigger,
    wasInFlight: injected !== undefined && jobsInFlight([job], injected.at).length > 0,
    outcome: outcomeOf(history, job),
    claimed: job.status,
    attempts: job.attempts.map((attempt) => {
      const wait = waits.get(attempt.number);
      return {
        number: attempt.number,
        status: attempt.status,
        startedSeconds: boundsInSeconds(attempt.started),
        endedSeconds: attempt.ended === undefined ? null : boundsInSeconds(attempt.ended),
        waitedSeconds: wait === undefined ? null : boundsInSeconds(wait.measured),
        policyWaitSeconds: wait === undefined ? null : (prescribedWaitSeconds(history, wait) ?? null),
        recordsEmitted: attempt.recordsEmitted ?? null,
        recordsCommitted: attempt.recordsCommitted ?? null,
        failure: attempt.failure ?? null,
      };
    }),
    ...describeResponse(history, job),
  };
}

function describeResponse(
  history: History,
  job: ObservedJob,
): Pick<JournalJob, 'detectSeconds' | 'actSeconds' | 'finishSeconds' | 'alertSeconds'> {
  const response = jobResponse(history, job);
  if (response === undefined) return {};
  const { detect, act, finish, alert } = response;
  return {
    ...(detect === undefined ? {} : { detectSeconds: boundsInSeconds(detect) }),
    ...(act === undefined ? {} : { actSeconds: boundsInSeconds(act) }),
    finishSeconds: boundsInSeconds(finish),
    ...(alert === undefined ? {} : { alertSeconds: boundsInSeconds(alert) }),
  };
}

function describeDelivery(history: History, connection: Parameters<typeof deliveryOf>[1]): JournalDelivery {
  const delivery = deliveryOf(history, connection);
  const produced = countIn(delivery.produced);
  const isRead = delivery.read !== undefined;
  return {
    connectionId: connection.connectionId,
    connectionName: connection.name,
    produced,
    delivered: delivery.read?.rows ?? 0,
    missing: countIn(delivery.missing),
    missingRanges: isRead ? describeMissing(delivery) : 'the destination was never read to the end',
    repeated: delivery.repeated,
    extraCopies: delivery.extraCopies,
    unexpected: countIn(delivery.unexpected),
  };
}

function describeLedgers(history: History): JournalLedger[] {
  return ledgersOf(history).map((ledger) => ({
    ledger: ledger.name,
    attempted: ledger.attempted,
    acknowledged: ledger.acknowledged,
    indeterminate: ledger.indeterminate,
    failed: ledger.failed,
    recovered: ledger.recovered,
    lost: countIn(ledger.lost),
    lostRanges: formatRanges(ledger.lost),
    duplicated: ledger.duplicated,
    unexpected: countIn(ledger.unexpected),
    isRead: ledger.read !== undefined,
    recoveryPointSeconds: ledger.read === undefined ? null : toSeconds(ledger.lostSpanMs ?? 0),
  }));
}
