import { createInterface } from 'node:readline/promises';
import type { Existing } from './open-existing.ts';

/** Asks a person to type the name of the context, where more than one component is meant. Undefined where nobody has to, or can be asked. */
export async function askConfirmation({ reach, chosen, scenario }: Existing): Promise<string | undefined> {
  if (reach === 'component' || !process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await dialogue.question(
      `${scenario.id} reaches the ${reach} of ${chosen.context}. Type the name of the context to go on: `,
    );
    return answer.trim();
  } finally {
    dialogue.close();
  }
}
