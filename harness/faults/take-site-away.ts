import { setTimeout as delay } from 'node:timers/promises';
import { apiStoodUntil } from '../core/derive/api-stood.ts';
import { ChaosError } from '../core/errors.ts';
import type { History } from '../core/history.ts';
import { API_PROBE } from '../core/probe-names.ts';
import {
  describeCommandEnd,
  isDone,
  type OperatorCommand,
  type OperatorCommands,
  type StartedCommand,
} from '../core/operator-commands.ts';
import type { KillEvidence, UndoAction } from '../core/platform.ts';
import type { HttpProbe } from '../core/probe.ts';
import type { Fault, TrialContext, Wait } from '../core/scenario.ts';

export interface TakeSiteAwayOptions {
  readonly operator: OperatorCommands;
  /** By which the operator takes the site away; undefined where a person does so. */
  readonly command: OperatorCommand | undefined;
  /** Asks a person to do so; resolves when they say that they begin. */
  readonly askPerson: () => Promise<void>;
  /** Held against what the configuration allows, at the very moment. @throws ChaosError `refused`. */
  readonly requireAllowed: () => Promise<void>;
  readonly undo: readonly UndoAction[];
  /** So long the API may take until it is gone, in milliseconds, from the beginning on. */
  readonly withinMs: number;
  /** Watched from the moment at which the site is gone. */
  readonly recovered: HttpProbe | undefined;
  readonly when: Wait;
}

/** So many bad answers in a row are an API that is gone; fewer can be a hiccup of an API that is there. */
const GONE_AFTER = 3;
const LOOK_EVERY_MS = 100;

/**
 * The site is taken away by the operator's own command, or by a person. It has happened when the API is seen to be gone; where it is not, the run ends before
 * any step of the recovery: two sites would work on the same connections.
 */
export function takeSiteAway(options: TakeSiteAwayOptions): Fault {
  const { operator, command, withinMs, recovered } = options;
  const what = command === undefined ? 'a person' : `the operator’s command: ${command.command.join(' ')}`;
  return {
    id: 'take-site-away',
    description: `The site is taken away by ${what}`,
    needs: ['operator-commands'],
    hits: 'the whole site',
    when: options.when,
    async plan(context) {
      await options.requireAllowed();
      let started: StartedCommand | undefined;
      let since = 0;
      return {
        targets: [],
        undo: options.undo,
        evidenceWithinMs: withinMs,
        ...(command === undefined ? { awaitMoment: options.askPerson } : {}),
        async inject() {
          since = context.clock.now();
          if (command !== undefined) started = await operator.start(command, context.signal);
        },
        async gatherEvidence(report, signal) {
          if (started !== undefined) await judgeCommand(started, report, context);
          const bad = await untilGone(context, since, signal);
          context.signal.throwIfAborted();
          const isGone = bad >= GONE_AFTER;
          if (isGone && command === undefined) report(stoodUntilTold(context.history, since));
          report({
            kind: 'api-gone',
            holds: isGone,
            text: isGone ? `the API is gone: ${bad} bad answers in a row` : 'the API still answers',
          });
          if (!isGone) throw notBroken('the API still answers', command !== undefined, withinMs);
          if (recovered !== undefined) context.addProbe(recovered);
        },
      };
    },
  };
}

async function judgeCommand(
  started: StartedCommand,
  report: (evidence: KillEvidence) => void,
  { signal }: TrialContext,
): Promise<void> {
  const end = await started.ended;
  signal.throwIfAborted();
  const text = `the command that takes the site away ${describeCommandEnd(end)}`;
  report({ kind: 'break-command', holds: isDone(end), text });
  if (!isDone(end)) throw notBroken(text, true);
}

/** How many answers in a row were bad when it was enough, or the signal aborted. */
async function untilGone({ history }: TrialContext, since: number, signal: AbortSignal): Promise<number> {
  for (;;) {
    const samples = history.all('sample').filter(({ probe, start }) => probe === API_PROBE && start >= since);
    const lastGood = samples.findLastIndex(({ ok }) => ok);
    const bad = samples.length - 1 - lastGood;
    if (bad >= GONE_AFTER || signal.aborted) return bad;
    await delay(LOOK_EVERY_MS);
  }
}

function stoodUntilTold(history: History, since: number): KillEvidence {
  const holds = apiStoodUntil(history, since);
  const text = holds
    ? 'the API stood when it was said that the site would be taken away'
    : 'the API was away already when it was said that the site would be taken away: how long the recovery took is not known';
  return { kind: 'api-stood', holds, text };
}

function notBroken(why: string, isByCommand: boolean, afterMs?: number): ChaosError {
  return new ChaosError({
    code: 'platform',
    message: `The site was not taken away, so no step of its recovery was done: ${why}.`,
    ...(afterMs === undefined ? {} : { afterMs }),
    tryThis: isByCommand
      ? 'Try the command by hand; its output is in logs/ of the run.'
      : 'Take away what answers at endpoints.api; --set goneWithinSeconds=… gives you longer.',
  });
}
