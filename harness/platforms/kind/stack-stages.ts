/** A part of the stack that needs the ones before it. */
export interface Stage {
  readonly name: string;
  readonly namespace: string;
  /** Kustomization, in `fixtures/kubernetes`. */
  readonly manifests: string;
  /** Jobs that make something once; each can be repeated. */
  readonly jobs: readonly string[];
  readonly workloads: readonly string[];
  /** A StatefulSet of Patroni, which is told its settings once it is there. */
  readonly patroni?: string;
  /** Only of a stack that takes backups. */
  readonly isOfBackups?: boolean;
}

const DATABASE: Stage = {
  name: 'the database',
  namespace: 'database',
  manifests: 'overlays/small/database',
  jobs: ['databases'],
  workloads: ['statefulset/patroni'],
  patroni: 'statefulset/patroni',
};

const TEMPORAL: readonly Stage[] = [
  {
    name: 'the tables of Temporal',
    namespace: 'airbyte',
    manifests: 'base/temporal-schema',
    jobs: ['temporal-schema'],
    workloads: [],
  },
  {
    name: 'Temporal',
    namespace: 'airbyte',
    manifests: 'overlays/small/temporal',
    jobs: [],
    workloads: ['deployment/temporal'],
  },
];

const AIRBYTE: readonly Stage[] = [
  {
    name: 'the tables of Airbyte',
    namespace: 'airbyte',
    manifests: 'base/bootloader',
    jobs: ['bootloader'],
    workloads: [],
  },
  {
    name: 'Airbyte',
    namespace: 'airbyte',
    manifests: 'overlays/small/airbyte',
    jobs: [],
    workloads: ['server', 'scheduler', 'worker', 'webapp'].map((component) => `deployment/${component}`),
  },
  {
    name: 'the backups',
    namespace: 'database',
    manifests: 'overlays/small/backup',
    jobs: [],
    workloads: ['deployment/backup'],
    isOfBackups: true,
  },
];

/** What brings the database back; the job itself ends only when there is a primary. */
const RESTORE: Stage = {
  name: 'the restore',
  namespace: 'database',
  manifests: 'base/restore',
  jobs: ['restore'],
  workloads: [],
  isOfBackups: true,
};

/** The stack in the order in which it is deployed, by what one recovers at a time. */
export const STAGES = { database: [DATABASE], temporal: TEMPORAL, airbyte: AIRBYTE, restore: [RESTORE] } as const;
export const ALL_STAGES: readonly Stage[] = [DATABASE, ...TEMPORAL, ...AIRBYTE];
