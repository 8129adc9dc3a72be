import { describe, expect, test } from 'vitest';
import { catalogue } from '../../../scenarios/index.ts';
import type { DiscoveredSystem } from '../discovered-system.ts';
import { mapSystem } from '../map-system.ts';
import { LISTED } from '../objects/namespace-objects.ts';
import { airbyteObjects, collect, rawPod, type AirbyteOptions, type RawObject } from '../testing/airbyte-objects.ts';
import { chaosOf, isRunnable, RUNNABLE } from './needs.ts';
import { translateScenarios } from './translate.ts';
import type { Translation } from './translation.ts';

/*
 * How it could lie: ask for a right without which a run would know the same; leave one out without which it would say something else; give rights for what
 * cannot run.
 */

const GENERATIONS = ['legacy', 'v1', 'v2'] as const;
const IDS = Object.keys(catalogue);

/** An Airbyte with everything that can be listed: a bootloader that has run, an autoscaler and a budget of the worker. */
function everything(options: AirbyteOptions): readonly RawObject[] {
  const { release = 'airbyte' } = options;
  const worker = { 'app.kubernetes.io/name': 'worker', 'app.kubernetes.io/instance': release };
  const loader = { 'app.kubernetes.io/name': 'airbyte-bootloader', 'app.kubernetes.io/instance': release };
  const image = `airbyte/bootloader:${options.generation === 'legacy' ? '0.50.56' : '1.8.5'}`;
  const containers = [{ name: 'airbyte-bootloader-container', image }];
  const metadata = { name: `${release}-bootloader`, labels: loader };
  const made = { apiVersion: 'batch/v1', kind: 'Job', name: metadata.name, uid: '1', controller: true };
  return [
    ...airbyteObjects(options),
    { kind: 'Job', metadata, spec: { template: { metadata: { labels: loader }, spec: { containers } } } },
    rawPod(`${release}-bootloader-x`, loader, {
      phase: 'Succeeded',
      metadata: { ownerReferences: [made] },
      spec: { containers },
    }),
    {
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'workers' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `${release}-worker` },
        minReplicas: 1,
        maxReplicas: 3,
      },
    },
    {
      kind: 'PodDisruptionBudget',
      metadata: { name: 'workers' },
      spec: { minAvailable: 1, selector: { matchLabels: worker } },
    },
  ];
}

function mapWithout(missing: RawObject['kind'] | undefined, options: AirbyteOptions): DiscoveredSystem {
  const all = everything(options);
  const objects = collect(all.filter(({ kind }) => kind !== missing));
  if (missing === undefined) return mapSystem(objects);
  return mapSystem({ ...objects, unlisted: new Map([[missing, 'they were not asked for']]) });
}
function translate(id: string, system: DiscoveredSystem): Translation {
  const [one] = translateScenarios(system, [{ id, objective: { recoverySeconds: 300, source: 'the guide' } }]);
  if (one === undefined) throw new Error('there is one for each scenario');
  return one;
}
/** All that a run is planned by. */
const planned = (id: string, system: DiscoveredSystem): unknown => ({
  translation: translate(id, system),
  policy: system.retry.policy,
  outliveWorker: system.jobPods.outliveWorker,
});

describe.each(GENERATIONS)('on %s', (generation) => {
  const whole = mapWithout(undefined, { generation });
  test.each(LISTED.other)('no run says anything else where %ss were not asked for', (kind) => {
    const blind = mapWithout(kind, { generation });
    for (const id of RUNNABLE) expect(planned(id, blind), id).toEqual(planned(id, whole));
    // It would be seen: other scenarios do.
    const others = IDS.filter((id) => !isRunnable(id));
    const differs = others.some((id) => JSON.stringify(planned(id, blind)) !== JSON.stringify(planned(id, whole)));
    expect(differs).toBe(kind !== 'Job');
  });

  test('without its settings no run knows the retry policy that syncs are judged by', () => {
    expect(whole.retry.policy).toBeDefined();
    expect(mapWithout('ConfigMap', { generation }).retry.policy).toBeUndefined();
  });

  test('rights are given for what can run, and for nothing else', () => {
    const faultTools = { chaosMesh: 'there', chaosMeshClocks: 'there', litmus: 'absent' } as const;
    const canOn = (system: DiscoveredSystem): readonly string[] =>
      IDS.filter((id) => translate(id, system).takesAway !== 'nothing');
    expect(canOn(whole)).toEqual(IDS.filter(isRunnable));
    expect(canOn({ ...whole, faultTools })).toEqual(IDS.filter((id) => isRunnable(id) || chaosOf(id) !== undefined));
  });
});

test('every scenario that can run is one of the catalogue', () => {
  expect(RUNNABLE.filter((id) => !IDS.includes(id))).toEqual([]);
});
