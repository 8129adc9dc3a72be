import type { AuditAspect, AuditPoint, AuditResult, AuditVerdict } from '../../core/audit.ts';
import type { ActionItem, GameDayEventOf } from '../../core/game-day/events.ts';
import type { GameDayAudit } from '../../core/game-day/journal.ts';
import type { GameDayPlan } from '../../core/game-day/plan.ts';
import { count } from '../words.ts';

/** The id under which an audit of the system speaks for beginning, or against it. */
export const AUDIT = 'audit';

type Audited = Pick<GameDayEventOf<'audited'>, 'result' | 'detail'>;
type Required = GameDayAudit['required'][number] & { readonly seen: string };

/**
 * What an audit says to beginning: only what the plan requires counts. What is required and not met is a no-go; what cannot be told, or was
 * not asked, is unknown, and never met.
 */
export function judgeAudit({ platform, go_no_go: goNoGo }: GameDayPlan, { result, detail }: Audited): GameDayAudit {
  const ids = goNoGo.audit.must_be_met;
  const isOfThisDay = result?.platform === platform;
  const required = ids.map((id) => (isOfThisDay ? readRequired(result, id) : notAsked(id)));
  const common = { required: required.map(({ id, title, verdict }) => ({ id, title, verdict })), result };
  const lacking = (is: (verdict: AuditVerdict | null) => boolean): string[] =>
    required.filter(({ verdict }) => is(verdict)).map(({ title, seen }) => `${title}: ${seen}`);
  const counts = isOfThisDay ? `${inWords(result)}.` : whyNothing(result, platform, detail);
  const notMet = lacking((verdict) => verdict === 'not_met');
  if (notMet.length > 0) return { ...common, says: 'no-go', detail: `Required and not met: ${notMet.join(' ')}` };
  const unknown = lacking((verdict) => verdict === 'cannot_tell' || verdict === null);
  if (unknown.length > 0 && !isOfThisDay) return { ...common, says: 'unknown', detail: counts };
  if (unknown.length > 0) return { ...common, says: 'unknown', detail: `Required and not known: ${unknown.join(' ')}` };
  const words =
    ids.length === 0 ? 'The plan requires nothing of it.' : `Met is all that the plan requires (${ids.join(', ')}).`;
  return { ...common, says: 'go', detail: `${words} ${counts}` };
}

/** `1 of 8 points met, 7 not met, 0 cannot be told` */
function inWords({ counts, points }: AuditResult): string {
  return `${counts.met} of ${count(points.length, 'point')} met, ${counts.notMet} not met, ${counts.cannotTell} cannot be told`;
}

function whyNothing(result: AuditResult | null, platform: string, detail: string): string {
  if (result !== null) return `The audit is of ${result.target} on ${result.platform}, and the day is on ${platform}.`;
  return `The audit could not be made: ${detail.replace(/\.$/, '')}.`;
}

function notAsked(id: string): Required {
  return { id, title: id, verdict: null, seen: 'the audit did not ask for it.' };
}

/** A point goes before what it asks for, where both have the same id. */
function readRequired({ points }: AuditResult, id: string): Required {
  const point = points.find((one) => one.id === id);
  if (point !== undefined) return { id, title: point.title, verdict: point.verdict, seen: whyNotMet(point) };
  const aspect = points.flatMap(({ aspects }) => aspects).find((one) => one.id === id);
  if (aspect === undefined) return notAsked(id);
  return { id, title: aspect.title, verdict: aspect.verdict, seen: withRemedy(aspect) };
}

/** What is missing at a point, in the words of the first of its aspects that is. */
export function whyNotMet({ verdict, aspects }: AuditPoint): string {
  const first = aspects.find((aspect) => aspect.verdict === verdict);
  return first === undefined ? '' : withRemedy(first);
}

function withRemedy({ summary, tryThis }: AuditAspect): string {
  return tryThis === undefined ? summary : `${summary} → ${tryThis}`;
}

/** What could be done about what is not met, for people to take over as action items: one for each, without what is promised already. */
export function proposalsOf(
  { result }: Pick<GameDayAudit, 'result'>,
  promised: readonly Pick<ActionItem, 'what'>[],
): readonly string[] {
  const all = (result?.points ?? []).flatMap(({ title, aspects }) =>
    aspects.flatMap(({ verdict, tryThis }) =>
      verdict === 'not_met' && tryThis !== undefined ? [`${title}: ${tryThis}`] : [],
    ),
  );
  const known = new Set(promised.map(({ what }) => what));
  return [...new Set(all)].filter((text) => !known.has(text));
}
