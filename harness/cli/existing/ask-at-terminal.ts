import { createInterface } from 'node:readline/promises';
import { ChaosError } from '../../core/errors.ts';

/** Whether there is a person who could be asked. */
export function isSomebodyThere(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Asks the person at the terminal one question and returns the line that was typed. The terminal gives Ctrl-C to the question and not to the process.
 * @throws ChaosError `interrupted` at Ctrl-C, Ctrl-D, or as soon as the signal aborts.
 */
export async function askAtTerminal(question: string, signal?: AbortSignal): Promise<string> {
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await dialogue.question(question, signal === undefined ? {} : { signal });
  } catch (cause) {
    process.stderr.write('\n');
    throw new ChaosError({ code: 'interrupted', message: 'The question was not answered, so it ends here.', cause });
  } finally {
    dialogue.close();
  }
}
