import { setTimeout as delay } from 'node:timers/promises';
import { ChaosError } from '../../../core/errors.ts';
import { describeCommandEnd, isDone } from '../../../core/operator-commands.ts';
import type { Platform, RunningStack, UndoAction } from '../../../core/platform.ts';
import { awaitOriginal, type CredentialsOf } from './await-original.ts';
import { commandEnvironment } from './command-environment.ts';
import { operatorCommands, runningCommands } from './run-commands.ts';

/** A command of a harness that is gone is ended by its guard within its grace of 5 s; it is waited for so long, in milliseconds. */
const GUARD_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

export interface OperatorPlatformOptions {
  readonly profile: string;
  /** Opens what is there. Only reads. */
  readonly open: () => RunningStack;
  readonly credentialsOf: CredentialsOf;
}

/** An Airbyte that somebody else runs, which is lost and recovered by the operator's own commands; its undo are such commands. */
export function operatorPlatform({ profile, open, credentialsOf }: OperatorPlatformOptions): Platform {
  return {
    id: 'cluster',
    profile,
    capabilities: new Set(['operator-commands']),
    prepare: async () => Promise.resolve(),
    up: async () => Promise.resolve(open()),
    findRunning: async () => Promise.resolve(undefined),
    findStacks: async () => Promise.resolve([]),
    findAbandoned: () => [],
    undo: (action, signal) => undoByCommands(action, signal, credentialsOf),
  };
}

/**
 * Runs the commands that bring the original back, in order, with the environment of whoever undoes, and waits until it answers.
 * @throws ChaosError `config` where a variable is missing, `platform` at the first command that fails, or where the original does not answer: all of them are then
 * still to be done.
 */
export async function undoByCommands(
  action: UndoAction,
  signal: AbortSignal,
  credentialsOf: CredentialsOf,
): Promise<string> {
  if (action.kind !== 'run-commands') {
    throw new ChaosError({ code: 'internal', message: `There is nothing like ${action.kind} to undo in a cluster.` });
  }
  const { mark, cwd, logs, env, settings, commands, original } = action;
  // Two of them must not work on one site.
  await untilNoneRuns({ mark, logs });
  const operator = operatorCommands({
    cwd,
    environment: commandEnvironment({ env, settings }, process.env),
    logs,
    mark,
  });
  for (const [index, { command, withinMs }] of commands.entries()) {
    const id = `restore-original-${index + 1}`;
    const started = await operator.start({ id, title: 'Bring the original back', command, withinMs }, signal);
    const end = await started.ended;
    if (isDone(end)) continue;
    throw new ChaosError({
      code: 'platform',
      message: `The original was not brought back: ${command.join(' ')} ${describeCommandEnd(end)}.`,
      tryThis: `Its output is in ${logs}/${id}.log. npm run chaos -- cleanup does all of it again.`,
    });
  }
  const answers =
    original === undefined
      ? 'whether it answers was not looked at'
      : await awaitOriginal(original, signal, credentialsOf);
  return `the original was brought back by ${commands.length} ${commands.length === 1 ? 'command' : 'commands'}; ${answers}`;
}

async function untilNoneRuns(of: { readonly mark: string; readonly logs: string }): Promise<void> {
  const giveUpAt = performance.now() + GUARD_WITHIN_MS;
  while (runningCommands(of) > 0) {
    if (performance.now() > giveUpAt) {
      throw new ChaosError({
        code: 'platform',
        message: 'A command of the run that is to be undone is still running.',
        afterMs: GUARD_WITHIN_MS,
        tryThis: 'Run cleanup again when it is over.',
      });
    }
    await delay(LOOK_EVERY_MS);
  }
}
