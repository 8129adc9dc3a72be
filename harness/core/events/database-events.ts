/** The database cluster as it was seen from outside. */
import { z } from 'zod';
import { changed, observed, range } from '../event-fields.ts';

const member = z.object({
  name: z.string(),
  role: z.enum(['primary', 'replica', 'unknown']),
  state: z.string(),
  isSynchronous: z.boolean().optional(),
  timeline: z.int().optional(),
  mayBePromoted: z.boolean().optional(),
});
/** The topology at one look, written when it differs from the last one. */
export const database = z.object({
  type: z.literal('database'),
  /** Who runs it: `patroni`, `rds`, `cloud-sql`. */
  provider: z.string(),
  /** Who holds the right to be the primary; absent while nobody does. */
  leader: z.string().optional(),
  members: z.array(member),
  isRedundant: z.boolean(),
  /** What it lacks to be redundant, in words. */
  lacks: z.string().optional(),
  /** How the provider is set, in its own words: `{ ttl: "20", loop_wait: "1" }`. */
  settings: z.record(z.string(), z.string()).optional(),
  ...changed,
});
/** Who has sessions on the primary by which it was seen to work, written when it differs from the last look. */
export const databaseClients = z.object({
  type: z.literal('database.clients'),
  /** The node that was asked. */
  node: z.string(),
  /** Instances of the stack, or what else the session is named by. */
  clients: z.array(z.object({ component: z.string(), name: z.string() })),
  ...changed,
});
/** What one node of the database held of a ledger, read from that node itself and not through the cluster's endpoint. */
export const ledgerCopy = z.object({
  type: z.literal('ledger.copy'),
  ledger: z.string(),
  node: z.string(),
  present: z.array(range),
  ...observed,
});
