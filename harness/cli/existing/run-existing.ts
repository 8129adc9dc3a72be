import { podTakenAway } from '../../../scenarios/existing/pod-taken-away.ts';
import { openExistingAirbyte } from '../../clients/existing-airbyte.ts';
import { systemClock } from '../../core/clock.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Instance, Platform } from '../../core/platform.ts';
import { seededRandom } from '../../core/random.ts';
import type { Scenario } from '../../core/scenario.ts';
import { clusterPlatform } from '../../platforms/cluster/cluster-platform.ts';
import { openClusterStack, type ExistingComponent } from '../../platforms/cluster/cluster-stack.ts';
import { JOB_POD } from '../../platforms/cluster/existing-instance.ts';
import { guardedRemoval } from '../../platforms/cluster/guarded-removal.ts';
import type { Attempt } from '../../platforms/cluster/policy.ts';
import { seeCluster } from '../../platforms/cluster/see-cluster.ts';
import type { Target } from '../../profiles/translate/translation.ts';
import { newRunId } from '../../store/run-directory.ts';
import { readClusterConfig } from '../cluster-config-file.ts';
import { carryOut } from '../carry-out.ts';
import { readObjectives } from '../objectives-file.ts';
import { chooseSeed, findObjective, planRun, wholeNumber } from '../plan-run.ts';
import { userFile } from '../project-paths.ts';
import { commandText, type RunCommandOptions } from '../run-options.ts';
import { claimMachine, openShownRecord } from '../start-run.ts';
import { lackOfRights } from '../rbac/require-rights.ts';
import { apiCredentials, secretsOf } from './api-credentials.ts';
import { apiUrl } from './api-url.ts';
import { askConfirmation } from './ask-confirmation.ts';
import { findVictims } from './find-victims.ts';
import { openExisting, placeDetails, possibleVictims, type Existing } from './open-existing.ts';
import { prepareTraffic, type PreparedTraffic } from './own-traffic.ts';
import { chooseTargets, parametersFor } from './plan-existing.ts';
import { foreseen, withoutConfirmation } from './foresee.ts';
import { describeVictims, whatIsMade } from './show-victims.ts';

/** A call of Airbyte's API, in milliseconds. */
const API_TIMEOUT_MS = 10_000;

/**
 * `npm run chaos -- <scenario> --platform cluster`: breaks one thing in an Airbyte that is there already, or with `--dry-run` shows what it would. Returns the
 * exit code of the verdict; of a dry run 0 where something may be hit and no right is missing, else 64.
 * @throws ChaosError before anything was touched.
 */
