import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChaosError } from '../../../core/errors.ts';
import type { ClusterConfig } from '../cluster-config.ts';
import { guardApi, type GuardedApi } from '../guarded-api.ts';
import { POD_FAULT } from '../operations.ts';
import { anAttempt, aVictim, CONFIG } from '../testing/an-attempt.ts';
import { recordingServer, type RecordingServer } from '../testing/recording-server.ts';
import { chaosName, chaosObject, type PodFault } from './chaos-object.ts';
import { chaosIn } from './read-chaos.ts';

/*
 * How it could lie: have Chaos Mesh break another pod than the one that was allowed, or all; for ever; in another namespace; remove what others made; send
 * what the policy refuses.
 */

const FAULTS = [
  {
    scenario: 'network_partition',
    plural: 'networkchaos',
    action: { kind: 'partition' },
    spec: { action: 'partition', direction: 'both' },
  },
  {
    scenario: 'clock_skew',
    plural: 'timechaos',
    action: { kind: 'clock', offsetSeconds: -600 },
    spec: { timeOffset: '-600s', clockIds: ['CLOCK_REALTIME'] },
  },
] as const;

describe.each(FAULTS)('$scenario', ({ scenario, plural, action, spec }) => {
  const RUN: PodFault = { runId: `2026-11-28T18-56-23Z-${scenario}-7f3a`, action, expirySeconds: 300 };
  const NAME = chaosName(RUN.runId);
  const ALLOWED: ClusterConfig = {
    ...CONFIG,
    allow: { ...CONFIG.allow, scenarios: [scenario], chaosMesh: true },
  };
  const attempt = anAttempt({ scenario });
  const AT = chaosIn('airbyte', action.kind);
  const PATH = `/apis/chaos-mesh.org/v1alpha1/namespaces/airbyte/${plural}`;

  let server: RecordingServer;
  let guarded: GuardedApi;
  beforeEach(async () => {
    server = await recordingServer();
    guarded = await guardApi(server.kubeconfig);
  });
  afterEach(async () => server.close());

  test('what is made names exactly that pod, says what is done to it, and ends by itself', () => {
    expect(chaosObject(aVictim(), RUN)).toMatchObject({
      metadata: { name: `chaos-2026-11-28t18-56-23z-${scenario.replace('_', '-')}-7f3a`, namespace: 'airbyte' },
      spec: {
        ...spec,
        mode: 'all',
        selector: { pods: { airbyte: ['airbyte-worker-1'] } },
        duration: '300s',
      },
    });
  });

  describe('with a permit for one pod', () => {
    const made = chaosObject(aVictim(), RUN);
    const create = (body: object, namespace = 'airbyte'): Promise<unknown> =>
      guarded.custom.createNamespacedCustomObject({ ...AT, namespace, body });

    test('exactly the object that breaks it is made, and nothing once it is closed', async () => {
      const permit = guarded.allowPodFault(ALLOWED, attempt, RUN);
      expect(permit.request).toEqual({ method: 'POST', path: PATH, body: made });
      await create(made);
      expect(server.requests).toEqual([`POST ${PATH}`]);
      permit.close();
      await expect(create(made)).rejects.toThrow('was not sent');
      await expect(
        guarded.core.deleteNamespacedPod({ name: 'airbyte-worker-1', namespace: 'airbyte' }),
      ).rejects.toThrow('was not sent');
      expect(server.requests).toHaveLength(1);
    });

    test('nothing that differs from it in anything is sent', async () => {
      guarded.allowPodFault(ALLOWED, attempt, RUN);
      const leaves = pathsIn(made);
      expect(leaves.length).toBeGreaterThan(8);
      const change = fc.record({
        at: fc.constantFrom(...leaves),
        to: fc.constantFrom<unknown>(
          undefined,
          null,
          '',
          'airbyte-worker-2',
          'kube-system',
          'to',
          '99999h',
          '-601s',
          [],
          {},
        ),
      });
      await fc.assert(
        fc.asyncProperty(change, async ({ at, to }) => {
          await expect(create(changed(made, at, to))).rejects.toThrow('was not sent');
          // Beside an element of a list, another name.
          const more = at.at(-1) === '0' ? '1' : 'namespaces';
          await expect(create(added(made, at, more, ['airbyte']))).rejects.toThrow('was not sent');
        }),
        { numRuns: 300 },
      );
      await expect(create(made, 'kube-system')).rejects.toThrow('was not sent');
      await expect(guarded.custom.createClusterCustomObject({ ...AT, body: made })).rejects.toThrow('was not sent');
      for (const other of [
        'podnetworkchaos',
        'podchaos',
        'workflows',
        plural === 'timechaos' ? 'networkchaos' : 'timechaos',
      ])
        await expect(guarded.custom.createNamespacedCustomObject({ ...AT, plural: other, body: made })).rejects.toThrow(
          'was not sent',
        );
      expect(server.requests).toEqual([]);
    });

    test('two pods are none', () => {
      const two = { ...attempt, victims: [aVictim(), aVictim({ uid: 'worker-2', name: 'airbyte-worker-2' })] };
      const all = { ...ALLOWED, allow: { ...ALLOWED.allow, maxShare: 1 } };
      expect(() => guarded.allowPodFault(all, two, RUN)).toThrow('Chaos Mesh hits one pod at a time');
    });
  });

  test('what the policy refuses reaches no server, whatever is tried', async () => {
    const mostly = <Value>(right: Value, ...others: readonly Value[]) =>
      fc.oneof({ weight: 4, arbitrary: fc.constant(right) }, fc.constantFrom(...others));
    const wrong = fc.record({
      scenario: mostly<string>(scenario, 'worker_failure'),
      context: mostly('staging', 'production'),
      namespace: mostly('airbyte', 'kube-system'),
      component: mostly<string | undefined>('worker', 'server', undefined),
      release: mostly('airbyte', 'other'),
      chaosMesh: mostly(true, false),
      workers: mostly(2, 1),
      isProtected: mostly(false, true),
    });
    let allowed = 0;
    await fc.assert(
      fc.asyncProperty(wrong, async (one) => {
        server.requests.length = 0;
        const labels = [
          {
            'app.kubernetes.io/instance': one.release,
            ...(one.isProtected ? { 'chaos.airbyte/protected': 'true' } : {}),
          },
        ];
        const victim = aVictim({ namespace: one.namespace, component: one.component, labels });
        const tried = anAttempt({
          scenario: one.scenario,
          cluster: { ...attempt.cluster, context: one.context },
          namespace: { name: one.namespace, labels: {} },
          victims: [victim],
          replicas: new Map([['worker', one.workers]]),
        });
        const config = { ...ALLOWED, allow: { ...ALLOWED.allow, chaosMesh: one.chaosMesh } };
        const isAllowed =
          one.scenario === scenario &&
          one.context === 'staging' &&
          one.namespace === 'airbyte' &&
          one.component === 'worker' &&
          one.release === 'airbyte' &&
          one.chaosMesh &&
          one.workers === 2 &&
          !one.isProtected;
        const hit = async (): Promise<unknown> => {
          const permit = guarded.allowPodFault(config, tried, RUN);
          try {
            return await guarded.custom.createNamespacedCustomObject({ ...AT, body: permit.request.body });
          } finally {
            permit.close();
          }
        };
        const outcome = await hit().then(
          () => 'done',
          (error: unknown) => (error instanceof ChaosError ? error.code : error),
        );
        expect(outcome).toBe(isAllowed ? 'done' : 'refused');
        expect(server.requests).toHaveLength(isAllowed ? 1 : 0);
        if (isAllowed) allowed += 1;
      }),
      { numRuns: 500 },
    );
    expect(allowed).toBeGreaterThan(0);
  });

  describe('the removal', () => {
    const removal = POD_FAULT.removalOf(action.kind, 'airbyte', { name: NAME, uid: 'u' });
    const remove = (name: string, uid?: string): Promise<unknown> =>
      guarded.custom.deleteNamespacedCustomObject({
        ...AT,
        name,
        ...(uid === undefined ? {} : { body: { preconditions: { uid } } }),
      });

    test('is of that one object alone, and not of another of its name', async () => {
      const permit = guarded.allowRemoval(ALLOWED, attempt.cluster, removal);
      await expect(remove('somebody-elses', 'u')).rejects.toThrow('was not sent');
      await expect(remove(NAME, 'another')).rejects.toThrow('was not sent');
      await expect(remove(NAME)).rejects.toThrow('was not sent');
      await expect(guarded.custom.deleteCollectionNamespacedCustomObject(AT)).rejects.toThrow('was not sent');
      // A finalizer is taken away by a change of the object: never.
      const body = [{ op: 'remove', path: '/metadata/finalizers' }];
      await expect(guarded.custom.patchNamespacedCustomObject({ ...AT, name: NAME, body })).rejects.toThrow('not sent');
      await expect(guarded.custom.replaceNamespacedCustomObject({ ...AT, name: NAME, body: {} })).rejects.toThrow(
        'was not sent',
      );
      expect(server.requests).toEqual([]);
      await remove(NAME, 'u');
      expect(server.requests).toEqual([`DELETE ${PATH}/${NAME}`]);
      permit.close();
      await expect(remove(NAME, 'u')).rejects.toThrow('was not sent');
    });

    test('is refused in another cluster', () => {
      const another = { ...attempt.cluster, kubeSystemUid: 'c1e9a2f4-0000-4000-8000-000000000000' };
      expect(() => guarded.allowRemoval(ALLOWED, another, removal)).toThrow('leads to another cluster');
    });

    test('needs no permission to break anything: what was made may go during a freeze too', () => {
      expect(() => guarded.allowRemoval(CONFIG, attempt.cluster, removal)).not.toThrow();
    });
  });
});

type Path = readonly string[];

function pathsIn(value: unknown, at: Path = []): readonly Path[] {
  const here = at.length === 0 ? [] : [at];
  if (typeof value !== 'object' || value === null) return here;
  return [...here, ...Object.entries(value).flatMap(([key, child]) => pathsIn(child, [...at, key]))];
}

/** A copy that has another value there; without a value it is left out. */
function changed(value: unknown, [first, ...rest]: Path, to: unknown): object {
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...(value as readonly unknown[])]
    : { ...(typeof value === 'object' ? value : {}) };
  const key = first ?? '';
  const before: unknown = Reflect.get(copy, key);
  const next: unknown = rest.length === 0 ? to : changed(before, rest, to);
  if (next === undefined) Reflect.deleteProperty(copy, key);
  else Reflect.set(copy, key, next);
  return copy;
}

/** A copy with one thing more beside what is there. */
function added(value: unknown, at: Path, name: string, what: unknown): object {
  return changed(value, [...at.slice(0, -1), name], what);
}
