/** `traffic.own`: a source, a destination and a connection that a run makes in an existing Airbyte, and removes. */
import { z } from 'zod';
import { filled, reference, type Reference } from './config-reference.ts';

/** Keys whose value is a secret in most connectors (their specifications mark it `airbyte_secret`). */
const SECRET_KEY = /(password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|credentials_json)$/i;

/**
 * What a connector is told, as its page in Airbyte's documentation names it. A value that is nothing but `{env: …}`, `{file: …}` or `{secret: {name, key}}` stands
 * for what is there.
 */
const connectionConfiguration = z
  .record(z.string(), z.unknown())
  .superRefine((value, context) => {
    for (const path of writtenOut(value)) {
      const message = 'is written out here: name where it is, by env, file or secret';
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  })
  .describe(
    'what the connector is told; a secret value is named by where it is: {env: NAME}, {file: PATH} or {secret: {name, key}}',
  );

const connector = z.strictObject({
  definition: filled.describe('the connector: its exact name in the workspace, or the id of its definition'),
  connectionConfiguration,
});

export const ownTraffic = z
  .strictObject({
    workspace: z.uuid('is no UUID').toLowerCase().describe('the workspace that it is made in'),
    source: connector,
    destination: connector,
    streams: z
      .array(filled)
      .min(1, 'names no stream')
      .optional()
      .describe('the streams that are synced; all without it'),
  })
  .describe('a source, a destination and a connection that each run makes, starts a sync of, and removes');
export type OwnTraffic = z.infer<typeof ownTraffic>;

/** The reference that a value stands for, where it is one. */
export function referenceIn(value: unknown): Reference | undefined {
  return reference.safeParse(value).data;
}

/** Every reference in a configuration, with its place. */
export function referencesIn(
  value: unknown,
  at: readonly string[] = [],
): readonly (readonly [readonly string[], Reference])[] {
  const found = referenceIn(value);
  if (found !== undefined) return [[at, found]];
  return entriesOf(value).flatMap(([key, inner]) => referencesIn(inner, [...at, key]));
}

/** The same configuration with what its references stand for. */
export async function withValues(
  value: unknown,
  valueOf: (reference: Reference, at: readonly string[]) => Promise<string>,
  at: readonly string[] = [],
): Promise<unknown> {
  const found = referenceIn(value);
  if (found !== undefined) return valueOf(found, at);
  if (Array.isArray(value)) {
    return Promise.all(value.map((inner, index) => withValues(inner, valueOf, [...at, String(index)])));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = entriesOf(value).map(
    async ([key, inner]) => [key, await withValues(inner, valueOf, [...at, key])] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function writtenOut(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  if (referenceIn(value) !== undefined) return [];
  return entriesOf(value).flatMap(([key, inner]) =>
    typeof inner === 'string' && inner !== '' && SECRET_KEY.test(key)
      ? [[...at, key]]
      : writtenOut(inner, [...at, key]),
  );
}

function entriesOf(value: unknown): readonly [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