export async function runOnExisting(scenario: Scenario, options: RunCommandOptions): Promise<number> {
  const config = await readClusterConfig(userFile(options.config));
  const objectivesFile = options.objectives ?? config.objectives;
  const objectives = await readObjectives(userFile(objectivesFile));
  const objective = findObjective(objectives, scenario.objective, objectivesFile);
  const confirm = options.confirm;
  const { variant } = options;
  const lack = await lackOfRights({ scenario: scenario.id, variant, config, file: options.config });
  if (lack !== undefined && !options.dryRun) throw lack;
  let existing = await openExisting({ config, scenario, objective, confirm });
  const found = await findVictims(existing, Date.now());
  if (options.dryRun) {
    const { cluster, system, translation } = existing;
    const said = {
      version: 1,
      scenario: scenario.id,
      cluster,
      system,
      translation,
      targets: found,
      ...(config.traffic?.own === undefined ? {} : { makes: whatIsMade(config.traffic.own) }),
      lack: lack?.message,
      ...foreseen(existing, () => {
        if (lack !== undefined) throw lack;
        chooseTargets(withoutConfirmation(found), translation, options.target);
      }),
    };
    const rights = lack === undefined ? [] : ['', `✗ ${lack.message}`, `  → ${lack.tryThis ?? ''}`];
    const lines = [...describeVictims(scenario, existing, found), ...rights, '', 'Nothing was done (--dry-run).'];
    process.stdout.write(`${options.json ? JSON.stringify(said, null, 2) : lines.join('\n')}\n`);
    const isAny = found.some(({ candidates }) => candidates.some(({ refusals }) => refusals.length === 0));
    return isAny && lack === undefined ? 0 : 64;
  }
  existing = { ...existing, confirm: confirm ?? (await askConfirmation(existing)) };
  const asked = existing.confirm === confirm ? found : await findVictims(existing, Date.now());
  const targets = chooseTargets(asked, existing.translation, options.target);
  const api = apiUrl(config.endpoints.api);
  const credentials = await apiCredentials(config, existing.api);
  const connectionId = config.traffic?.connection;
  const trials = wholeNumber('--trials', options.trials, 1);
  const seed = chooseSeed(options.seed);
  const parameters = parametersFor(targets, existing.system, {
    set: options.set,
    isSyncNamed: config.traffic !== undefined,
  });

  const clock = systemClock();
  const runId = options.runId ?? newRunId(clock.wall(), scenario.id, seededRandom(seed));
  const configFile = userFile(options.config);
  const traffic = await prepareTraffic({ config, api: existing.api, url: api, credentials, configFile, runId });
  const platform = platformOf(existing, { api, targets, traffic });
  const claimed = await claimMachine(runId, platform, { stackSettings: {}, weaknesses: [] }, config.stopFile);
  const { signal } = claimed;
  const airbyte = openExistingAirbyte({ url: api, credentials, timeoutMs: API_TIMEOUT_MS, signal });
  const shown = openShownRecord(runId, clock, {
    ...options,
    secrets: [...secretsOf(credentials), ...(traffic?.secrets ?? [])],
  });
  const rehearsed = podTakenAway({
    scenario: {
      id: scenario.id,
      title: `Of an existing Airbyte: ${targets.map(({ component }) => component).join(' and ')}`,
      objective: scenario.objective,
    },
    outcome: targets.map(({ outcome }) => outcome).join(' '),
    warnings: targets.flatMap(({ warning }) => warning ?? []),
    airbyte,
    healthUrl: `${api.href}/health`,
    connectionId,
    own: traffic?.connection(signal),
    mayStart: config.traffic?.startSync ?? false,
  });
  const request = { variant: options.variant, objectives: objectivesFile, set: [], load: true };
  const planned = planRun(rehearsed, request, objectives, platform);
  const close = (): void => {
    airbyte.close();
    traffic?.close();
  };
  const run = {
    ...planned,
    parameters: { ...parameters, how: planned.parameters['how'] ?? 'at-once' },
    retryPolicy: existing.system.retry.policy ?? planned.retryPolicy,
    runId,
    platform,
    trials,
    seed,
    keep: false,
    command: commandText(scenario.id, { ...options, objectives: objectivesFile }, seed),
  };
  return carryOut(run, { claimed, shown, clock, close }, options);
}

/** An Airbyte that was seen, as what a run looks at and takes pods of. */
export function platformOf(
  existing: Existing,
  {
    api,
    targets,
    traffic,
  }: { readonly api: URL; readonly targets: readonly Target[]; readonly traffic?: PreparedTraffic | undefined },
): Platform {
  const { config, chosen, translation } = existing;
  const { namespace, release } = config;
  const attemptOn = async ({ name, component, uid }: Instance): Promise<Attempt> => {
    const target = targets.find((one) => one.component === component);
    if (target === undefined) throw new ChaosError({ code: 'internal', message: `${component} is no target.` });
    const cluster = await seeCluster(chosen, existing.api.core, namespace);
    const victims = await possibleVictims(existing, target, { cluster, atMs: Date.now() });
    const meant = victims.find(({ victim }) => victim.uid === uid && victim.name === name);
    if (meant !== undefined) return meant.attempt;
    throw new ChaosError({
      code: 'no-target',
      message: `${name} does not run any more, so nothing was broken.`,
    });
  };
  return clusterPlatform({
    profile: config.profile,
    traffic,
    open: (signal) =>
      openClusterStack({
        api: existing.api,
        context: chosen.context,
        namespace,
        release,
        components: componentsOf(existing),
        apiUrl: api,
        details: { ...placeDetails(existing), here: translation.because },
        removal: guardedRemoval({ api: existing.api, config, attemptOn }),
        leftOvers: traffic?.leftOvers,
        signal,
      }),
  });
}

/** What goes on running, and job pods. */
export function componentsOf({ system }: Pick<Existing, 'system'>): readonly ExistingComponent[] {
  const lasting = system.components.filter(({ isOneOff }) => !isOneOff);
  return [
    { component: JOB_POD, selector: { airbyte: JOB_POD }, workload: undefined, wanted: 0 },
    ...lasting.map(({ component, selector, workload, replicas }) => ({
      component,
      selector,
      workload: workload.name,
      wanted: replicas.wanted,
    })),
  ];
}
