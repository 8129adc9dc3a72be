import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ChaosError } from '../core/errors.ts';
import { isDuration, toMillis } from '../core/duration.ts';
import type { Objective, RetryPolicy } from '../core/events.ts';

const seconds = z
  .string()
  .refine(isDuration, 'is not a duration; write a number and a unit without a space, for example 30s or 5m')
  .transform((text) => toMillis(text) / 1000);
const objective = z.strictObject({
  expected: seconds.optional(),
  recovery: seconds.refine((value) => value > 0, 'must be more than 0'),
  hung_after: seconds.refine((value) => value > 0, 'must be more than 0').optional(),
  lost_writes: z.int().nonnegative(),
  recovery_point: seconds.optional(),
  impact: z.string().optional(),
  how: z.string().optional(),
  source: z.string().min(1),
});
const exponential = z
  .strictObject({
    kind: z.literal('exponential'),
    attempts: z.int().positive(),
    initial: seconds,
    factor: z.number().positive(),
    max: seconds,
  })
  .transform(({ kind, attempts, initial, factor, max }): RetryPolicy => ({
    kind,
    attempts,
    initialSeconds: initial,
    factor,
    maxSeconds: max,
  }));
const airbyte = z
  .strictObject({
    kind: z.literal('airbyte'),
    complete_successive: z.int().positive(),
    complete_total: z.int().positive(),
    partial_successive: z.int().positive(),
    partial_total: z.int().positive(),
    min: seconds,
    max: seconds,
    base: z.number().positive(),
  })
  .transform((raw): RetryPolicy => ({
    kind: raw.kind,
    completeSuccessive: raw.complete_successive,
    completeTotal: raw.complete_total,
    partialSuccessive: raw.partial_successive,
    partialTotal: raw.partial_total,
    minSeconds: raw.min,
    maxSeconds: raw.max,
    base: raw.base,
  }));
const file = z.strictObject({
  version: z.literal(1),
  objectives: z.record(z.string(), objective),
  retry: z.strictObject({ documented: exponential, airbyte }),
});

/** The targets of a file, by id. Times in seconds. */
export interface Objectives {
  readonly byId: ReadonlyMap<string, Objective>;
  readonly retry: Readonly<Record<'documented' | 'airbyte', RetryPolicy>>;
}

/**
 * Reads and checks a file of objectives.
 * @throws ChaosError `objectives` naming file, line and column of the first mistake.
 */
export async function readObjectives(path: string): Promise<Objectives> {
  const { isNode, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter: lines });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const syntax = document.errors[0];
  if (syntax !== undefined)
    throw mistake(place(syntax.pos[0]), syntax.message.split('\n')[0] ?? syntax.message, syntax);
  const parsed = file.safeParse(document.toJS());
  if (parsed.success) return describe(parsed.data);
  const issue = parsed.error.issues[0];
  // The mistake is shown at the deepest part of the document that is there: a missing key at the map that lacks it.
  const keys = [...(issue?.path ?? [])];
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  let node: unknown =
    unknownKey === undefined ? document.getIn(keys, true) : keyNode(document.getIn(keys, true), unknownKey);
  while (!isNode(node) && keys.length > 0) node = document.getIn((keys.pop(), keys), true);
  const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  throw mistake(
    place(offset),
    `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not understood'}`,
    parsed.error,
  );
}

function keyNode(map: unknown, key: string): unknown {
  if (typeof map !== 'object' || map === null || !('items' in map) || !Array.isArray(map.items)) return undefined;
  return map.items.map((pair: { key?: { value?: unknown } }) => pair.key).find((candidate) => candidate?.value === key);
}

function describe(raw: z.infer<typeof file>): Objectives {
  const entries = Object.entries(raw.objectives).map(([id, written]): [string, Objective] => [
    id,
    {
      id,
      recoverySeconds: written.recovery,
      lostWrites: written.lost_writes,
      source: written.source,
      ...(written.expected === undefined ? {} : { expectedSeconds: written.expected }),
      ...(written.hung_after === undefined ? {} : { hungAfterSeconds: written.hung_after }),
      ...(written.recovery_point === undefined ? {} : { recoveryPointSeconds: written.recovery_point }),
      ...(written.impact === undefined ? {} : { impact: written.impact }),
      ...(written.how === undefined ? {} : { recovery: written.how }),
    },
  ]);
  return { byId: new Map(entries), retry: raw.retry };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw mistake(path, 'the file cannot be read', cause);
  }
}

function mistake(where: string, what: string, cause: unknown): ChaosError {
  return new ChaosError({
    code: 'objectives',
    message: `The objectives cannot be used. ${where}: ${what}.`,
    tryThis:
      'scenarios/objectives.yaml shows the form; `npm run chaos -- validate` checks a file without running anything.',
    cause,
  });
}
