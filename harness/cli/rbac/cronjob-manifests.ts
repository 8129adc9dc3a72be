import { PROTECTED_LABEL } from '../../platforms/cluster/policy.ts';
import { CONFIG_FOLDER } from './in-cluster-config.ts';
import type { ResultsPlace } from './results-place.ts';
import { LABELS } from './role-manifests.ts';
import type { Manifest } from './yaml-manifest.ts';

/** What runs a scenario again and again. */
export interface CronJobOptions {
  /** Of the CronJob, of what it needs, and of the ServiceAccount that it runs as. */
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  /** Five fields. */
  readonly schedule: string;
  readonly timeZone: string;
  /** A run that takes longer is ended, in seconds. */
  readonly withinSeconds: number;
  /** Of the harness, but for the place of the results. */
  readonly arguments: readonly string[];
  readonly results: ResultsPlace;
  /** Of which every key becomes a variable of the environment. */
  readonly s3Secret: string | undefined;
  /** By name, as they are below {@link CONFIG_FOLDER}. */
  readonly files: Readonly<Record<string, string>>;
}

const WORK = '/work';
const RESULTS = '/results';
/** The image has it too. */
const USER = 1000;
/** How long a run that is ended may take to write down where it was, in seconds. */
const GRACE_SECONDS = 60;
/** The configuration, a place for the results where none is there, and the CronJob. Its rights are not among them: `rbac` has these. */
export function cronJobManifests(options: CronJobOptions): readonly Manifest[] {
  const { name, namespace, files, results } = options;
  const metadata = { name, namespace, labels: LABELS };
  return [
    {
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: files },
      comment: 'What may be broken: as the configuration has it, seen from inside.',
    },
    ...(results.kind === 'volume'
      ? [
          {
            object: {
              apiVersion: 'v1',
              kind: 'PersistentVolumeClaim',
              metadata,
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: results.size } } },
            },
          },
        ]
      : []),
    cronJob(options, metadata),
  ];
}

function cronJob(options: CronJobOptions, metadata: object): Manifest {
  const { schedule, timeZone, withinSeconds } = options;
  const template = { metadata: { labels: { ...LABELS, [PROTECTED_LABEL]: 'true' } }, spec: podSpec(options) };
  const job = { backoffLimit: 0, activeDeadlineSeconds: withinSeconds, template };
  return {
    object: {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata,
      spec: {
        schedule,
        timeZone,
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 300,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 5,
        jobTemplate: { metadata: { labels: LABELS }, spec: job },
      },
    },
    comment: 'A Job that failed is a run that did not pass: exit code 1 failed, 2 unknown, 64 not allowed now.',
    remarks: [
      { at: ['spec', 'concurrencyPolicy'], text: 'one thing is broken at a time' },
      { at: ['spec', 'startingDeadlineSeconds'], text: 'what was missed is not made up for at another time' },
      {
        at: ['spec', 'jobTemplate', 'spec', 'backoffLimit'],
        text: 'what was broken once is not broken again because it failed',
      },
    ],
  };
}

function podSpec(options: CronJobOptions): object {
  const { name, image, results, s3Secret } = options;
  const upload = results.kind === 's3' ? ['--upload', results.place] : [];
  const environment = {
    CHAOS_STATE_DIR: `${WORK}/state`,
    CHAOS_CACHE_DIR: `${WORK}/cache`,
    CHAOS_REPORTS_DIR: RESULTS,
    HOME: WORK,
    TMPDIR: WORK,
  };
  return {
    serviceAccountName: name,
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: GRACE_SECONDS,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'chaos',
        image,
        args: [...options.arguments, ...upload],
        env: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
        ...(s3Secret === undefined ? {} : { envFrom: [{ secretRef: { name: s3Secret } }] }),
        resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '1Gi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [
          { name: 'config', mountPath: CONFIG_FOLDER, readOnly: true },
          { name: 'work', mountPath: WORK },
          { name: 'results', mountPath: RESULTS },
        ],
      },
    ],
    volumes: [
      { name: 'config', configMap: { name } },
      { name: 'work', emptyDir: {} },
      { name: 'results', ...volumeOf(results, name) },
    ],
  };
}

function volumeOf(results: ResultsPlace, name: string): object {
  switch (results.kind) {
    case 'claim':
      return { persistentVolumeClaim: { claimName: results.name } };
    case 'volume':
      return { persistentVolumeClaim: { claimName: name } };
    case 's3':
      return { emptyDir: {} };
    default:
      return results satisfies never;
  }
}
