import type { DiscoveredSystem, MappedComponent } from '../profiles/discovered-system.ts';
import { span } from '../profiles/translate/expected-times.ts';
import type { ExpectedTime, Target, Translation } from '../profiles/translate/translation.ts';

const MARK = { yes: '✓', conditional: '~', no: '✗' } as const;

/** What was found, for a person at 3 a.m.: what is not as it should be comes last, where the eye is. */
export function printDiscovered(system: DiscoveredSystem, scenarios: readonly Translation[]): void {
  const lines = [
    ...heading(system),
    ...table(system),
    ...section(
      'Outside of the release',
      system.external.map(
        ({ what, address, where, because }) => `${what}: ${[address, where].filter(Boolean).join(', ')} (${because})`,
      ),
    ),
    '',
    `Schedules   ${system.scheduling.how}`,
    `Retries     ${system.retry.summary}`,
    ...system.retry.notes.map((note) => `            ${note}`),
    `Monitor     ${monitorSentence(system)}`,
    `Job pods    ${jobPodSentence(system)}`,
    ...section(
      'Timers',
      system.timers.map(({ what, seconds, source }) => `${what} ${span(seconds)} (${source})`),
    ),
    ...section('Probes and roll-out', probeLines(system.components)),
    ...section('What was recognised by what', system.components.map(recognised)),
    ...section('Scenarios (✓ can run  ~ needs something more  ✗ cannot)', scenarioLines(scenarios)),
    ...section('Not of this release, and left alone', system.foreign),
    ...section('Of the chart, and no part of the running system', system.aside),
    ...section(
      'Not read',
      system.unread.map(({ kind, why }) => `${kind}: ${why}`),
    ),
    ...section(
      'Could not be mapped',
      system.unmapped.map(({ what, reason }) => `${what}: ${reason}`),
    ),
    '',
    conclusion(system),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function heading({ namespace, release, generation, chartVersion, appVersion }: DiscoveredSystem): readonly string[] {
  const chart = chartVersion === undefined ? '' : `, chart ${chartVersion}`;
  return [
    `Airbyte ${appVersion ?? 'of unknown version'} (${generation.is}${chart}), release ${release ?? '(none)'} in namespace ${namespace}`,
    `  because: ${generation.because.join('; ')}`,
    '',
  ];
}

function table({ components, unread }: DiscoveredSystem): readonly string[] {
  // What could not be read is not told as absent.
  const nothing = (of: string): string => (unread.some(({ kind }) => kind === of) ? '?' : '–');
  const rows = components.map((found) => [
    found.component,
    `${found.workload.kind}/${found.workload.name}`,
    found.isOneOff ? 'runs once' : `${found.replicas.ready}/${found.replicas.wanted}`,
    found.endpoints.join(' ') || '–',
    found.autoscaler === undefined
      ? nothing('HorizontalPodAutoscaler')
      : `${found.autoscaler.min}–${found.autoscaler.max}`,
    found.budget?.allows ?? nothing('PodDisruptionBudget'),
  ]);
  const all = [['COMPONENT', 'WORKLOAD', 'READY', 'ENDPOINTS', 'HPA', 'PDB'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Only for what goes on running. */
function probeLines(components: readonly MappedComponent[]): readonly string[] {
  const names = { liveness: 'live', readiness: 'ready', startup: 'startup' } as const;
  return components
    .filter(({ isOneOff }) => !isOneOff)
    .map(({ component, probes, strategy, minReadySeconds }) => {
      const texts = probes.map(
        ({ kind, asks, periodSeconds, timeoutSeconds, failureThreshold }) =>
          `${names[kind]} ${asks} every ${periodSeconds} s, ${timeoutSeconds} s to answer, ${failureThreshold} times`,
      );
      const how = strategy === undefined ? [] : [`replaced by ${strategy}`];
      const later = minReadySeconds === 0 ? [] : [`available ${minReadySeconds} s after it is ready`];
      return `${component}: ${[texts.length === 0 ? 'no probes' : texts.join('; '), ...how, ...later].join('. ')}`;
    });
}

function recognised({ component, workload, because, despite }: MappedComponent): string {
  const against = despite.length === 0 ? '' : ` — although ${despite.join(', ')}`;
  return `${component} (${workload.kind}/${workload.name}): ${because.join(', ')}${against}`;
}

function monitorSentence({ monitor }: DiscoveredSystem): string {
  const is = {
    on: 'on',
    off: 'OFF: a lost job pod is never noticed',
    none: 'none',
    unknown: 'cannot be told',
  } as const;
  return `${is[monitor.is]} (${monitor.because})`;
}

function jobPodSentence({ jobPods }: DiscoveredSystem): string {
  const phases = Object.entries(jobPods.byPhase).map(([phase, number]) => `${phase} ${number}`);
  const now =
    jobPods.total === 0 ? 'none now' : `${jobPods.total} (${jobPods.replication} move data): ${phases.join(', ')}`;
  return [`${now}, in namespace ${jobPods.namespace}`, ...jobPods.notes].join('. ');
}

/** What is said of a target is said once, where it comes first. */
function scenarioLines(scenarios: readonly Translation[]): readonly string[] {
  const said = new Map<string, string>();
  return scenarios.flatMap(({ scenario, can, because, targets }) => [
    `${MARK[can]} ${scenario}: ${because}`,
    ...targets.flatMap((target) => {
      const key = `${target.component} ${target.workload}`;
      const before = said.get(key);
      if (before === undefined) said.set(key, scenario);
      return targetLines(target, before);
    }),
  ]);
}

function targetLines(
  { component, workload, outcome, recovery, warning }: Target,
  before: string | undefined,
): readonly string[] {
  const name = workload === undefined ? component : `${component} (${workload})`;
  const parts = recovery.is === 'bounded' && recovery.parts.length > 1 ? recovery.parts : [];
  const sum = parts.map(({ what, seconds }) => `${what} ${span(seconds)}`).join(' + ');
  return [
    `    ${name}: ${before === undefined ? `${timeText(recovery)}. ${outcome}` : `as for ${before}`}`,
    ...(before === undefined && sum !== '' ? [`      = ${sum}`] : []),
    ...(warning === undefined ? [] : [`      ! ${warning}`]),
  ];
}

function timeText(recovery: ExpectedTime): string {
  switch (recovery.is) {
    case 'bounded':
      return [`back after ${span(recovery.seconds)}`, ...recovery.unless.map((why) => `unless ${why}`)].join(', ');
    case 'never':
      return 'never back by itself';
    case 'unknown':
      return `time not known (${recovery.because})`;
    default:
      return recovery satisfies never;
  }
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function conclusion({ components, unmapped, unread }: DiscoveredSystem): string {
  const mapped = `${components.length} components were mapped.`;
  return unmapped.length + unread.length === 0
    ? `${mapped} Nothing of the release was left over.`
    : `${mapped} ${unmapped.length} could not be, and ${unread.length} kinds could not be read: what is missing above is not known to be missing.`;
}
