import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSystemNamespace } from './system-namespaces.ts';
import {
  PROTECTED_LABEL,
  RELEASE_LABEL,
  refusalsOf,
  refusalsOfLoad,
  refusalsOfSite,
  type Attempt,
  type RefusalCode,
} from './policy.ts';
import { anAttempt, aVictim, CONFIG, WITH_LOAD } from './testing/an-attempt.ts';

const codesOf = (attempt: Attempt, config = CONFIG): RefusalCode[] =>
  refusalsOf(config, attempt).map(({ code }) => code);

/** Reasons against a pod's being hit; the other is against load alone. */
type HitCode = Exclude<RefusalCode, 'no-load-allowed'>;

/** Each makes an allowed attempt into one that must be refused for the reason that it is named by. */
const SPOILERS: Readonly<Record<HitCode, (attempt: Attempt) => Attempt>> = {
  'other-context': (one) => ({ ...one, cluster: { ...one.cluster, context: 'production' } }),
  'other-cluster': (one) => ({
    ...one,
    cluster: { ...one.cluster, kubeSystemUid: 'c1e9a2f4-0000-4000-8000-000000000000' },
  }),
  'other-namespace': (one) => ({ ...one, namespace: { ...one.namespace, name: 'airbyte-production' } }),
  'system-namespace': (one) => ({ ...one, namespace: { ...one.namespace, name: 'kube-system' } }),
  'scenario-not-allowed': (one) => ({ ...one, scenario: 'zone_failure' }),
  'tool-not-allowed': (one) => ({ ...one, through: 'chaos-mesh' }),
  'no-victim': (one) => ({ ...one, victims: [] }),
  'victim-elsewhere': (one) => ({
    ...one,
    victims: [...one.victims, aVictim({ namespace: 'default', uid: 'elsewhere' })],
  }),
  'other-release': (one) => ({
    ...one,
    victims: [...one.victims, aVictim({ uid: 'other', labels: [{ [RELEASE_LABEL]: 'other' }] })],
  }),
  'component-not-allowed': (one) => ({
    ...one,
    victims: [...one.victims, aVictim({ uid: 'server', component: 'server' })],
  }),
  'too-many': (one) => ({ ...one, replicas: new Map() }),
  'faults-of-others': (one) => ({ ...one, ofOthers: ['NetworkChaos airbyte/theirs'] }),
  protected: (one) => ({ ...one, namespace: { ...one.namespace, labels: { [PROTECTED_LABEL]: 'true' } } }),
  'not-confirmed': (one) => ({ ...one, reach: 'database', confirmed: 'yes' }),
  frozen: (one) => ({ ...one, atMs: Date.parse('2026-12-24T12:00:00Z') }),
};
/** What cannot be told beside another reason: a cluster of another name is not looked at further, and where there are no victims none is wrong. */
const HIDDEN_BY: Partial<Record<HitCode, HitCode>> = {
  'other-cluster': 'other-context',
  'victim-elsewhere': 'no-victim',
  'other-release': 'no-victim',
  'component-not-allowed': 'no-victim',
  'too-many': 'no-victim',
};

const codes = Object.keys(SPOILERS).filter((code): code is HitCode => code in SPOILERS);

test('what is allowed is not refused', () => {
  expect(refusalsOf(CONFIG, anAttempt())).toEqual([]);
  expect(codesOf(anAttempt({ scenario: 'database_failure', reach: 'database', confirmed: 'staging' }))).toEqual([]);
});

test('what is away already counts: two who rehearse at once do not take more than the share', () => {
  const away = new Map([['worker', 1]]);
  const [refused] = refusalsOf(CONFIG, anAttempt({ away }));
  expect(refused?.code).toBe('too-many');
  expect(refused?.text).toContain('1 of 2 instances of worker would be hit, and 1 more is away or not ready already');
  expect(codesOf(anAttempt({ away, replicas: new Map([['worker', 4]]) }))).toEqual([]);
});

