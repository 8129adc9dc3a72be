import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { SITE, siteRecovered } from '../../../scenarios/existing/site-recovered.ts';
import { openExistingAirbyte } from '../../clients/existing-airbyte.ts';
import { secretsOf } from '../../clients/monitor/api-credentials.ts';
import { systemClock } from '../../core/clock.ts';
import { toMillis } from '../../core/duration.ts';
import { ChaosError, describeError } from '../../core/errors.ts';
import type { OperatorCommand } from '../../core/operator-commands.ts';
import type { UndoAction } from '../../core/platform.ts';
import { seededRandom } from '../../core/random.ts';
import type { Parameters, Scenario } from '../../core/scenario.ts';
import { stackFromOutside } from '../../platforms/cluster/outside-stack.ts';
import { refusalsOfSite, type Refusal } from '../../platforms/cluster/policy.ts';
import { commandEnvironment } from '../../platforms/cluster/recovery/command-environment.ts';
import { operatorPlatform } from '../../platforms/cluster/recovery/operator-platform.ts';
import { NEVER, type RecoveryConfig } from '../../platforms/cluster/recovery/recovery-config.ts';
import { operatorCommands } from '../../platforms/cluster/recovery/run-commands.ts';
import { seeCluster } from '../../platforms/cluster/see-cluster.ts';
import { newRunId } from '../../store/run-directory.ts';
import { readClusterConfig } from '../cluster-config-file.ts';
import { carryOut } from '../carry-out.ts';
import { readObjectives } from '../objectives-file.ts';
import { chooseSeed, findObjective, planRun } from '../plan-run.ts';
import { reportsDirectory, userFile } from '../project-paths.ts';
import { commandText, type RunCommandOptions } from '../run-options.ts';
import { parseSettings } from '../settings.ts';
import { lackOfRights } from '../rbac/require-rights.ts';
import { claimMachine, openShownRecord } from '../start-run.ts';
import { apiCredentials, healthOf } from './api-credentials.ts';
import { apiUrl } from './api-url.ts';
import { askAtTerminal, isSomebodyThere } from './ask-at-terminal.ts';
import { askConfirmation } from './ask-confirmation.ts';
import { foreseen } from './foresee.ts';
import { openExisting, placeDetails, type Existing } from './open-existing.ts';
import { describeSiteRecovery } from './show-site-recovery.ts';
import { openSiteLooks } from './site-looks.ts';

/** A call of Airbyte's API, in milliseconds. */
const API_TIMEOUT_MS = 10_000;
/** Between two looks for the word of the people whom a caller asks, in milliseconds: by so much the clock may start too late. */
const LOOK_EVERY_MS = 20;
/** What may be set by hand. */
const { probeEveryMs, goneWithinSeconds, schedulesWithinSeconds } = SITE;

/**
 * `npm run chaos -- cluster_failure --platform cluster`: takes the site away and recovers it by the commands that the configuration names, or with `--dry-run`
 * lists them. Returns the exit code of the verdict; of a dry run 0 where it may be done, else 64.
 * @throws ChaosError before anything was touched.
 */
