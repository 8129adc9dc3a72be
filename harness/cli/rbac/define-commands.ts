import { Option, type Command } from 'commander';

/** Adds the commands by which others than a person at a terminal get at an existing cluster. */
export function defineRightsCommands(program: Command, finishWith: (code: number) => void): void {
  program
    .command('rbac')
    .description('print what gives scenarios the rights that they need in an existing cluster, and no others')
    .argument('[scenarios...]', 'else those that the configuration allows; `discover` for looking alone')
    .addOption(configOption())
    .option('--all', 'every scenario that can run on an Airbyte that is there already', false)
    .addOption(variantOption())
    .option('--subject <name>', 'who gets them: a ServiceAccount, user:NAME or group:NAME; else one is made for each')
    .action(async (scenarios: readonly string[], options) =>
      finishWith(await (await import('../commands/rbac.ts')).rbacCommand(scenarios, options)),
    );
  program
    .command('cronjob')
    .description('print what runs a scenario inside of an existing cluster, again and again')
    .argument('<scenario>', 'the scenario')
    .addOption(configOption())
    .requiredOption('--image <image>', 'of the harness, as the cluster pulls it (harness/Dockerfile)')
    .requiredOption('--schedule <cron>', 'when, in five fields: "0 9 * * 1-5"')
    .option('--time-zone <name>', 'of the schedule', 'Etc/UTC')
    .addOption(variantOption())
    .option('--target <component>', 'which of the things that the scenario can hit; else the first')
    .option('--confirm <context>', 'the name of the context, where the database or the whole cluster is meant')
    .option('--api <url>', 'where Airbyte’s API is from inside: http://SERVICE:PORT; else as the configuration has it')
    .option(
      '--results <place>',
      'claim:NAME for a PersistentVolumeClaim that is there, volume:SIZE for a new one, or s3://BUCKET/PREFIX',
      'volume:1Gi',
    )
    .option(
      '--s3-secret <name>',
      'a Secret with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what else the SDK reads; else the pod’s identity',
    )
    .option('--within <duration>', 'a run that takes longer is ended', '1h')
    .action(async (scenario: string, options) =>
      finishWith(await (await import('../commands/cronjob.ts')).cronjobCommand(scenario, options)),
    );
}

function configOption(): Option {
  return new Option('--config <file>', 'the configuration of the cluster').default('chaos.config.yaml');
}

function variantOption(): Option {
  return new Option('--variant <name>', 'how pods are taken away').choices(['default', 'evicted']).default('default');
}
