import { combineAuditVerdicts, type AuditPoint } from '../../core/audit.ts';
import type { GameDayEvent } from '../../core/game-day/events.ts';
import type { GameDayAudit, GameDayJournal, GameDayStep } from '../../core/game-day/journal.ts';
import { all, type GameDayProgress } from '../../core/game-day/progress.ts';
import { formatMillis } from '../../core/duration.ts';
import { AUDIT, whyNotMet } from './judge-audit.ts';

type Finding = GameDayJournal['findings'][number];
type Judged = Pick<GameDayJournal, 'steps' | 'criteria' | 'items' | 'told' | 'audit' | 'sessions'>;

/** What somebody should do something about, the gravest first. */
export function findingsOf(
  events: readonly GameDayEvent[],
  { began, decision }: GameDayProgress,
  judged: Judged,
  wallEnd: string,
): Finding[] {
  const high = (text: string, step: string | null = null): Finding => ({ severity: 'high', text, step });
  const low = (text: string, step: string | null = null): Finding => ({ severity: 'low', text, step });
  return [
    ...(began.standIn === null
      ? []
      : [
          high(
            'No scenario was run: a recording was played in their place. Nothing of this day says anything about the system.',
          ),
        ]),
    ...judged.steps.flatMap((step) => ofStep(step).map((text) => high(text, step.id))),
    ...judged.criteria
      .filter(({ state }) => state === 'met' || state === 'met-and-overruled')
      .map(({ text, detail, step }) => high(`An abort criterion was met: ${text} ${detail}`, step)),
    ...requiredOf(judged.audit, decision).map((text) => high(text)),
    ...all(events, 'cleaned-up')
      .filter(({ succeeded }) => !succeeded)
      .map(({ detail }) => high(`Not everything could be put right: ${detail}`)),
    ...all(events, 'stack.down')
      .filter(({ succeeded }) => !succeeded)
      .map(({ detail }) => high(`The stack could not be taken down: ${detail}`)),
    ...(decision?.decision === 'go'
      ? decision.inputs
          .filter(({ id, says }) => says === 'no-go' && id !== AUDIT)
          .map(({ title, detail }) =>
            low(`It was begun although this spoke against it: ${title}: ${detail} Reason: ${decision.reason}`),
          )
      : []),
    ...judged.steps
      .filter(({ verdict }) => verdict === 'unknown')
      .map((step) => low(`${step.title}: ${step.summary}`, step.id)),
    ...judged.items
      .filter(({ isOld, state, due }) => isOld && state === 'open' && due !== null && due < wallEnd.slice(0, 10))
      .map(({ what, owner, due }) =>
        low(`An action item of an earlier game day is overdue since ${due ?? ''}: ${what} (${owner})`),
      ),
    ...judged.told
      .filter(({ delivered }) => delivered === false)
      .map(({ who, occasion, detail }) => low(`${who} was not told (${occasion}): ${detail}`)),
    ...judged.sessions.flatMap(({ after, gapSeconds }) =>
      after === 'crash'
        ? [
            low(
              `The harness itself was ended in the middle, and the day taken up again after ${formatMillis((gapSeconds ?? 0) * 1000)}.`,
            ),
          ]
        : [],
    ),
    ...shortcomingsOf(judged.audit).map((text) => low(text)),
  ];
}

/** What the plan requires of the audit and is not met: a reason not to begin, and to act on where it was begun. */
function requiredOf(audit: GameDayAudit | null, decision: GameDayProgress['decision']): string[] {
  if (audit?.says !== 'no-go') return [];
  const begun = decision?.decision === 'go' ? ` It was begun all the same: ${decision.reason}` : '';
  return [`The audit: ${audit.detail}${begun}`];
}

/** Every point that the audit does not find met, without what {@link requiredOf} tells of it. */
function shortcomingsOf(audit: GameDayAudit | null): string[] {
  if (audit === null) return ['No audit of the system was made before the day.'];
  if (audit.result === null) return [audit.detail];
  const notMet = audit.required.filter(({ verdict }) => verdict === 'not_met');
  const told = new Set(audit.says === 'no-go' ? notMet.map(({ id }) => id) : []);
  const words = { not_met: 'not met', cannot_tell: 'cannot be told' } as const;
  return audit.result.points.flatMap((whole) => {
    const point = without(whole, told);
    return point.verdict === 'met' ? [] : [`Audit: ${words[point.verdict]}: ${point.title}. ${whyNotMet(point)}`];
  });
}

/** What is left of a point to tell; one of which all is told is called met. */
function without(point: AuditPoint, told: ReadonlySet<string>): AuditPoint {
  if (told.has(point.id)) return { ...point, verdict: 'met' };
  const aspects = point.aspects.filter(({ id }) => !told.has(id));
  if (aspects.length === point.aspects.length) return point;
  const verdict = aspects.length === 0 ? 'met' : combineAuditVerdicts(aspects.map((aspect) => aspect.verdict));
  return { ...point, aspects, verdict };
}

function ofStep(step: GameDayStep): string[] {
  // The first is told by the headline of the run already.
  const causes =
    step.run?.causes.filter(({ verdict, summary }) => verdict === 'fail' && !step.summary.includes(summary)) ?? [];
  const failed =
    step.verdict === 'fail'
      ? [
          `${step.title} failed: ${step.summary}`,
          ...causes.map(({ check, summary }) => `${step.title}: ${check}: ${summary}`),
        ]
      : [];
  if (step.finding !== 'refuted') return failed;
  const numbers = step.expected.map((expected, index) => `${expected} → ${step.measured[index] ?? '–'}`);
  const measured = numbers.length === 0 ? step.remark : numbers.join('; ');
  return [
    ...failed,
    `${step.title}: not as expected: “${step.hypothesis}” ${measured === '' ? 'People saw otherwise' : `Measured: ${measured}`}.`,
  ];
}
