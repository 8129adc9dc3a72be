/** What `monitor --json` prints. Its version changes when a field changes its meaning or goes away; new fields may come without that. */
import { z } from 'zod';

const moment = z.iso.datetime().describe('ISO 8601, UTC');

export const findingKind = z.enum([
  'api_health',
  'job_failed',
  'job_hung',
  'schedule_missed',
  'false_success',
  'alert_not_sent',
  'not_read',
]);
export type FindingKind = z.infer<typeof findingKind>;

export const severity = z.enum(['critical', 'warning', 'info']);
export type Severity = z.infer<typeof severity>;

export const findingSchema = z.object({
  kind: findingKind,
  verdict: z.enum(['problem', 'unknown']).describe('unknown: it could not be told whether there is a problem'),
  severity,
  summary: z.string(),
  known: z.array(z.string()).describe('what the API showed'),
  cannotTell: z.array(z.string()).describe('what this does not prove'),
  workspaceId: z.string().optional(),
  connectionId: z.string().optional(),
  connectionName: z.string().optional(),
  jobId: z.int().optional(),
});
export type Finding = z.infer<typeof findingSchema>;

const connection = z.object({
  connectionId: z.string(),
  workspaceId: z.string(),
  name: z.string(),
  source: z.string().nullable().describe('null: the API did not tell its name'),
  destination: z.string().nullable(),
  status: z.string(),
  schedule: z.object({
    kind: z.enum(['manual', 'basic', 'cron', 'unknown']),
    text: z.string(),
    timeZone: z.string().optional(),
  }),
  lastJob: z
    .object({ jobId: z.int(), status: z.string(), createdAt: moment })
    .nullable()
    .describe('the newest job of those that were read'),
  findings: z.int().describe('how many findings name this connection'),
});
export type ConnectionLine = z.infer<typeof connection>;

const failedJob = z.object({
  jobId: z.int(),
  connectionId: z.string(),
  connectionName: z.string(),
  type: z.string(),
  createdAt: moment,
  failedAt: moment,
  attempts: z.int(),
  bytesSynced: z.number().nullable().describe('of all attempts; null: not told'),
  failureOrigin: z.string().nullable(),
  failureType: z.string().nullable(),
  message: z.string().nullable(),
});
export type FailedJob = z.infer<typeof failedJob>;

export const monitorReportSchema = z.object({
  schema: z.literal('airbyte-chaos/monitor'),
  version: z.literal(1),
  at: moment.describe('by the clock of the server where it tells one'),
  url: z.string(),
  windowHours: z.number(),
  airbyteVersion: z.string().nullable(),
  clockAheadSeconds: z
    .number()
    .nullable()
    .describe('how far the clock of the monitor is ahead of the server’s; null: the server tells no time'),
  verdict: z.enum(['nothing_wrong', 'problems', 'unknown']).describe('exit code 0, 1, 2'),
  health: z.object({
    state: z.enum(['healthy', 'unhealthy', 'unreachable']),
    responseMs: z.number(),
    detail: z.string(),
  }),
  totals: z.object({
    workspaces: z.int(),
    connections: z.int(),
    activeConnections: z.int(),
    inactiveConnections: z.int().describe('all that are not active'),
    connectionsByStatus: z.record(z.string(), z.int()),
    jobs: z.int().describe('created or changed in the window, or open'),
    jobsByStatus: z.record(z.string(), z.int()),
    problems: z.int(),
    unknowns: z.int(),
  }),
  isComplete: z.boolean().describe('false: something could not be read; see findings of kind not_read'),
  connections: z.array(connection),
  failedJobs: z.array(failedJob),
  findings: z.array(findingSchema).describe('the gravest first'),
  requests: z.int(),
});
export type MonitorReport = z.infer<typeof monitorReportSchema>;
