import { dirname, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { ChaosError } from '../../core/errors.ts';
import type { GameDayPlace } from '../../core/game-day/events.ts';
import type { GameDayPlan } from '../../core/game-day/plan.ts';
import type { GameDayProgress } from '../../core/game-day/progress.ts';
import { readClusterConfig } from '../cluster-config-file.ts';

/** The existing Airbyte that a plan is about; null where the day has a stack of its own. @throws ChaosError `config`. */
export async function readPlace({ config }: GameDayPlan, planPath: string): Promise<GameDayPlace | null> {
  return config === undefined ? null : (await readNow(resolve(dirname(planPath), config))).place;
}

async function readNow(configFile: string): Promise<{ place: GameDayPlace; stopFile: string | undefined }> {
  const { cluster, namespace, release, stopFile } = await readClusterConfig(configFile);
  const { context, server, kubeSystemUid } = cluster;
  return { place: { configFile, context, server, kubeSystemUid, namespace, release }, stopFile };
}

/** Where a command of the day is to work. */
export function placeArguments({ plan, began: { place } }: GameDayProgress): readonly string[] {
  return ['--platform', plan.platform, ...(place === null ? [] : ['--config', place.configFile])];
}

/**
 * Makes sure that the configuration still names what the day began with: what was told to the room, and looked at, is of that system alone.
 * @throws ChaosError `config` where it names another, or where its stop file is there.
 */
export async function requireSamePlace(place: GameDayPlace): Promise<void> {
  const { place: now, stopFile } = await readNow(place.configFile);
  const differs = (['context', 'server', 'kubeSystemUid', 'namespace', 'release'] as const).filter(
    (key) => now[key] !== place[key],
  );
  if (differs.length > 0) {
    throw new ChaosError({
      code: 'config',
      message: `${place.configFile} is not what it was when the day began: ${differs.map((key) => `${key} is ${now[key]} and was ${place[key]}`).join(', ')}.`,
      tryThis: 'Put it back, or begin a new game day.',
    });
  }
  if (stopFile !== undefined && existsSync(stopFile)) {
    throw new ChaosError({
      code: 'config',
      message: `The stop file ${stopFile} is there.`,
      tryThis: 'Remove it when runs may go on.',
    });
  }
}
