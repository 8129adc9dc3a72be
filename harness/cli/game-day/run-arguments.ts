import type { GameDayProgress } from '../../core/game-day/progress.ts';
import type { ScenarioStep } from '../../core/game-day/plan.ts';
import { placeArguments } from './place.ts';
import { pairsOf } from './plan-file.ts';

/** The command of a scenario's step, as somebody would type it; without what differs from attempt to attempt. */
export function stepArguments(
  progress: GameDayProgress,
  step: ScenarioStep,
  stackSettings: readonly string[],
): readonly string[] {
  const { objectives } = progress.plan;
  const { scenario, variant, target } = step;
  return [
    scenario,
    ...placeArguments(progress),
    ...(objectives === undefined ? [] : ['--objectives', objectives]),
    ...(variant === undefined ? [] : ['--variant', variant]),
    ...(target === undefined ? [] : ['--target', target]),
    ...[...stackSettings, ...pairsOf(step)].flatMap((pair) => ['--set', pair]),
  ];
}
