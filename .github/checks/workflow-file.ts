import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

const WORKFLOWS = new URL('../workflows/', import.meta.url);

const texts = z.record(z.string(), z.coerce.string());
const stepSchema = z.object({
  name: z.string(),
  if: z.string().optional(),
  run: z.string().optional(),
  uses: z.string().optional(),
  with: texts.default({}),
  env: texts.default({}),
  'timeout-minutes': z.number().optional(),
});
const permissionsSchema = z.record(z.string(), z.enum(['read', 'write', 'none']));
const workflowSchema = z.object({
  name: z.string(),
  concurrency: z.object({ group: z.string(), 'cancel-in-progress': z.boolean() }),
  permissions: permissionsSchema,
  jobs: z.record(
    z.string(),
    z.object({
      'timeout-minutes': z.number(),
      permissions: permissionsSchema,
      env: texts.default({}),
      steps: z.array(stepSchema),
    }),
  ),
});

export type WorkflowStep = z.infer<typeof stepSchema>;

export interface WorkflowFile extends z.infer<typeof workflowSchema> {
  /** `nightly.yml` */
  readonly file: string;
  readonly path: string;
}

/** The project's workflows, with what every one of them has: permissions, a concurrency group, time-outs. @throws ZodError for one that lacks any. */
export function readWorkflows(): WorkflowFile[] {
  const names = readdirSync(WORKFLOWS).filter((name) => /\.ya?ml$/.test(name));
  return names.map((file) => {
    const path = fileURLToPath(new URL(file, WORKFLOWS));
    return { ...workflowSchema.parse(parse(readFileSync(path, 'utf8'))), file, path };
  });
}

/** A step with where it is, for the title of a test. */
export interface PlacedStep {
  /** `nightly.yml, rehearse: Install` */
  readonly where: string;
  readonly step: WorkflowStep;
}

export function stepsOf(workflows: readonly WorkflowFile[]): PlacedStep[] {
  return workflows.flatMap(({ file, jobs }) =>
    Object.entries(jobs).flatMap(([job, { steps }]) =>
      steps.map((step) => ({ where: `${file}, ${job}: ${step.name}`, step })),
    ),
  );
}