export async function recoverSite(scenario: Scenario, options: RunCommandOptions): Promise<number> {
  const file = userFile(options.config);
  const config = await readClusterConfig(file);
  const recovery = requireRecovery(config.recovery, options);
  const lack = await lackOfRights({ scenario: scenario.id, variant: undefined, config, file: options.config });
  if (lack !== undefined) throw lack;
  const objectivesFile = options.objectives ?? config.objectives;
  const objectives = await readObjectives(userFile(objectivesFile));
  const objective = findObjective(objectives, scenario.objective, objectivesFile);
  let existing = await openExisting({ config, scenario, objective, confirm: options.confirm });
  const cwd = dirname(file);
  if (options.dryRun) return showOnly(scenario, existing, { recovery, cwd, json: options.json });
  existing = { ...existing, confirm: options.confirm ?? (await askConfirmation(existing)) };
  await requireAllowed(existing);
  if (recovery.break === undefined && options.beginWhen === undefined) requireTerminal();
  const environment = commandEnvironment(recovery, process.env);
  const api = apiUrl(config.endpoints.api);
  const recoveredApi = recovery.endpoint === undefined ? undefined : apiUrl(recovery.endpoint);
  const credentials = await apiCredentials(config, existing.api);
  // One that a run makes for itself would be lost with the site.
  const connectionId = config.traffic?.connection;
  const seed = chooseSeed(options.seed);
  const parameters = parametersFor(recovery, options.set, connectionId !== undefined);

  const clock = systemClock();
  const runId = options.runId ?? newRunId(clock.wall(), scenario.id, seededRandom(seed));
  const logs = join(reportsDirectory(), runId, 'logs');
  const platform = operatorPlatform({
    profile: config.profile,
    credentialsOf: async () => Promise.resolve(credentials),
    open: () =>
      stackFromOutside({
        id: existing.chosen.context,
        apiUrl: api,
        details: {
          ...placeDetails(existing),
          ...(recoveredApi === undefined ? {} : { 'recovered at': recoveredApi.origin }),
        },
      }),
  });
  const claimed = await claimMachine(runId, platform, { stackSettings: {}, weaknesses: [] }, config.stopFile);
  const { signal } = claimed;
  const isPlain = recovery.break === undefined;
  const secrets = [...secretsOf(credentials), ...environment.secrets];
  const shown = openShownRecord(runId, clock, { ...options, isPlain, secrets });
  const at = { credentials, timeoutMs: API_TIMEOUT_MS, signal };
  const airbyte = openExistingAirbyte({ ...at, url: recoveredApi ?? api });
  const looks = openSiteLooks({ ...at, before: api, after: recoveredApi ?? api });
  const rehearsed = siteRecovered({
    scenario: { id: scenario.id, title: 'The site of an existing Airbyte is lost', objective: scenario.objective },
    operator: operatorCommands({ cwd, environment, logs, mark: runId }),
    breakBy: recovery.break && { id: 'break', title: 'Take the site away', ...timed(recovery.break) },
    askPerson: () => askPerson(existing.chosen.context, options.beginWhen, signal),
    requireAllowed: () => requireAllowed(existing),
    undo: undoOf(recovery, { cwd, logs, mark: runId, api, config: credentials.kind === 'basic' ? file : undefined }),
    steps: recovery.steps.map((step): OperatorCommand => ({
      id: step.id,
      title: step.title,
      owner: step.owner,
      ...timed(step),
    })),
    health: healthOf(api, credentials),
    recoveredHealth: recoveredApi && healthOf(recoveredApi, credentials),
    ...looks,
    sync:
      connectionId === undefined ? undefined : { airbyte, connectionId, mayStart: config.traffic?.startSync ?? false },
  });
  const request = { variant: undefined, objectives: objectivesFile, set: [], load: true };
  const planned = planRun(rehearsed, request, objectives, platform);
  const close = (): void => {
    airbyte.close();
    looks.close();
  };
  const run = {
    ...planned,
    parameters,
    runId,
    platform,
    trials: 1,
    seed,
    keep: false,
    command: commandText(scenario.id, { ...options, objectives: objectivesFile }, seed),
  };
  return carryOut(run, { claimed, shown, clock, close }, options);
}

/** @throws ChaosError `config` where nothing is named; `usage` for what has no meaning here. */
function requireRecovery(
  recovery: RecoveryConfig | undefined,
  { variant, trials, target }: RunCommandOptions,
): RecoveryConfig {
  const [foreign] = [
    ...(variant === undefined ? [] : [`--variant ${variant}`]),
    ...(trials === '1' ? [] : [`--trials ${trials}`]),
    ...(target === undefined ? [] : [`--target ${target}`]),
  ];
  if (foreign !== undefined) {
    throw new ChaosError({
      code: 'usage',
      message: `${foreign}: the site of an existing Airbyte is taken away as a whole, and once.`,
    });
  }
  if (recovery !== undefined) return recovery;
  throw new ChaosError({
    code: 'config',
    message: 'How the site is recovered is not known, so nothing was touched.',
    tryThis: 'Name your commands in the configuration: recovery: {steps: […]} (docs/chaos.config.schema.json).',
  });
}

function refusalsNow({ config, scenario, reach, confirm }: Existing, cluster: Existing['cluster']): readonly Refusal[] {
  return refusalsOfSite(config, {
    scenario: scenario.id,
    reach,
    cluster,
    namespace: { name: config.namespace, labels: cluster.labelsOfNamespace },
    confirmed: confirm,
    atMs: Date.now(),
  });
}

/** Looks at the cluster anew. @throws ChaosError `refused` with every reason. */
async function requireAllowed(existing: Existing): Promise<void> {
  const { chosen, api, config } = existing;
  const refusals = refusalsNow(existing, await seeCluster(chosen, api.core, config.namespace));
  if (refusals.length > 0) throw refusedFor(refusals);
}