test.each(codes)('%s is refused, and says what would have to change', (code) => {
  const refusals = refusalsOf(CONFIG, SPOILERS[code](anAttempt()));
  expect(refusals.map((one) => one.code)).toContain(code);
  for (const { text, tryThis } of refusals)
    expect([text, tryThis]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\S/)]);
});

test('every reason is told, whatever else is wrong', () => {
  fc.assert(
    fc.property(fc.subarray(codes, { minLength: 1 }), (chosen) => {
      // Victims are taken away last: those that were added must not come back.
      const order = chosen.toSorted((one, other) => Number(one === 'no-victim') - Number(other === 'no-victim'));
      const told = codesOf(order.reduce((attempt, code) => SPOILERS[code](attempt), anAttempt()));
      const isHidden = (code: HitCode): boolean => chosen.some((other) => HIDDEN_BY[code] === other);
      expect(told).toEqual(expect.arrayContaining(chosen.filter((code) => !isHidden(code))));
    }),
  );
});

/** Whether it may be done, said in another way than the policy says it: what is not known to be right is wrong. */
function mayBeDone(one: Attempt): boolean {
  const isRight =
    one.through === undefined &&
    one.cluster.context === 'staging' &&
    one.cluster.kubeSystemUid === CONFIG.cluster.kubeSystemUid &&
    one.cluster.server === 'https://127.0.0.1:6443' &&
    one.namespace.name === 'airbyte' &&
    ['worker_failure', 'database_failure', 'cluster_failure'].includes(one.scenario) &&
    (one.reach === 'component' || one.confirmed === 'staging') &&
    [undefined, 'false'].includes(one.namespace.labels[PROTECTED_LABEL]);
  const ofComponent = (component: string) => one.victims.filter((victim) => victim.component === component).length;
  const isWithinShare = (component: string): boolean => {
    const hit = ofComponent(component);
    return hit === 0 || hit + (one.away.get(component) ?? 0) <= (one.replicas.get(component) ?? 0) / 2;
  };
  return (
    isRight &&
    one.victims.length > 0 &&
    isWithinShare('worker') &&
    isWithinShare('database') &&
    one.victims.every(
      ({ namespace, component, labels }) =>
        namespace === 'airbyte' &&
        ['worker', 'database'].includes(component ?? '') &&
        labels.some((some) => some[RELEASE_LABEL] === 'airbyte') &&
        labels.every(
          (some) =>
            [undefined, 'airbyte'].includes(some[RELEASE_LABEL]) &&
            [undefined, 'false'].includes(some[PROTECTED_LABEL]),
        ),
    )
  );
}

const mostly = <Value>(right: Value, ...wrong: readonly Value[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(right) },
    ...wrong.map((value) => ({ weight: 1, arbitrary: fc.constant(value) })),
  );
const labels = fc.record({
  [RELEASE_LABEL]: mostly<string>('airbyte', 'other', 'airbyte-2'),
  [PROTECTED_LABEL]: mostly<string>('false', 'true', ''),
});
const victims = fc
  .array(
    fc.record({
      namespace: mostly('airbyte', 'kube-system', 'default'),
      component: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom('worker', 'database') },
        fc.constantFrom('server', undefined),
      ),
      labels: fc.array(fc.oneof({ weight: 12, arbitrary: labels }, fc.constant({})), { minLength: 1, maxLength: 2 }),
    }),
    { maxLength: 4 },
  )
  .map((all) => all.map((one, index) => aVictim({ ...one, uid: String(index), name: `pod-${index}` })));
