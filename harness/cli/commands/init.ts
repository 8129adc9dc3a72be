import { existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { catalogue } from '../../../scenarios/index.ts';
import { asksForBasicAt } from '../../clients/monitor/asks-for-basic.ts';
import { ChaosError } from '../../core/errors.ts';
import { chooseCluster } from '../../platforms/cluster/choose-cluster.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { guardApi } from '../../platforms/cluster/guarded-api.ts';
import { JOB_POD } from '../../platforms/cluster/existing-instance.ts';
import { seeCluster } from '../../platforms/cluster/see-cluster.ts';
import { isSystemNamespace } from '../../platforms/cluster/system-namespaces.ts';
import type { DiscoveredSystem } from '../../profiles/discovered-system.ts';
import { takesRights } from '../../profiles/translate/needs.ts';
import { renderConfig } from '../cluster-config-text.ts';
import { readClusterConfig } from '../cluster-config-file.ts';
import { apiUrl } from '../existing/api-url.ts';
import { nameOfAirbyte } from '../existing/open-existing.ts';
import type { CredentialOptions } from '../monitor/credentials.ts';
import { namedCredentials } from '../named-credentials.ts';
import { userFile } from '../project-paths.ts';
import { renderRbac } from '../rbac/render-rbac.ts';
import { readSystem } from '../read-system.ts';
import { suggestion } from '../settings.ts';

export interface InitOptions extends CredentialOptions {
  readonly config: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly namespace?: string;
  readonly release?: string;
  readonly allow?: string;
  readonly components?: string;
  readonly api?: string;
  readonly chaosMesh: boolean;
  readonly force: boolean;
  /** A file for what gives the scenarios their rights. */
  readonly rbac?: string;
}

/** So long its API may take to answer before nothing is said of it. */
const API_TIMEOUT_MS = 3000;

/**
 * `init`: writes `chaos.config.yaml` from what is found in a cluster, and changes nothing there. What is not given is asked for where somebody sits in front of
 * it; what is not answered is not allowed.
 * @throws ChaosError `usage` for what is missing or there is not, `config` for a file that is there already.
 */
export async function initCommand(options: InitOptions): Promise<number> {
  const file = userFile(options.config);
  refuseExisting(options.config, '--config', options);
  if (options.rbac !== undefined) refuseExisting(options.rbac, '--rbac', options);
  const credentials = namedCredentials(options);
  const cluster = await chooseCluster(options);
  const dialogue = openDialogue();
  try {
    say(`Context ${cluster.context} (${cluster.server}). Nothing is changed there.`);
    const namespace = await dialogue.ask('Namespace of Airbyte', options.namespace, '--namespace');
    if (isSystemNamespace(namespace)) {
      throw new ChaosError({
        code: 'usage',
        message: `Namespace ${namespace} belongs to the cluster itself, and nothing is ever broken there.`,
      });
    }
    const { core } = await guardApi(cluster.config);
    const { labelsOfNamespace: _labels, ...seen } = await seeCluster(cluster, core, namespace);
    const system = await readSystem(cluster, { namespace, release: options.release });
    const { release, profile } = placeOf(system);
    say(`Found ${nameOfAirbyte(profile, system.appVersion)}, release ${release}: ${describe(system)}.`);
    for (const { what, reason } of system.unmapped) say(`  not mapped: ${what}, since ${reason}`);
    const known = Object.keys(catalogue);
    const scenarios = await dialogue.askNames('Scenarios that may run', known, options.allow);
    const components = await dialogue.askNames('Components that may be hit', componentsOf(system), options.components);
    const { kubeconfig, api, chaosMesh } = options;
    const wantsBasic = await sayWhoIsAskedFor(options);
    const proposal = {
      cluster: seen,
      kubeconfig,
      namespace,
      release,
      profile,
      system,
      scenarios,
      components,
      api,
      credentials,
      wantsBasic,
      chaosMesh,
    };
    writeFileSync(file, renderConfig(proposal), { flag: options.force ? 'w' : 'wx' });
  } finally {
    dialogue.close();
  }
  const config = await readClusterConfig(file);
  say(`\nWritten: ${options.config}`);
  if (options.rbac !== undefined) await writeRights(config, options.rbac, options);
  say(`  What it allows:        npm run chaos -- validate --config ${options.config}`);
  say(
    `  What a run would hit:  npm run chaos -- worker_failure --platform cluster --config ${options.config} --dry-run`,
  );
  return 0;
}

/** Whether the API asks for HTTP Basic, which is said where something else, or nothing, was named. */
async function sayWhoIsAskedFor({ api, usernameFrom }: InitOptions): Promise<boolean> {
  const url = api !== undefined && URL.canParse(api) ? apiUrl(api) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || usernameFrom !== undefined) return false;
  if (!(await asksForBasicAt(url, API_TIMEOUT_MS))) return false;
  say('The API asks for HTTP Basic: name where username and password are, with --username-from and --password-from.');
  return true;
}