function refusedFor(refusals: readonly Pick<Refusal, 'text' | 'tryThis'>[]): ChaosError {
  return new ChaosError({
    code: 'refused',
    message: `It may not be done, and nothing was touched. ${refusals.map(({ text }) => text).join('\n  ')}`,
    tryThis: refusals.map(({ tryThis }) => tryThis).join('\n  → '),
  });
}

function showOnly(
  scenario: Scenario,
  existing: Existing,
  { recovery, cwd, json }: { readonly recovery: RecoveryConfig; readonly cwd: string; readonly json: boolean },
): number {
  const refusals = [...refusalsNow(existing, existing.cluster), ...lackOfVariables(recovery)];
  const shown = { scenario, existing, recovery, cwd, refusals };
  const { cluster } = existing;
  const others = refusals.filter((one) => !('code' in one && one.code === 'not-confirmed'));
  const known = foreseen(existing, () => {
    if (others.length > 0) throw refusedFor(others);
  });
  const isBrokenByPerson = recovery.break === undefined;
  const plan = { version: 1, scenario: scenario.id, cluster, recovery, cwd, refusals, isBrokenByPerson, ...known };
  const said = json
    ? JSON.stringify(plan, null, 2)
    : [...describeSiteRecovery(shown), '', 'Nothing was done (--dry-run).'].join('\n');
  process.stdout.write(`${said}\n`);
  return refusals.length === 0 ? 0 : 64;
}

function lackOfVariables(recovery: RecoveryConfig): readonly Pick<Refusal, 'text' | 'tryThis'>[] {
  try {
    commandEnvironment(recovery, process.env);
    return [];
  } catch (error) {
    return [{ text: describeError(error), tryThis: 'Export them where you start the harness.' }];
  }
}

function parametersFor(recovery: RecoveryConfig, set: readonly string[], isSyncNamed: boolean): Parameters {
  const { schedulesWithin } = recovery;
  const schedules = {
    schedulesWithinSeconds: schedulesWithin === undefined ? schedulesWithinSeconds : toMillis(schedulesWithin) / 1000,
  };
  const { parameters, stack, weaknesses } = parseSettings({ probeEveryMs, goneWithinSeconds, ...schedules }, set);
  const [foreign] = [...Object.keys(stack), ...weaknesses];
  if (foreign !== undefined) {
    throw new ChaosError({ code: 'usage', message: `--set ${foreign}: an existing Airbyte is taken as it is.` });
  }
  return {
    ...SITE,
    ...parameters,
    breakBy: recovery.break === undefined ? 'person' : 'command',
    ends: isSyncNamed ? 'new-sync-succeeded' : 'site-back',
  };
}

function undoOf(
  { env, settings, restoreOriginal, originalWithin }: RecoveryConfig,
  {
    api,
    config,
    ...place
  }: {
    readonly cwd: string;
    readonly logs: string;
    readonly mark: string;
    readonly api: URL;
    /** Where health asks who is there. */
    readonly config: string | undefined;
  },
): readonly UndoAction[] {
  if (restoreOriginal.length === 0) return [];
  const original =
    originalWithin === NEVER
      ? {}
      : {
          original: {
            api: `${api.origin}${api.pathname}`,
            withinMs: toMillis(originalWithin),
            ...(config === undefined ? {} : { config }),
          },
        };
  return [{ kind: 'run-commands', ...place, env, settings, commands: restoreOriginal.map(timed), ...original }];
}

function timed({ command, within }: { readonly command: readonly string[]; readonly within: string }): {
  readonly command: readonly string[];
  readonly withinMs: number;
} {
  return { command, withinMs: toMillis(within) };
}

function requireTerminal(): void {
  if (isSomebodyThere()) return;
  throw new ChaosError({
    code: 'config',
    message: 'No command takes the site away, and there is nobody at a terminal who could be asked to.',
    tryThis: 'Name one in the configuration: recovery: {break: {command: […], within: 10m}, restoreOriginal: […]}.',
  });
}

/** Waits until a person says that they begin to take the site away: at the terminal, or to whoever makes the file. @throws ChaosError `interrupted` at Ctrl-C. */
async function askPerson(context: string, beginWhen: string | undefined, signal: AbortSignal): Promise<void> {
  if (beginWhen !== undefined) return pWaitFor(() => existsSync(beginWhen), { interval: LOOK_EVERY_MS, signal });
  await askAtTerminal(`Take the site ${context} away. Press Enter at the moment at which you begin: `, signal);
}
