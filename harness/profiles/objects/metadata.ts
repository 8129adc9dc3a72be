import { z } from 'zod';

export type Labels = Readonly<Record<string, string>>;

const owner = z.object({ kind: z.string(), name: z.string(), controller: z.boolean().default(false) });

/** Of annotations only two are kept: others repeat whole objects, with what is secret in them. */
export const metadataSchema = z.object({
  name: z.string().default(''),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z
    .record(z.string(), z.string())
    .default({})
    .transform((all) => ({
      release: all['meta.helm.sh/release-name'],
      hooks: (all['helm.sh/hook'] ?? '').split(',').flatMap((hook) => (hook.trim() === '' ? [] : [hook.trim()])),
    })),
  ownerReferences: z.array(owner).default([]),
});

/** True when the labels have every pair of the selector; a selector without pairs selects nothing. */
export function isSelected(labels: Labels, selector: Labels): boolean {
  const pairs = Object.entries(selector);
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value);
}
