import { ChaosError } from '../../../core/errors.ts';

/** What every program needs to find its way; everything else has to be named. */
const ALWAYS = ['PATH', 'HOME', 'KUBECONFIG', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'] as const;
/** A shorter value stands in any text by chance: it could not be kept out of what is written. */
const SHORTEST_SECRET = 4;

export interface CommandEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Must not be written anywhere. */
  readonly secrets: readonly string[];
}

/**
 * The environment of the operator's commands: what every program needs, what the configuration names (`env`, secret) and what it writes out (`settings`).
 * @throws ChaosError `config` naming what is not set, or is too short to be kept secret.
 */
export function commandEnvironment(
  { env, settings }: { readonly env: readonly string[]; readonly settings: Readonly<Record<string, string>> },
  own: NodeJS.ProcessEnv,
): CommandEnvironment {
  const secrets = env.map((name) => [name, own[name] ?? ''] as const);
  const missing = secrets.filter(([, value]) => value === '').map(([name]) => name);
  if (missing.length > 0) {
    throw new ChaosError({
      code: 'config',
      message: `The commands of the recovery need variables that are not set here: ${missing.join(', ')}.`,
      tryThis: 'Export them where you start the harness, or take them out of recovery.env.',
    });
  }
  const short = secrets.filter(([, value]) => value.length < SHORTEST_SECRET).map(([name]) => name);
  if (short.length > 0) {
    throw new ChaosError({
      code: 'config',
      message: `What is in ${short.join(', ')} is too short to be kept out of what is written.`,
      tryThis: 'Where it is no secret, write it out: recovery.settings.',
    });
  }
  const always = ALWAYS.flatMap((name) => {
    const value = own[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    variables: Object.fromEntries([...always, ...Object.entries(settings), ...secrets]),
    secrets: secrets.map(([, value]) => value),
  };
}
