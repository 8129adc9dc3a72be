import { archiveFindings, causeOfShortRestore, leftOutBytes } from '../core/derive/archive.ts';
import { ledgersOf, unknownOf } from '../core/derive/ledgers.ts';
import { acknowledgedWrites, recoveryPointOf, type RecoveryPoint } from '../core/derive/recovery-point.ts';
import { failedStep } from '../core/derive/runbook.ts';
import { formatMillis } from '../core/duration.ts';
import type { EventOf, Objective } from '../core/events.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { sentence } from '../core/sentence.ts';
import { countIn, formatRanges, toRanges } from '../core/sequence.ts';
import { judgeAgainstLimit, type Verdict } from '../core/verdict.ts';
import { formatBytes } from '../core/wal.ts';
import { count, describeBounds } from './words.ts';

/** Wall time is read with this resolution, in milliseconds: a write so close to a named time may be on either side of it. */
const WALL_RESOLUTION_MS = 2;

interface Finding {
  readonly verdict: Verdict;
  readonly summary: string;
}

/**
 * What a restore lost is within the recovery point objective, and is nothing that was archived; a restore to a named time has exactly
 * the writes up to it.
 */
export function recoveryPoint(): Check {
  return {
    id: 'recovery_point',
    title: 'What was lost is within the recovery point objective',
    failure: 'More was lost than the recovery point objective allows',
    judge(history) {
      const point = recoveryPointOf(history);
      const restored = history.latest('database.restored');
      const { atFault } = archiveFindings(history);
      if (point === undefined || restored === undefined) {
        const isStopped = failedStep(history) !== undefined;
        const summary = `The database was not ${restored === undefined ? 'restored' : 'read after the restore'}, so nothing is known of what was lost.`;
        return { verdict: 'unknown', summary, evidence: [], ...(isStopped ? { consequenceOf: cause(history) } : {}) };
      }
      const evidence = [restored, atFault, point.ledger.frozen, point.ledger.read].flatMap((event) => event?.i ?? []);
      const own = wrongWrites(point) ?? leftOut(history, restored);
      if (own !== undefined) return { ...own, evidence };
      const target = history.latest('recovery.target');
      const finding =
        target === undefined
          ? judgeLatest(point, restored, history.first('run.started')?.objective)
          : judgeNamed(history, point, target);
      if (finding.verdict === 'pass') {
        const unknown = notKnown(history, point, restored);
        if (unknown !== undefined) return { verdict: 'unknown', summary: sentence(unknown), evidence };
      }
      const follows = finding.verdict === 'pass' ? undefined : causeOfShortRestore(history);
      return { ...finding, evidence, ...(follows === undefined ? {} : { consequenceOf: follows }) };
    },
  };
}

/** Why a recovery point that seems to be kept is not known to be. */
function notKnown(
  history: History,
  { ledger }: RecoveryPoint,
  restored: EventOf<'database.restored'>,
): string | undefined {
  const others = ledgersOf(history).filter(({ name }) => name !== ledger.name);
  if (others.length > 0)
    return `${others.map(({ name }) => `"${name}"`).join(' and ')} was written as well, and is not judged here`;
  if ((ledger.read?.start ?? Infinity) < restored.end) return `"${ledger.name}" was read before the restore was over`;
  const isNamed = history.first('run.started')?.parameters['restoreTo'] === 'a named time';
  if (isNamed && history.latest('recovery.target') === undefined)
    return 'the time that was to be restored was not written down';
  return unknownOf(ledger);
}

/** The check that says why there is nothing to read. */
function cause(history: History): string {
  return causeOfShortRestore(history) ?? 'runbook_steps';
}

