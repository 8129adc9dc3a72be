import { describeError } from '../core/errors.ts';

/** Each clean-up has this long unless it says otherwise, whatever the others took and whatever ended the run. */
const BUDGET_MS = 20_000;

interface CleanUp {
  readonly name: string;
  readonly budgetMs: number;
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/** What must be put away at the end, in the reverse order in which it was set up. One that fails does not stop the others. */
export class CleanUps {
  readonly #queue: CleanUp[] = [];

  add(name: string, work: (signal: AbortSignal) => Promise<void>, budgetMs: number = BUDGET_MS): void {
    this.#queue.push({ name, work, budgetMs });
  }

  /** Runs all of them and returns what went wrong, in words. */
  async runAll(): Promise<string[]> {
    const problems: string[] = [];
    for (const { name, work, budgetMs } of this.#queue.splice(0).toReversed()) {
      const signal = AbortSignal.timeout(budgetMs);
      const overdue = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error(`not done after ${budgetMs / 1000} s`)));
      });
      await Promise.race([work(signal), overdue]).catch((error: unknown) =>
        problems.push(`${name}: ${describeError(error)}`),
      );
    }
    return problems;
  }
}
