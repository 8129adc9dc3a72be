import { ChaosError } from '../../core/errors.ts';
import { toMillis } from '../../core/duration.ts';
import { IN_CLUSTER } from '../../platforms/cluster/choose-cluster.ts';
import { SITE_LOSS } from '../../profiles/translate/needs.ts';
import { readClusterConfig } from '../cluster-config-file.ts';
import { userFile } from '../project-paths.ts';
import { cronJobManifests } from '../rbac/cronjob-manifests.ts';
import { CONFIG_FOLDER, inClusterConfig } from '../rbac/in-cluster-config.ts';
import { parseResults } from '../rbac/results-place.ts';
import { roleManifests, roleName } from '../rbac/role-manifests.ts';
import { rightsOf, type ExistingVariant } from '../rbac/scenario-rights.ts';
import { renderManifests } from '../rbac/yaml-manifest.ts';

export interface CronJobCommandOptions {
  readonly config: string;
  readonly image: string;
  readonly schedule: string;
  readonly timeZone: string;
  readonly variant: ExistingVariant;
  readonly target?: string;
  readonly confirm?: string;
  readonly api?: string;
  readonly results: string;
  readonly s3Secret?: string;
  readonly within: string;
}

/**
 * `cronjob`: prints what runs a scenario inside of an existing cluster: its ServiceAccount with its rights, the configuration, a place for the results, and the
 * CronJob. Asks nobody and changes nothing.
 * @throws ChaosError `usage`, or `config` for a scenario that the configuration does not allow, and for what cannot work from inside.
 */
export async function cronjobCommand(scenario: string, options: CronJobCommandOptions): Promise<number> {
  const { variant, image, schedule, timeZone, s3Secret } = options;
  const config = await readClusterConfig(userFile(options.config));
  const { namespace } = config;
  if (scenario === SITE_LOSS) {
    throw new ChaosError({
      code: 'usage',
      message: `${scenario} takes the site away, and with it the pod that should see it recovered.`,
      tryThis: 'Run it from outside of the cluster, as a CI job or by hand.',
    });
  }
  const rights = rightsOf(scenario, variant, config);
  if (!config.allow.scenarios.includes(scenario)) {
    throw new ChaosError({
      code: 'config',
      message: `${scenario} is not among the scenarios that are allowed, so it would be refused each time.`,
      tryThis: `Add it to allow.scenarios in ${options.config}.`,
    });
  }
  const name = roleName(rights);
  const jobs = cronJobManifests({
    name,
    namespace,
    image,
    schedule,
    timeZone,
    s3Secret,
    withinSeconds: Math.ceil(toMillis(options.within) / 1000),
    arguments: argumentsOf(scenario, options, config.cluster.context),
    results: parseResults(options.results),
    files: await inClusterConfig({ file: options.config, config, api: options.api }),
  });
  const head = [
    `${scenario} in namespace ${namespace}, again and again, from inside of the cluster.`,
    'Begin:      kubectl apply -f FILE',
    `Once now:   kubectl create job ${name}-now --from=cronjob/${name} --namespace ${namespace}`,
    `Stop a run: kubectl delete job NAME --namespace ${namespace}`,
    'Take away:  kubectl delete -f FILE, which takes a volume of results that is made here with it',
  ];
  process.stdout.write(await renderManifests(head, [...roleManifests([rights], { namespace }), ...jobs]));
  return 0;
}

/** What the pod's harness is called with. */
function argumentsOf(
  scenario: string,
  { variant, target, confirm }: CronJobCommandOptions,
  context: string,
): readonly string[] {
  if (confirm !== undefined && confirm !== context) {
    throw new ChaosError({
      code: 'usage',
      message: `--confirm ${confirm}: the context of the configuration is ${context}.`,
      tryThis: `--confirm ${context}, where the database or the whole cluster is meant`,
    });
  }
  return [
    scenario,
    '--platform',
    'cluster',
    '--config',
    `${CONFIG_FOLDER}/chaos.config.yaml`,
    ...(variant === 'default' ? [] : ['--variant', variant]),
    ...(target === undefined ? [] : ['--target', target]),
    ...(confirm === undefined ? [] : ['--confirm', IN_CLUSTER]),
  ];
}