/** What no restore may do, whatever its objective. */
function wrongWrites({ ledger, lostAfter, holes }: RecoveryPoint): Finding | undefined {
  if (ledger.acknowledged === 0) return { verdict: 'unknown', summary: 'No write was acknowledged.' };
  if (ledger.unexpected.length > 0)
    return { verdict: 'fail', summary: `Rows that were never written: ${formatRanges(ledger.unexpected)}.` };
  if (holes.length > 0) {
    const summary = `${count(countIn(holes), 'acknowledged write')} lost (${formatRanges(holes)}), though later ones are there: the restored database has a hole.`;
    return { verdict: 'fail', summary };
  }
  if (lostAfter.length > 0) {
    const summary = `${count(countIn(lostAfter), 'write')} lost that ${countIn(lostAfter) === 1 ? 'was' : 'were'} acknowledged after the fault (${formatRanges(lostAfter)}).`;
    return { verdict: 'fail', summary };
  }
  return undefined;
}

function leftOut(history: History, restored: EventOf<'database.restored'>): Finding | undefined {
  const { atFault, flaws } = archiveFindings(history);
  const bytes = leftOutBytes(history);
  // A restore that ended at a flaw of the archive could not use what lies behind it.
  if (bytes === 0 || flaws.length > 0) return undefined;
  const summary = `The restore ended at ${restored.lsn}, though the archive held the log up to the end of ${atFault?.newest ?? '?'}: up to ${formatBytes(bytes)} that were archived were left out.`;
  return { verdict: 'fail', summary };
}

function judgeLatest(
  point: RecoveryPoint,
  restored: EventOf<'database.restored'>,
  objective: Objective | undefined,
): Finding {
  const lost = countIn(point.lost);
  const acknowledged = count(point.ledger.acknowledged, 'acknowledged write');
  const log = point.walBytes === undefined ? '' : ` and at least ${formatBytes(point.walBytes)} of the log`;
  if (lost === 0)
    return { verdict: 'pass', summary: `All ${acknowledged} are there; the restore reached ${restored.lsn}.` };
  const ranges = formatRanges(point.lost);
  const what = `${lost} of ${acknowledged} lost (${ranges})${log}: the database came back as it was ${describeBounds(point.span)} before the fault`;
  const limitSeconds = objective?.recoveryPointSeconds;
  if (limitSeconds === undefined) {
    const allowed = objective?.lostWrites ?? 0;
    return { verdict: lost <= allowed ? 'pass' : 'fail', summary: `${what}; allowed ${count(allowed, 'write')}.` };
  }
  const verdict = judgeAgainstLimit(point.span, limitSeconds * 1000);
  const relation = { pass: 'within', fail: 'over', unknown: 'too close to decide against' }[verdict];
  return { verdict, summary: `${what}; ${relation} the objective of ${formatMillis(limitSeconds * 1000)}.` };
}

function judgeNamed(history: History, point: RecoveryPoint, target: EventOf<'recovery.target'>): Finding {
  const fault = history.first('fault.injected')?.start ?? Infinity;
  const writes = acknowledgedWrites(history, point.ledger).filter((write) => write.start <= fault);
  const until = writes.filter((write) => write.end < target.start - WALL_RESOLUTION_MS);
  const since = writes.filter((write) => write.start > target.end + WALL_RESOLUTION_MS);
  const lacking = until.filter((write) => !write.isThere);
  const tooNew = since.filter((write) => write.isThere);
  const ranges = (list: typeof writes): string => formatRanges(toRanges(list.map(({ seq }) => seq)));
  if (until.length === 0 || since.length === 0) {
    const side = until.length === 0 ? 'before' : 'after';
    return { verdict: 'unknown', summary: `No write was acknowledged ${side} ${target.wall}.` };
  }
  const wrong = [
    ...(lacking.length > 0 ? [`${count(lacking.length, 'write')} from before it lost (${ranges(lacking)})`] : []),
    ...(tooNew.length > 0 ? [`${count(tooNew.length, 'write')} from after it there (${ranges(tooNew)})`] : []),
  ];
  if (wrong.length > 0) return { verdict: 'fail', summary: `Not as it was at ${target.wall}: ${wrong.join('; ')}.` };
  return {
    verdict: 'pass',
    summary: `Exactly as it was at ${target.wall}: all ${count(until.length, 'write')} from before it are there, none of the ${since.length} from after it.`,
  };
}
