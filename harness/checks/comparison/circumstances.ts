import type { Circumstance } from '../../core/comparison.ts';
import type { RunEvent } from '../../core/events.ts';
import { History } from '../../core/history.ts';

type Facts = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** What was not the same about two runs themselves: settings, versions, parameters, objectives, the machine. */
export function differingCircumstances(before: readonly RunEvent[], after: readonly RunEvent[]): Circumstance[] {
  const [a, b] = [factsOf(before), factsOf(after)];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((group) => {
    const [left, right] = [a.get(group) ?? {}, b.get(group) ?? {}];
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((name) => {
      const [was, is] = [inWords(left[name]), inWords(right[name])];
      return was === is ? [] : [{ group, name, before: was, after: is }];
    });
  });
}

/** Everything that was chosen or found before the run, by group, in the order in which a reader looks for causes. */
function factsOf(events: readonly RunEvent[]): Facts {
  const history = new History(0, events);
  const started = history.first('run.started');
  const ready = history.latest('platform.ready');
  const { source: _source, impact: _impact, recovery: _recovery, ...objective } = started?.objective ?? {};
  const { kind, ...policy } = started?.retryPolicy ?? {};
  return new Map<string, Readonly<Record<string, unknown>>>([
    [
      'scenario',
      { variant: started?.scenario.variant ?? 'the default', 'recovery ends with': started?.recoveryEnds.milestone },
    ],
    ['weaknesses', { 'put into the stack': ready?.weaknesses?.join(', ') }],
    ['stack setting', { ...ready?.settings }],
    ['parameter', { ...started?.parameters }],
    ['objective', { ...objective }],
    ['retry policy', { kind, ...policy }],
    ['platform', { platform: ready?.platform, profile: ready?.profile }],
    ['number of instances', { ...ready?.expected }],
    ['version', { ...ready?.details }],
    ['environment', { ...started?.environment }],
    ['run', { trials: started?.trials, seed: started?.seed }],
  ]);
}

function inWords(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
