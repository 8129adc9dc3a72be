import { z } from 'zod';
import { describeError } from '../../core/errors.ts';
import type { GoNoGoInput } from '../../core/game-day/events.ts';
import { stepId, type ScenarioStep } from '../../core/game-day/plan.ts';
import { logOf, progressOf, type Day } from './day.ts';
import { requireSamePlace } from './place.ts';
import { allWords } from './program.ts';
import { parseJson } from './stack.ts';
import { stepArguments } from './run-arguments.ts';

/** What a dry run on an existing cluster says of the run (`foresee.ts`). */
const dryRun = z.object({
  version: z.literal(1),
  refused: z.object({ message: z.string(), tryThis: z.string().optional() }).optional(),
  confirmation: z.object({ reach: z.string(), name: z.string() }).optional(),
  isBrokenByPerson: z.boolean().default(false),
});

/** What is known of a step's run on an existing cluster before it is begun. */
export interface ForeseenStep {
  /** Why it would be refused; undefined where it may be done, a confirmation given. */
  readonly refused: string | undefined;
  /** Where somebody has to say that more than one component is meant: how far it reaches, and the name to give. */
  readonly confirmation: { readonly reach: string; readonly name: string } | undefined;
  /** No command breaks anything: the room is asked to, when everything is ready. */
  readonly isBrokenByPerson: boolean;
}

const NOTHING_ASKED = { refused: undefined, confirmation: undefined, isBrokenByPerson: false } as const;
const NOBODY_TO_BREAK =
  'No command takes the site away, and a day without people has nobody who could be asked to. Name one in the configuration (recovery: {break: {command: […], within: 10m}}), or run the day with people.';

/** Asks the scenario itself, by a dry run, whether it may be carried out now. Changes nothing. */
export async function foreseeStep(day: Day, step: ScenarioStep): Promise<ForeseenStep> {
  const progress = progressOf(day);
  const { place } = progress.began;
  if (place === null) return NOTHING_ASKED;
  try {
    await requireSamePlace(place);
  } catch (error) {
    return { ...NOTHING_ASKED, refused: describeError(error) };
  }
  const args = [...stepArguments(progress, step, []), '--dry-run', '--json'];
  const ended = await day.program.run(args, logOf(day, `foresee-${stepId(step)}`), day.room.leaving);
  day.room.leaving.throwIfAborted();
  const said = dryRun.safeParse(parseJson(ended.stdout)).data;
  if (said === undefined) return { ...NOTHING_ASKED, refused: allWords(ended) };
  const { confirmation, isBrokenByPerson } = said;
  const nobody = isBrokenByPerson && !day.room.attended ? NOBODY_TO_BREAK : undefined;
  const refused = said.refused && [said.refused.message, said.refused.tryThis ?? ''].join(' ').trim();
  return { refused: refused ?? nobody, confirmation, isBrokenByPerson };
}

/** Whether everything that is planned may be done in the existing cluster, by what can be seen now. */
export async function foreseeAll(day: Day): Promise<Pick<GoNoGoInput, 'says' | 'detail'>> {
  const { plan } = progressOf(day);
  const steps = plan.steps.filter((step): step is ScenarioStep => 'scenario' in step);
  const against: string[] = [];
  for (const step of steps) {
    day.room.showStatus(`May ${stepId(step)} be carried out? …`);
    const { refused, confirmation } = await foreseeStep(day, step);
    if (refused !== undefined) against.push(`${stepId(step)}: ${refused}`);
    else if (confirmation !== undefined && !day.room.attended && step.confirm !== confirmation.name)
      against.push(`${stepId(step)}: ${unconfirmed(confirmation)}`);
  }
  day.room.showStatus(undefined);
  if (against.length > 0) return { says: 'no-go', detail: against.join(' ') };
  return { says: 'go', detail: `Each of ${steps.map(stepId).join(', ')} may be, by what the cluster shows now.` };
}

/** Why a day without people leaves a step out that reaches further than one component. */
export function unconfirmed({ reach, name }: NonNullable<ForeseenStep['confirmation']>): string {
  return `It reaches the ${reach} of ${name}, and the plan does not say that this is meant (confirm: ${name}).`;
}
