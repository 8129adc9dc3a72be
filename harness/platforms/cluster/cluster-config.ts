/**
 * What an operator allows in an existing cluster: `chaos.config.yaml`. Nothing that is not written there may be touched (DESIGN §4).
 */
import { z } from 'zod';
import { apiCredentials } from './api-credentials-config.ts';
import { IN_CLUSTER, IN_CLUSTER_ADDRESS } from './choose-cluster.ts';
import { recoverySchema } from './recovery/recovery-config.ts';
import { filled, reference } from './config-reference.ts';
import { clusterLoad, whyNoLoad } from './load/load-config.ts';
import { ownTraffic } from './own-traffic-config.ts';
import { isSystemNamespace } from './system-namespaces.ts';

/** Kubernetes' own rule for the names of namespaces and of most objects (RFC 1123 label). */
const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'is no name in Kubernetes: small letters, digits and hyphens');

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'is no time of day; write it as 16:30');
const moment = z.iso.datetime({ offset: true, error: 'is no moment; write it as 2026-12-24T00:00:00Z' });
/** From the first day of a week. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const freeze = z
  .strictObject({
    reason: filled,
    from: moment.optional(),
    until: moment.optional(),
    days: z.array(z.enum(WEEKDAYS)).min(1, 'names no day').optional(),
    between: z.tuple([timeOfDay, timeOfDay]).optional(),
    timeZone: z.string().refine(isTimeZone, 'is no time zone; write it as Europe/Berlin').optional(),
  })
  .refine(
    ({ from, until, days }) => (from !== undefined && until !== undefined) !== (days !== undefined),
    'takes either from and until, or days (with between and timeZone)',
  )
  .refine(
    ({ from, until }) => from === undefined || until === undefined || Date.parse(from) < Date.parse(until),
    'ends before it begins',
  );

const httpUrl = z.url({ protocol: /^https?$/, error: 'is no URL' });
const port = z.int().min(1).max(65_535);

const audit = z
  .strictObject({
    runbooks: filled.default('docs/runbooks').describe('the runbook, or the folder of them; from where you stand'),
    alertSink: z
      .url({ protocol: /^http$/, error: 'is no URL of plain HTTP' })
      .optional()
      .describe('where received alerts can be read: the address of the project’s alert sink'),
    database: z
      .strictObject({
        provider: z.enum(['rds', 'cloud-sql']),
        instance: filled,
        region: filled.optional(),
        project: filled.optional(),
        endpoint: httpUrl.optional(),
      })
      .optional()
      .describe('a managed database, whose provider is asked'),
    sql: z
      .strictObject({
        host: filled,
        port: port.default(5432),
        database: filled.default('postgres'),
        user: reference,
        password: reference.optional(),
      })
      .optional()
      .describe('the primary, asked by a user with pg_monitor'),
    backups: z
      .strictObject({
        endpoint: httpUrl,
        region: filled.optional(),
        bucket: filled,
        server: filled.describe('the name of the database server in barman’s archive'),
        exports: filled.default('exports/').describe('what the keys of exported configurations begin with'),
        accessKey: reference,
        secretKey: reference,
      })
      .optional()
      .describe('the store that barman-cloud writes base backups and the log to'),
    drills: z
      .array(z.strictObject({ at: z.iso.date('is no date; write it as 2026-11-28'), record: filled }))
      .default([])
      .describe('restores that were rehearsed by hand and passed, each with the file that tells of it'),
  })
  .prefault({})
  .describe('where `audit` finds what Kubernetes does not show');

const everything = z.strictObject({
  version: z.literal(1),
  cluster: z
    .strictObject({
      context: filled.describe(
        `the context of the kubeconfig; ${IN_CLUSTER}, without a kubeconfig: the cluster that the harness runs in`,
      ),
      kubeconfig: filled.optional().describe('the kubeconfig; else KUBECONFIG, else ~/.kube/config'),
      server: z
        .url({ protocol: /^https?$/, error: 'is no URL' })
        .describe(`address of the API server, as the context has it; ${IN_CLUSTER}: ${IN_CLUSTER_ADDRESS}`),
      kubeSystemUid: z.uuid('is no UID').describe('UID of the namespace kube-system: no two clusters have the same'),
    })
    .describe('the one cluster that may be touched: all three must match'),
  namespace: dnsLabel.refine((name) => !isSystemNamespace(name), 'belongs to the cluster itself and is never touched'),
  release: filled.describe('the Helm release'),
  profile: z.enum(['reference', 'airbyte-legacy', 'airbyte-v1', 'airbyte-v2']),
  objectives: filled.default('scenarios/objectives.yaml'),
  endpoints: z
    .strictObject({ api: z.url({ protocol: /^https?$/, error: 'is no URL' }) })
    .partial()
    .default({}),
  credentials: z.strictObject({ api: apiCredentials }).partial().default({}),
  allow: z
    .strictObject({
      scenarios: z.array(filled).default([]).describe('the scenarios that may run; none that is not named'),
      components: z.array(filled).default([]).describe('the components that may be hit; none that is not named'),
      maxShare: z
        .number()
        .gt(0, 'must be more than 0')
        .lte(1, 'must be at most 1: all of them')
        .default(0.5)
        .describe('of the replicas of one component, the share that may be hit at once'),
      chaosMesh: z
        .boolean()
        .default(false)
        .describe('whether Chaos Mesh, where it is installed, may be asked to cut a pod of these components off'),
    })
    .prefault({}),
  traffic: z
    .strictObject({
      connection: z
        .uuid('is no UUID')
        .optional()
        .describe('the connection whose sync is interrupted; it must be harmless to do so'),
      startSync: z.boolean().default(false).describe('whether a run may start a sync of it where none runs'),
      own: ownTraffic.optional(),
    })
    .refine(
      ({ connection, own }) => (connection === undefined) !== (own === undefined),
      'takes either connection, one that is there, or own, one that each run makes and removes',
    )
    .refine(
      ({ own, startSync }) => own === undefined || !startSync,
      'takes startSync with connection alone: of its own connection a run always starts a sync',
    )
    .optional()
    .describe('without it, runs look at the syncs that are there and start none'),
  load: clusterLoad.optional(),
  freezes: z.array(freeze).default([]).describe('times in which nothing may be broken'),
  audit,
  recovery: recoverySchema.optional().describe('for cluster_failure: the commands by which the site is recovered'),
  stopFile: filled.optional().describe('a run ends, with everything undone, as soon as this file is there'),
});

/** `chaos.config.yaml`. */
export const clusterConfigSchema = everything.check(({ value, issues }) => {
  for (const issue of whyNoLoad(value)) issues.push({ code: 'custom', input: undefined, ...issue });
});

/** A configuration that has been read and checked. */
export type ClusterConfig = z.infer<typeof clusterConfigSchema>;
export type ChangeFreeze = ClusterConfig['freezes'][number];

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
