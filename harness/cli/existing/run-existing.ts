import { podTakenAway } from '../../../scenarios/existing/pod-taken-away.ts';
import { openExistingAirbyte } from '../../clients/existing-airbyte.ts';
import { secretsOf } from '../../clients/monitor/api-credentials.ts';
import { askTime } from '../../clients/told-time.ts';
import { systemClock } from '../../core/clock.ts';
import { seededRandom } from '../../core/random.ts';
import type { Parameters, Scenario } from '../../core/scenario.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { chaosOf } from '../../profiles/translate/needs.ts';
import { newRunId } from '../../store/run-directory.ts';
import { readClusterConfig } from '../cluster-config-file.ts';
import { carryOut } from '../carry-out.ts';
import { readObjectives } from '../objectives-file.ts';
import { chooseSeed, findObjective, planRun, wholeNumber } from '../plan-run.ts';
import { userFile } from '../project-paths.ts';
import { commandText, type RunCommandOptions } from '../run-options.ts';
import { claimMachine, openShownRecord } from '../start-run.ts';
import { lackOfRights } from '../rbac/require-rights.ts';
import { apiCredentials, healthOf } from './api-credentials.ts';
import { apiUrl } from './api-url.ts';
import { askConfirmation } from './ask-confirmation.ts';
import { findVictims } from './find-victims.ts';
import { platformOf } from './existing-platform.ts';
import { openExisting } from './open-existing.ts';
import { refuseChaosOfRuns } from './own-pod-faults.ts';
import { prepareTraffic } from './own-traffic.ts';
import { lackOfOperator, prepareLoad, type PreparedLoad } from './prepare-load.ts';
import { openSiteLooks } from './site-looks.ts';
import { chooseTargets, parametersFor } from './plan-existing.ts';
import { CHAOS_REHEARSALS, podFaultOf, podFaultParameters } from './plan-pod-fault.ts';
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
  const config = withoutLoadOnRequest(await readClusterConfig(userFile(options.config)), options.load);
  const objectivesFile = options.objectives ?? config.objectives;
  const objectives = await readObjectives(userFile(objectivesFile));
  const objective = findObjective(objectives, scenario.objective, objectivesFile);
  const confirm = options.confirm;
  const { variant } = options;
  const chaos = chaosOf(scenario.id);
  const fault = chaos && podFaultOf(chaos, options.set);
  const lack = await lackOfRights({ scenario: scenario.id, variant, config, file: options.config });
  if (lack !== undefined && !options.dryRun) throw lack;
  let existing = await openExisting({ config, scenario, objective, confirm });
  const found = await findVictims(existing, Date.now(), fault);
  if (options.dryRun) {
    const { cluster, system, translation } = existing;
    const lacks = [lack, await lackOfOperator(existing)].flatMap((one) => one ?? []);
    const said = {
      version: 1,
      scenario: scenario.id,
      cluster,
      system,
      translation,
      targets: found,
      ...(config.traffic?.own === undefined ? {} : { makes: whatIsMade(config.traffic.own) }),
      ...(config.load === undefined ? {} : { load: config.load }),
      lack: lacks.map(({ message }) => message).join(' ') || undefined,
      ...foreseen(existing, () => {
        const [first] = lacks;
        if (first !== undefined) throw first;
        chooseTargets(withoutConfirmation(found), translation, options.target);
      }),
    };
    const missing = lacks.flatMap(({ message, tryThis }) => ['', `✗ ${message}`, `  → ${tryThis ?? ''}`]);
    const lines = [...describeVictims(scenario, existing, found), ...missing, '', 'Nothing was done (--dry-run).'];
    process.stdout.write(`${options.json ? JSON.stringify(said, null, 2) : lines.join('\n')}\n`);
    const isAny = found.some(({ candidates }) => candidates.some(({ refusals }) => refusals.length === 0));
    return isAny && lacks.length === 0 ? 0 : 64;
  }
  existing = { ...existing, confirm: confirm ?? (await askConfirmation(existing)) };
  const asked = existing.confirm === confirm ? found : await findVictims(existing, Date.now(), fault);
  const targets = chooseTargets(asked, existing.translation, options.target);
  const api = apiUrl(config.endpoints.api);
  const credentials = await apiCredentials(config, existing.api);
  const connectionId = config.traffic?.connection;
  const trials = wholeNumber('--trials', options.trials, 1);
  const seed = chooseSeed(options.seed);
  const how = { set: options.set, isSyncNamed: config.traffic !== undefined };
  const [first] = targets;
  const isThroughTool = chaos !== undefined && first !== undefined;
  const parameters = isThroughTool
    ? podFaultParameters(chaos, first, how)
    : parametersFor(targets, existing.system, how);
  if (chaos !== undefined) await refuseChaosOfRuns({ api: existing.api, namespace: config.namespace, kind: chaos });

  const clock = systemClock();
  const runId = options.runId ?? newRunId(clock.wall(), scenario.id, seededRandom(seed));
  const configFile = userFile(options.config);
  const traffic = await prepareTraffic({ config, api: existing.api, url: api, credentials, configFile, runId });
  const podFault = fault && { action: fault.action, runId, configFile };
  const load = await prepareLoad(existing, { configFile, runId });
  const platform = platformOf(existing, { api, targets, traffic, load, podFault });
  const claimed = await claimMachine(runId, platform, { stackSettings: {}, weaknesses: [] }, config.stopFile);
  const { signal } = claimed;
  const airbyte = openExistingAirbyte({ url: api, credentials, timeoutMs: API_TIMEOUT_MS, signal });
  const looks = openSiteLooks({ before: api, after: api, credentials, timeoutMs: API_TIMEOUT_MS, signal });
  const shown = openShownRecord(runId, clock, {
    ...options,
    secrets: [...secretsOf(credentials), ...(traffic?.secrets ?? [])],
  });
  const health = healthOf(api, credentials);
  const rehearsed = (chaos === undefined ? podTakenAway : CHAOS_REHEARSALS[chaos].rehearse)({
    scenario: {
      id: scenario.id,
      title: `Of an existing Airbyte: ${targets.map(({ component }) => component).join(' and ')}`,
      objective: scenario.objective,
    },
    outcome: targets.map(({ outcome }) => outcome).join(' '),
    warnings: targets.flatMap(({ warning }) => warning ?? []),
    airbyte,
    health,
    askTime: (until) => askTime(new URL(health.url), API_TIMEOUT_MS, until),
    connectionId,
    own: traffic?.connection(signal),
    looks,
    load: load?.load,
    mayStart: config.traffic?.startSync ?? false,
  });
  const request = { variant: options.variant, objectives: objectivesFile, set: [], load: true };
  const planned = planRun(rehearsed, request, objectives, platform);
  const close = (): void => {
    airbyte.close();
    looks.close();
    traffic?.close();
  };
  const run = {
    ...planned,
    parameters: {
      ...parameters,
      schedules: schedulesOf(scenario.id),
      ...loadParameters(load),
      ...(isThroughTool ? {} : { how: planned.parameters['how'] ?? 'at-once' }),
    },
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

/** Without a schedule that was due, the loss of what fires them shows nothing; while a clock is wrong, jobs bear the wrong time. */
function schedulesOf(scenario: string): string {
  if (chaosOf(scenario) === 'clock') return 'not looked at';
  return scenario === 'scheduler_failure' ? 'required' : 'looked-at';
}

/** `--no-load`: as if the configuration did not speak of it. */
function withoutLoadOnRequest({ load, ...config }: ClusterConfig, isWanted: boolean): ClusterConfig {
  return load === undefined || !isWanted ? config : { ...config, load };
}

function loadParameters(prepared: PreparedLoad | undefined): Parameters {
  const { ratePerSecond = 0, runners = 0 } = prepared?.load ?? {};
  return { loadPerSecond: ratePerSecond, loadRunners: runners };
}