const attempts = fc
  .record({
    context: mostly('staging', 'production', ''),
    server: mostly('https://127.0.0.1:6443', 'https://10.0.0.1:6443'),
    kubeSystemUid: mostly(CONFIG.cluster.kubeSystemUid, ''),
    namespace: mostly('airbyte', 'kube-system', 'airbyte2'),
    protection: mostly<string | undefined>(undefined, 'true', 'false', ''),
    scenario: mostly('worker_failure', 'cluster_failure', 'zone_failure', ''),
    reach: fc.constantFrom('component', 'database', 'cluster'),
    confirmed: mostly<string | undefined>('staging', undefined, '', 'airbyte', 'STAGING'),
    victims,
    workers: fc.integer({ min: 0, max: 8 }),
    databases: fc.integer({ min: 0, max: 8 }),
    awayWorkers: mostly(0, 1, 2),
    awayDatabases: mostly(0, 1),
    through: mostly<'chaos-mesh' | undefined>(undefined, 'chaos-mesh'),
  })
  .map(
    ({
      context,
      server,
      kubeSystemUid,
      namespace,
      protection,
      workers,
      databases,
      awayWorkers,
      awayDatabases,
      ...rest
    }) =>
      anAttempt({
        ...rest,
        cluster: { context, server, kubeSystemUid },
        namespace: { name: namespace, labels: protection === undefined ? {} : { [PROTECTED_LABEL]: protection } },
        replicas: new Map([
          ['worker', workers],
          ['database', databases],
        ]),
        away: new Map([
          ['worker', awayWorkers],
          ['database', awayDatabases],
        ]),
      }),
  );

test('exactly what is known to be right may be done, in 5,000 attempts', () => {
  let allowed = 0;
  fc.assert(
    fc.property(attempts, (attempt) => {
      const isAllowed = refusalsOf(CONFIG, attempt).length === 0;
      if (isAllowed) allowed += 1;
      expect(isAllowed).toBe(mayBeDone(attempt));
    }),
    { numRuns: 5000 },
  );
  // Neither does it pass for want of attempts that are allowed.
  expect(allowed).toBeGreaterThan(50);
});

test('Chaos Mesh may be asked only where that is said, and only for what could be done without it', () => {
  const allowed = { ...CONFIG, allow: { ...CONFIG.allow, chaosMesh: true } };
  fc.assert(
    fc.property(attempts, (attempt) => {
      const through = { ...attempt, through: 'chaos-mesh' as const };
      expect(codesOf(through)).toContain('tool-not-allowed');
      expect(codesOf(through, allowed)).toEqual(codesOf({ ...attempt, through: undefined }));
    }),
  );
});

test('a pod that is named twice is one victim', () => {
  expect(codesOf(anAttempt({ victims: [aVictim(), aVictim()] }))).toEqual([]);
});

test('the cluster is the same whatever slash or letter its address is written with', () => {
  const cluster = { ...anAttempt().cluster, server: 'HTTPS://127.0.0.1:6443/' };
  expect(codesOf(anAttempt({ cluster }))).toEqual([]);
});

test.each(['kube-system', 'kube-public', 'kube-node-lease', 'openshift-etcd', 'cert-manager'])(
  '%s is a system namespace',
  (name) => {
    expect(isSystemNamespace(name)).toBe(true);
  },
);

test.each(['airbyte', 'database', 'default', 'kubeflow', 'my-kube-system'])('%s is none', (name) => {
  expect(isSystemNamespace(name)).toBe(false);
});

const OF_PODS: ReadonlySet<string> = new Set([
  'tool-not-allowed',
  'no-victim',
  'victim-elsewhere',
  'other-release',
  'component-not-allowed',
  'too-many',
  'faults-of-others',
]);

test.each(codes.filter((code) => !OF_PODS.has(code)))('a site is not taken away either: %s', (code) => {
  const allowed = anAttempt({ scenario: 'database_failure', reach: 'cluster', confirmed: 'staging' });
  expect(refusalsOfSite(CONFIG, allowed)).toEqual([]);
  expect(refusalsOfSite(CONFIG, SPOILERS[code](allowed)).map((one) => one.code)).toContain(code);
});

test.each(codes.filter((code) => !OF_PODS.has(code)))('and no load is made: %s', (code) => {
  const allowed = anAttempt({ scenario: 'database_failure', reach: 'database', confirmed: 'staging' });
  expect(refusalsOfLoad(WITH_LOAD, allowed)).toEqual([]);
  expect(refusalsOfLoad(WITH_LOAD, SPOILERS[code](allowed)).map((one) => one.code)).toContain(code);
});

test('without a word of load in the configuration there is none', () => {
  expect(refusalsOfLoad(CONFIG, anAttempt()).map((one) => one.code)).toEqual(['no-load-allowed']);
});
