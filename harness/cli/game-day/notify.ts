import { judgeGameDay } from '../../checks/game-day/judge-game-day.ts';
import { callWebhook } from '../../clients/webhook.ts';
import { describeError } from '../../core/errors.ts';
import type { GameDayEventOf } from '../../core/game-day/events.ts';
import { all } from '../../core/game-day/progress.ts';
import { resolveReference } from '../monitor/credentials.ts';
import { progressOf, type Day } from './day.ts';

type Occasion = GameDayEventOf<'notified'>['occasion'];

/** A webhook that has not answered by then is not waited for, in milliseconds. */
const TIMEOUT_MS = 5000;

/** Tells everybody whom the plan names. One who cannot be reached is written down, and stops nothing. */
export async function tell(day: Day, occasion: Occasion): Promise<void> {
  const { plan, began } = progressOf(day);
  const told = new Set(
    all(day.record.events, 'notified').flatMap((event) => (event.occasion === occasion ? [event.who] : [])),
  );
  const body = bodyOf(day, occasion);
  for (const { who, how, webhook } of plan.tell) {
    if (told.has(who)) continue;
    const result = webhook === undefined ? byPeople(how) : await byWebhook(webhook, { ...body, gameDay: began.dayId });
    day.record.append({ type: 'notified', who, occasion, ...result });
    const mark = { true: '✓', false: '✗', null: '→' }[`${result.delivered}`];
    day.room.say(`  ${mark} ${who} (${occasion}): ${result.detail}`);
  }
}

type Result = Pick<GameDayEventOf<'notified'>, 'delivered' | 'detail'>;

function byPeople(how: string | undefined): Result {
  return { delivered: null, detail: `to be told by people${how === undefined ? '' : `: ${how}`}` };
}

async function byWebhook(reference: string, body: Readonly<Record<string, unknown>>): Promise<Result> {
  try {
    const url = resolveReference('The webhook', reference);
    return { delivered: true, detail: await callWebhook({ url, body, timeoutMs: TIMEOUT_MS }) };
  } catch (error) {
    return { delivered: false, detail: describeError(error) };
  }
}

/** `text` is what chat systems show; the rest is for programs. */
function bodyOf({ record }: Day, occasion: Occasion): Readonly<Record<string, unknown>> {
  const { title, steps, headline, verdict, outcome, reason } = judgeGameDay(record.events);
  const names = steps.map((step) => step.title);
  switch (occasion) {
    case 'before':
      return { occasion, title, steps: names, text: `Game day “${title}” begins: ${names.join(', ')}.` };
    case 'abort':
      return {
        occasion,
        title,
        reason,
        text: `Game day “${title}” was ended early: ${reason ?? 'no reason was given'}`,
      };
    case 'after':
      return {
        occasion,
        title,
        verdict,
        outcome,
        headline,
        text: `Game day “${title}” is over: ${verdict.toUpperCase()}. ${headline}`,
      };
    default:
      return occasion satisfies never;
  }
}