/** @throws ChaosError `config` for a file that is there and is not to be replaced. */
function refuseExisting(name: string, option: string, { force }: InitOptions): void {
  if (force || !existsSync(userFile(name))) return;
  throw new ChaosError({
    code: 'config',
    message: `${name} is there already and was left as it is.`,
    tryThis: `Name another with ${option}, or replace it with --force.`,
  });
}

/** What gives the scenarios that were allowed their rights, for somebody who may give them. */
async function writeRights(config: ClusterConfig, name: string, { force, config: from }: InitOptions): Promise<void> {
  if (!config.allow.scenarios.some(takesRights)) {
    say(`${name} was not written: no scenario is allowed that takes rights.`);
    return;
  }
  const text = await renderRbac({ config, scenarios: [], variant: 'default', subject: undefined });
  writeFileSync(userFile(name), text, { flag: force ? 'w' : 'wx' });
  say(`Written: ${name}`);
  say(`  Give these rights:     kubectl apply -f ${name}`);
  say(`  Prove them:            npm run chaos -- doctor --platform cluster --config ${from}`);
}

function placeOf({ release, generation }: DiscoveredSystem): {
  readonly release: string;
  readonly profile: KnownProfile;
} {
  if (release === undefined) {
    throw new ChaosError({
      code: 'config',
      message: 'What runs there was not installed as a Helm release, so nothing tells its parts from those of others.',
      tryThis: 'Label it app.kubernetes.io/instance, as Helm does.',
    });
  }
  if (generation.is === 'unknown') {
    throw new ChaosError({
      code: 'config',
      message: `Which generation of Airbyte ${release} is could not be told: ${generation.because.join('; ')}.`,
    });
  }
  return { release, profile: generation.is };
}

type KnownProfile = Exclude<DiscoveredSystem['generation']['is'], 'unknown'>;

/** Those that go on running, and the pods of jobs, of which none may run now. */
function componentsOf({ components }: DiscoveredSystem): readonly string[] {
  const lasting = components.flatMap(({ component, isOneOff }) => (isOneOff ? [] : [component]));
  return [...new Set([...lasting, JOB_POD])];
}

function describe({ components }: DiscoveredSystem): string {
  return components
    .filter(({ isOneOff }) => !isOneOff)
    .map(({ component, replicas: { ready, wanted } }) => `${component} ${ready}/${wanted}`)
    .join(', ');
}

interface Dialogue {
  /** What was given; else what somebody types. @throws ChaosError `usage` where nobody is there, or nothing was typed. */
  ask(what: string, given: string | undefined, flag: string): Promise<string>;
  /** Names of a list, separated by commas; none where nothing is said. @throws ChaosError `usage` for one that is not on it. */
  askNames(what: string, known: readonly string[], given: string | undefined): Promise<readonly string[]>;
  close(): void;
}

function openDialogue(): Dialogue {
  const lines = process.stdin.isTTY ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  return {
    async ask(what, given, flag) {
      const answer = given ?? (await lines?.question(`${what}: `))?.trim() ?? '';
      if (answer !== '') return answer;
      throw new ChaosError({ code: 'usage', message: `${what}: nothing was said.`, tryThis: `${flag} <name>` });
    },
    async askNames(what, known, given) {
      if (given === undefined && lines !== undefined)
        say(`${what}, separated by commas; none with an empty line. There are: ${known.join(', ')}.`);
      const text = given ?? (await lines?.question('> ')) ?? '';
      const names = text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');
      for (const name of names) {
        if (known.includes(name)) continue;
        throw new ChaosError({
          code: 'usage',
          message: `${what}: there is no "${name}".`,
          tryThis: suggestion(name, known),
        });
      }
      return names;
    },
    close: () => lines?.close(),
  };
}

/** To standard error: what is written goes into a file, and may go to standard output one day. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
