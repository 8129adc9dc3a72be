import type { ToldTime } from '../clients/told-time.ts';
import type { Workload } from '../core/scenario.ts';
import { lookRepeatedly } from './look-repeatedly.ts';

/** Between two looks, in milliseconds: at one or two instances, and, where there are more and so more looks are needed, at the least. */
const EVERY_MS = 500;
const LEAST_MS = 50;
/** Answers tell whole seconds. */
const SECOND_MS = 1000;

export type AskTime = (signal: AbortSignal) => Promise<ToldTime | undefined>;

/** Asks a component what time it is, again and again until the trial ends. */
export function watchClock(component: string, ask: AskTime): Workload {
  return {
    name: `what time the ${component} tells`,
    async start(context) {
      const instances = context.stack.expected?.[component] ?? 1;
      const everyMs = Math.max(LEAST_MS, EVERY_MS / Math.max(1, instances / 2));
      context.background(`clock of ${component}`, (signal) =>
        lookRepeatedly(context, everyMs, signal, async (_previousStart, start) => {
          const answer = await ask(signal);
          if (answer === undefined) return;
          const { told, askedAt, answeredAt } = answer;
          const ahead: [number, number] = [told - answeredAt, told + SECOND_MS - askedAt];
          context.record.append({ type: 'clock.told', component, ahead, start, end: context.clock.now() });
        }),
      );
      return Promise.resolve();
    },
  };
}
