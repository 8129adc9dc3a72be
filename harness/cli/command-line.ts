import { Command, CommanderError, Option } from 'commander';
import { catalogue } from '../../scenarios/index.ts';
import { ChaosError } from '../core/errors.ts';
import { sentence } from '../core/sentence.ts';
import { withCredentialOptions } from './credential-options.ts';
import { printError } from './print-error.ts';
import { defineRightsCommands } from './rbac/define-commands.ts';
import { DEFAULT_OBJECTIVES } from './run-options.ts';

/**
 * Parses the command line and runs the command; heavy modules are loaded by the command that needs them.
 * @returns the exit code (DESIGN §4).
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  // Positional: an option after a command is that command's, also where a scenario has one of the same name.
  const program = new Command('chaos').enablePositionalOptions();
  let exitCode = 0;
  const finishWith = (code: number): void => {
    exitCode = code;
  };
  defineCommands(program, finishWith);
  // An option after the name of a command is the command's: without this `list --json` would set the --json of a run.
  program.enablePositionalOptions();
  program.exitOverride();
  program.configureOutput({ writeErr: () => undefined });
  // Commands inherit nothing that was set after they were made.
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const shown =
      error instanceof CommanderError
        ? new ChaosError({
            code: 'usage',
            message: withoutPrefix(error.message),
            tryThis: 'npm run chaos -- --help',
            cause: error,
          })
        : error;
    return printError(shown);
  }
}

/** Adds every command and option to `program`. Exported for tests that parse command lines without running them. */
export function defineCommands(program: Command, finishWith: (code: number) => void): void {
  // An option after the name of a command is that command's: `list --json`, `up --set`.
  program
    .description(
      'Breaks one part of Airbyte on purpose, measures the recovery and judges it against the written targets.',
    )
    .argument('[scenario]', `the failure to rehearse: ${Object.keys(catalogue).join(', ')}`)
    .option('--variant <name>', 'another way for the same thing to fail; `list` shows them')
    .addOption(platformOption('cluster'))
    .option('--config <file>', 'cluster: what may be broken there, as `init` writes it', 'chaos.config.yaml')
    .option('--target <component>', 'cluster: which of the things that the scenario can hit there; else the first')
    .option('--confirm <context>', 'cluster: the name of the context, where the database or the whole cluster is meant')
    .option('--objectives <file>', `the recovery targets to judge against (default: "${DEFAULT_OBJECTIVES}")`)
    .option(
      '--set <name=value>',
      'change a parameter of the scenario or a setting of the stack (repeatable)',
      collect,
      [],
    )
    .option('--trials <n>', 'repeat on the same stack and judge every trial', '1')
    .option('--seed <n>', 'the seed of every choice by chance')
    .option('--keep', 'leave the stack up afterwards', false)
    .addOption(new Option('--run-id <id>', 'the id of the run, where its caller has written it down before').hideHelp())
    .addOption(
      new Option(
        '--begin-when <file>',
        'cluster_failure by hand: where its caller asks the people, and makes this file when they begin',
      ).hideHelp(),
    )
    .option('--dry-run', 'show what would be done and hit, and do nothing', false)
    .option('--no-load', 'run without API load')
    .option('--upload <place>', 'afterwards put the run into an object store: s3://BUCKET/PREFIX')
    .option('--json', 'print the journal as JSON on standard output', false)
    .action(async (scenario: string | undefined, options) => {
      if (scenario === undefined) return program.outputHelp();
      const { runCommand } = await import('./commands/run.ts');
      const { keepingRuns } = await import('./upload-runs.ts');
      return finishWith(await keepingRuns(options.upload, () => runCommand(scenario, options)));
    });
  program
    .command('everything')
    .description('run all scenarios on one stack, one after the other, and write one combined report')
    .option('--only <ids>', 'only these scenarios, separated by commas')
    .option('--skip <ids>', 'all but these')
    .addOption(platformOption())
    .option('--objectives <file>', 'the recovery targets to judge against', DEFAULT_OBJECTIVES)
    .option('--set <name=value>', 'a parameter of the scenarios or a setting of the stack (repeatable)', collect, [])
    .option('--seed <n>', 'the seed of every choice by chance')
    .option('--dry-run', 'show what would be done and hit, and do nothing', false)
    .option('--no-load', 'run without API load')
    .option('--json', 'print the combined journal as JSON on standard output', false)
    .action(async (options) => finishWith(await (await import('./commands/everything.ts')).everythingCommand(options)));
  program
    .command('list')
    .description('the scenarios, their objectives and what they need')
    .option('--json', 'as JSON', false)
    .action(async (options) => finishWith(await (await import('./commands/list.ts')).listCommand(options)));
  program
    .command('validate')
    .description('check scenarios and objectives without running anything')
    .option('--objectives <file>', 'the file to check', DEFAULT_OBJECTIVES)
    .option('--config <file>', 'also check this configuration of an existing cluster')
    .action(async (options) => finishWith(await (await import('./commands/validate.ts')).validateCommand(options)));
  program
    .command('audit')
    .description(
      'whether a system is ready for its failures: seven documented points and Airbyte’s own, each with evidence',
    )
    .addOption(platformOption('cluster'))
    .option('--config <file>', 'cluster: what it is, and where the audit finds the rest', 'chaos.config.yaml')
    .option('--send-test-alert', 'cluster: let Airbyte send its test notification; somebody will receive it', false)
    .option('--runbook <path>', 'the recovery runbook, or the folder of them; else docs/runbooks')
    .option(
      '--values <file>',
      'instead: what in this file of Helm values changes nothing in the chart, and what is weak',
    )
    .option(
      '--chart <chart>',
      'with --values: the chart’s folder or package; or legacy, v1, v2 for what no release of it looks at',
    )
    .option('--json', 'as JSON', false)
    .action(async (options) => finishWith(await (await import('./commands/audit.ts')).auditCommand(options)));
  program
    .command('doctor')
    .description('whether this machine can run the platforms, and what to do where it cannot')
    .addOption(platformOption('cluster'))
    .option(
      '--config <file>',
      'cluster: what may be broken there; each right that it takes is asked for',
      'chaos.config.yaml',
    )
    .action(async (options) => finishWith(await (await import('./commands/doctor.ts')).doctorCommand(options)));
  const init = program
    .command('init')
    .description('write the configuration of an existing cluster: what is there, and what may be broken');
  withCredentialOptions(init, 'env:NAME, file:PATH, or secret:NAME/KEY of the namespace')
    .option('--config <file>', 'the file to write', 'chaos.config.yaml')
    .option('--context <name>', 'of the kubeconfig; else the current one')
    .option('--kubeconfig <file>', 'else what kubectl uses')
    .option('--namespace <name>', 'where Airbyte is installed')
    .option('--release <name>', 'which one, where the namespace holds several')
    .option('--allow <ids>', 'the scenarios that may run, separated by commas')
    .option('--components <names>', 'the components that may be hit, separated by commas')
    .option('--api <url>', 'where its API is reached from here')
    .option('--chaos-mesh', 'Chaos Mesh may be asked to cut pods off', false)
    .option('--rbac <file>', 'also write what gives the scenarios that may run their rights, as `rbac` prints it')
    .option('--force', 'replace a file that is there', false)
    .action(async (options) => finishWith(await (await import('./commands/init.ts')).initCommand(options)));
  defineRightsCommands(program, finishWith);
  program
    .command('discover')
    .description('map an existing Airbyte to its components, timers and scenarios, and change nothing')
    .requiredOption('--namespace <name>', 'where it is installed')
    .option('--release <name>', 'which one, where the namespace holds several')
    .option('--context <name>', 'of the kubeconfig; else the current one')
    .option('--kubeconfig <file>', 'else what kubectl uses')
    .option('--objectives <file>', 'the recovery targets that its timers are held against', DEFAULT_OBJECTIVES)
    .option('--json', 'print what was found as JSON on standard output', false)
    .action(async (options) => finishWith(await (await import('./commands/discover.ts')).discoverCommand(options)));
  program
    .command('up')
    .description('bring a stack up and leave it there; runs then use it')
    .option('--set <name=value>', 'a setting of the stack (repeatable)', collect, [])
    .addOption(platformOption())
    .action(async (options) => finishWith(await (await import('./commands/stack.ts')).upCommand(options)));
  program
    .command('down')
    .description('take down the stack that `up` or --keep left')
    .addOption(platformOption())
    .action(async (options) => finishWith(await (await import('./commands/stack.ts')).downCommand(options)));
  program
    .command('status')
    .description('what is up, and what is left to undo')
    .addOption(platformOption())
    .action(async (options) => finishWith(await (await import('./commands/stack.ts')).statusCommand(options)));
  program
    .command('report')
    .description('judge a recorded run again and write its report; needs no stack')
    .argument('<run>', 'an id, the beginning of one, or `latest`')
    .option('--json', 'print the journal as JSON on standard output', false)
    .action(async (run: string, options) =>
      finishWith(await (await import('./commands/report.ts')).reportCommand(run, options)),
    );
  program
    .command('compare')
    .description('what changed between two runs of a scenario, and whether it may be chance; needs no stack')
    .argument('<before>', 'an id, the beginning of one, `latest`, or `latest~1` for the run before that')
    .argument('<after>', 'the run to hold against it')
    .option('--json', 'print the comparison as JSON on standard output', false)
    .action(async (before: string, after: string, options) =>
      finishWith(await (await import('./commands/compare.ts')).compareCommand(before, after, options)),
    );
  program
    .command('trend')
    .description('the recovery times of the last runs of `everything`, side by side, as Markdown; needs no stack')
    .option('--last <n>', 'how many of them to show', '7')
    .option('--keep-in <folder>', 'first add their journals to this folder, then show all that it holds')
    .action(async (options) => finishWith(await (await import('./commands/trend.ts')).trendCommand(options)));
  program
    .command('runbook')
    .description('print what those on call do or watch in a failure, as Markdown, from the code that a run executes')
    .argument('[scenario]', 'the scenario; left out with --write')
    .option('--write <folder>', 'write those of all scenarios to this folder')
    .option('--objectives <file>', 'the recovery targets to name', DEFAULT_OBJECTIVES)
    .action(async (scenario: string | undefined, options) =>
      finishWith(await (await import('./commands/runbook.ts')).runbookCommand(scenario, options)),
    );
  program
    .command('steady')
    .description('whether the stack that is up, or an existing Airbyte, is steady; breaks nothing')
    .addOption(platformOption('cluster'))
    .option('--config <file>', 'cluster: which one it is', 'chaos.config.yaml')
    .option('--json', 'as JSON', false)
    .action(async (options) => finishWith(await (await import('./commands/steady.ts')).steadyCommand(options)));
  program
    .command('game-day')
    .description('carry out the plan of a game day with the people in the room: briefing to debrief, and one report')
    .argument('[plan]', 'the plan', 'fixtures/game-days/quarterly.yaml')
    .option('--unattended', 'without people: nobody is asked, and what only people can do is not known', false)
    .option('--resume [day]', 'take a day up again after a break or a crash; the newest one unless it is named')
    .option('--report <day>', 'write the report of a day again from its record')
    .option('--check', 'check the plan and do nothing', false)
    .addOption(new Option('--stand-in <file>', 'plays recordings in place of scenarios').hideHelp())
    .action(async (plan: string, options) =>
      finishWith(await (await import('./commands/game-day.ts')).gameDayCommand(plan, options)),
    );
  program
    .command('cleanup')
    .description('undo whatever an earlier run left, also after SIGKILL or a power loss')
    .option(
      '--config <file>',
      'remove also what runs from anywhere left where this configuration has them make something (traffic.own, load)',
    )
    .action(async (options) => finishWith(await (await import('./commands/cleanup.ts')).cleanupCommand(options)));
  program
    .command('measure')
    .description('watch a URL, a TCP port or a SQL writer and report its outages with bounds')
    .argument('<kind>', 'http, tcp or sql')
    .argument('<target>', 'http://…, host:port, or postgres://… (a table chaos_measure is written to)')
    .option('--every <duration>', 'time between two samples', '50ms')
    .option('--for <duration>', 'how long to watch; until Ctrl-C when it is left out')
    .option('--timeout <duration>', 'a sample without an answer by then is bad', '1s')
    .option('--samples <file>', 'write every sample to this file as NDJSON')
    .option('--json', 'print the result as JSON on standard output', false)
    .action(async (kind: string, target: string, options) =>
      finishWith(await (await import('./commands/measure.ts')).measureCommand(kind, target, options)),
    );
  program
    .command('database')
    .description('look at a highly available database and its recent events, and change nothing')
    .requiredOption('--provider <id>', 'who runs it: rds, cloud-sql, or patroni for the stack that is up')
    .option('--instance <name>', 'the name that the provider knows it by: an instance or a cluster')
    .option('--endpoint <url>', 'another API than the provider’s own')
    .option('--region <name>', 'rds: the region; else as the AWS configuration says')
    .option('--project <id>', 'cloud-sql: the project; else GOOGLE_CLOUD_PROJECT')
    .option('--since <duration>', 'how far back to list events', '24h')
    .option('--json', 'print what was found as JSON on standard output', false)
    .action(async (options) => finishWith(await (await import('./commands/database.ts')).databaseCommand(options)));
  const monitor = program
    .command('monitor')
    .description('look at an Airbyte through its API and say what is wrong, and what cannot be told; changes nothing')
    .requiredOption('--url <url>', 'the API: http://HOST:PORT/api/v1');
  withCredentialOptions(monitor, 'env:NAME or file:PATH')
    .option('--workspace <id>', 'only this workspace')
    .option('--hours <n>', 'how far back to look at jobs', '24')
    .option('--hung-after <duration>', 'an open job is hung after this; else by the timers of the version')
    .option('--alert-sink <url>', 'the alert sink, to see whether an alert came for each failed job')
    .option('--health-timeout <duration>', 'how long to wait for the health of the API', '5s')
    .option('--timeout <duration>', 'how long to wait for any other answer', '20s')
    .option('--watch <seconds>', 'look again and again, until Ctrl-C')
    .option('--prometheus <address>', 'serve /metrics on [HOST:]PORT, 127.0.0.1 unless told otherwise, until Ctrl-C')
    .option('--json', 'print the report as JSON; with --watch one line for each look', false)
    .action(async (options) => finishWith(await (await import('./commands/monitor.ts')).monitorCommand(options)));
}

function platformOption(existing?: 'cluster'): Option {
  const more = existing === undefined ? '' : '; cluster: one that is there already';
  return new Option('--platform <id>', `local: processes on this machine; kind: Kubernetes in Docker${more}`)
    .choices(['local', 'kind', ...(existing === undefined ? [] : [existing])])
    .default('local');
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

/** Commander says "error: unknown option '--x'"; people read a sentence. */
function withoutPrefix(message: string): string {
  return sentence(message.replace(/^error: /, ''));
}
