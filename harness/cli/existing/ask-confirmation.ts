import { askAtTerminal, isSomebodyThere } from './ask-at-terminal.ts';
import type { Existing } from './open-existing.ts';

/**
 * Asks a person to type the name of the context, where more than one component is meant. Undefined where nobody has to, or can be asked.
 * @throws ChaosError `interrupted` at Ctrl-C.
 */
export async function askConfirmation({ reach, chosen, scenario }: Existing): Promise<string | undefined> {
  if (reach === 'component' || !isSomebodyThere()) return undefined;
  const question = `${scenario.id} reaches the ${reach} of ${chosen.context}. Type the name of the context to go on: `;
  return (await askAtTerminal(question)).trim();
}
