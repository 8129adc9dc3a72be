import { catalogue } from '../../scenarios/index.ts';
import { isOfExisting, podTakenAway } from '../../scenarios/existing/pod-taken-away.ts';
import { clockPutOff, isOfClock } from '../../scenarios/existing/clock-put-off.ts';
import { NOTHING_TO_DO } from '../../scenarios/existing/nothing-to-do.ts';
import { isOfPartition, podCutOff } from '../../scenarios/existing/pod-cut-off.ts';
import { isOfSite, siteRecovered } from '../../scenarios/existing/site-recovered.ts';
import { ChaosError } from '../core/errors.ts';
import type { BodyOf } from '../core/events.ts';
import type { Check, Scenario } from '../core/scenario.ts';
import { suggestion } from './settings.ts';

/** The scenario of that name. @throws ChaosError `usage` with the nearest name when there is none. */
export async function loadScenario(id: string): Promise<Scenario> {
  const entry = new Map<string, { load: () => Promise<{ default: Scenario }> }>(Object.entries(catalogue)).get(id);
  if (entry === undefined) {
    throw new ChaosError({
      code: 'usage',
      message: `There is no scenario "${id}".`,
      tryThis: suggestion(id, Object.keys(catalogue)),
    });
  }
  return (await entry.load()).default;
}

const nothing = (): never => {
  throw new ChaosError({ code: 'internal', message: 'A record is only judged.' });
};
const NO_SITE = {
  operator: { start: nothing },
  breakBy: undefined,
  askPerson: nothing,
  requireAllowed: nothing,
  undo: [],
  steps: [],
  health: { url: '' },
  recoveredHealth: undefined,
  before: { read: nothing, overdueIn: nothing, dueIn: nothing },
  after: { read: nothing, overdueIn: nothing, dueIn: nothing },
  sync: undefined,
} as const;

/** The checks of the scenario that a record was made with, with the parameters that it had then. */
export async function planChecks(started: BodyOf<'run.started'>): Promise<readonly Check[]> {
  const catalogued = await loadScenario(started.scenario.id);
  const scenario = isOfExisting(started.parameters)
    ? podTakenAway({ ...NOTHING_TO_DO, scenario: catalogued })
    : isOfPartition(started.parameters)
      ? podCutOff({ ...NOTHING_TO_DO, scenario: catalogued })
      : isOfClock(started.parameters)
        ? clockPutOff({ ...NOTHING_TO_DO, scenario: catalogued })
        : isOfSite(started.parameters)
          ? siteRecovered({ ...NO_SITE, scenario: catalogued })
          : catalogued;
  const { variant } = started.scenario;
  return scenario.plan({ ...scenario.parameters, ...started.parameters }, started.objective, variant).checks;
}
