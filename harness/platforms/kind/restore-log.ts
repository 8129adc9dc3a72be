import { z } from 'zod';

const problems = z.array(z.object({ segment: z.string(), problem: z.string() }));
const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), text: z.string() }),
  z.object({ type: z.literal('fetched'), problems }),
  z.object({ type: z.literal('failed'), message: z.string(), problems }),
  z.object({
    type: z.literal('restored'),
    backupId: z.string(),
    timeline: z.int(),
    restoredLsn: z.string(),
    segmentsReplayed: z.int(),
    bytes: z.number(),
    phases: z.record(z.string(), z.number()),
    problems,
  }),
]);
type Line = z.infer<typeof line>;

/** What the job that restores the database has said so far (fixtures/kubernetes/recovery/restore.ts). */
export interface RestoreLog {
  /** What it does now, in words. */
  readonly progress: string | undefined;
  /** The volume is ready for the database to begin on. */
  readonly fetched: Extract<Line, { type: 'fetched' }> | undefined;
  readonly restored: Extract<Line, { type: 'restored' }> | undefined;
  readonly failed: Extract<Line, { type: 'failed' }> | undefined;
  /** Segments of the archive that are no good, as last heard. */
  readonly problems: z.infer<typeof problems>;
}

/** Reads its log. What is not one of its messages, or has not been written to its end yet, is left out. */
export function readRestore(log: string): RestoreLog {
  const lines = log.split('\n').flatMap(parseLine);
  const last = <T extends Line['type']>(type: T): Extract<Line, { type: T }> | undefined =>
    lines.findLast((one): one is Extract<Line, { type: T }> => one.type === type);
  const [fetched, failed, restored] = [last('fetched'), last('failed'), last('restored')];
  const { problems: found = [] } = restored ?? failed ?? fetched ?? {};
  return { progress: last('progress')?.text, fetched, failed, restored, problems: found };
}

function parseLine(text: string): Line[] {
  try {
    const parsed = line.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
