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
    ...section('What was recognised by what', system.components.map(recognised)),
    ...section('Scenarios (✓ can run  ~ needs something more  ✗ cannot)', scenarios.flatMap(scenarioLines)),
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
    probeText(found),
    found.strategy ?? '–',
    found.autoscaler === undefined
      ? nothing('HorizontalPodAutoscaler')
      : `${found.autoscaler.min}–${found.autoscaler.max}`,
    found.budget?.allows ?? nothing('PodDisruptionBudget'),
  ]);
  const all = [['COMPONENT', 'WORKLOAD', 'READY', 'ENDPOINTS', 'PROBES', 'STRATEGY', 'HPA', 'PDB'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** `live GET /health :8001 every 10 s, 10 s to answer, 3 times`. */
function probeText({ probes }: MappedComponent): string {
  const names = { liveness: 'live', readiness: 'ready', startup: 'startup' } as const;
  const texts = probes.map(
    ({ kind, asks, periodSeconds, timeoutSeconds, failureThreshold }) =>
      `${names[kind]} ${asks} ${periodSeconds}s×${failureThreshold}, ${timeoutSeconds}s`,
  );
  return texts.length === 0 ? 'none' : texts.join('; ');
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

function scenarioLines({ scenario, can, because, targets }: Translation): readonly string[] {
  return [`${MARK[can]} ${scenario}: ${because}`, ...(can === 'no' ? [] : targets.flatMap(targetLines))];
}

function targetLines({ component, workload, outcome, recovery, warning }: Target): readonly string[] {
  const name = workload === undefined ? component : `${component} (${workload})`;
  return [`    ${name}: ${timeText(recovery)}. ${outcome}`, ...(warning === undefined ? [] : [`      ! ${warning}`])];
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
