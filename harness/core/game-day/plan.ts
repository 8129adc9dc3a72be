/** The plan of a game day: a file that people write before the day, `fixtures/game-days/quarterly.yaml` for one. */
import { z } from 'zod';
import { AUDIT_REQUIREMENTS, EXISTING_AUDIT_REQUIREMENTS } from '../audit.ts';
import { isDuration, toMillis } from '../duration.ts';

const filled = z.string().min(1, 'must not be empty');
const NO_DURATION =
  'is not a duration of more than 0; write a number and a unit without a space, for example 30s or 5m';
const duration = z.string({ error: NO_DURATION }).refine((text) => isDuration(text) && toMillis(text) > 0, NO_DURATION);
const id = z.string().regex(/^[a-z0-9]+(_[a-z0-9]+)*$/, 'is no id; write small letters, digits and underscores');

/** Where the address of a webhook is. The address itself is often a secret, and is never in the file. */
const reference = z
  .string()
  .regex(/^(env|file):.+$/, 'is no reference; write env:NAME or file:PATH, never the address itself');

/** What a hypothesis says in numbers; without it, people judge it in the debrief. */
const expectation = z.strictObject({
  verdict: z.literal('pass').optional().describe('the scenario passes against its documented objective'),
  recovery_within: duration.optional().describe('recovered within this time, where that is tighter than the objective'),
  lost_records: z.int().nonnegative().optional().describe('records missing at the destination, at most'),
  lost_writes: z.int().nonnegative().optional().describe('acknowledged writes lost, at most'),
});

const scenarioStep = z.strictObject({
  scenario: filled.describe('the scenario, by the name that `npm run chaos -- list` shows'),
  id: id.optional().describe('needed where a scenario is rehearsed twice'),
  variant: filled.optional(),
  set: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  target: filled.optional().describe('cluster: which of the things that the scenario can hit there; else the first'),
  confirm: filled
    .optional()
    .describe(
      'cluster: the name of the context, without which a day without people does not run a database or cluster scenario',
    ),
  hypothesis: filled.describe('what is expected, written down before'),
  expect: expectation.optional(),
});

const manualStep = z.strictObject({
  manual: filled.describe('what people do, in words'),
  id,
  owner: filled.describe('who answers for it'),
  within: duration.describe('how long it may take'),
  hypothesis: filled.describe('what is expected, written down before'),
});

const plannedStep = z.union([scenarioStep, manualStep], {
  error: 'is neither a scenario (scenario, hypothesis) nor a manual step (manual, id, owner, within, hypothesis)',
});

const says = filled.optional().describe('why the day ends then, in words');
const abortCriterion = z.discriminatedUnion('when', [
  z.strictObject({ when: z.literal('data_lost'), says }).describe('records or acknowledged writes are missing'),
  z
    .strictObject({ when: z.literal('recovery_longer_than'), limit: duration, says })
    .describe('a recovery took longer, or did not end'),
  z.strictObject({ when: z.literal('scenario_failed'), says }).describe('a scenario has the verdict FAIL'),
  z.strictObject({ when: z.literal('not_put_right'), says }).describe('something was left broken after a scenario'),
  z.strictObject({ when: z.literal('manual_step_late'), says }).describe('a manual step was not done in time'),
  z
    .strictObject({ when: z.literal('person'), says: filled })
    .describe('what only people can see; they press the stop key'),
]);

const requirement = z.enum([...AUDIT_REQUIREMENTS, ...EXISTING_AUDIT_REQUIREMENTS], {
  error: ({ input }) =>
    `the audit asks for no "${String(input)}"; there are ${AUDIT_REQUIREMENTS.join(', ')}, and of an existing cluster also ${EXISTING_AUDIT_REQUIREMENTS.join(', ')}`,
});
const ofExistingAlone: ReadonlySet<string> = new Set(EXISTING_AUDIT_REQUIREMENTS);
/** For editors: what {@link gameDayPlanSchema} refuses on any platform but an existing cluster. */
const ELSEWHERE_REQUIRED = {
  if: { properties: { platform: { const: 'cluster' } }, required: ['platform'] },
  else: {
    properties: {
      go_no_go: {
        properties: { audit: { properties: { must_be_met: { items: { enum: [...AUDIT_REQUIREMENTS] } } } } },
      },
    },
  },
} as const;

/** What has to be so before the day begins, beside a machine and a stack that are fit for it. */
const goNoGo = z.strictObject({
  audit: z
    .strictObject({
      must_be_met: z
        .array(requirement)
        .default([])
        .describe(
          `points of the audit, or what a point asks for, without which the day does not begin; ${EXISTING_AUDIT_REQUIREMENTS.join(', ')} only with platform: cluster`,
        ),
    })
    .prefault({}),
});

const told = z.strictObject({
  who: filled,
  how: filled.optional().describe('for people: by phone, in which channel'),
  webhook: reference.optional().describe('where the address is that is told before, on abort and after'),
});

export const gameDayPlanSchema = z
  .strictObject({
    version: z.literal(1),
    title: filled,
    purpose: filled,
    briefing: z.array(filled).min(1, 'says nothing').describe('what the room is told, line by line'),
    platform: z.enum(['local', 'kind', 'cluster']).default('local'),
    config: filled
      .optional()
      .describe('cluster: its chaos.config.yaml, from where this plan lies; what it does not allow is not done'),
    objectives: filled
      .optional()
      .describe('the recovery targets; else scenarios/objectives.yaml, or what the configuration of the cluster names'),
    go_no_go: goNoGo.prefault({}),
    countdown: duration.default('10s').describe('before each scenario'),
    steps: z.array(plannedStep).min(1, 'has no step'),
    abort: z.array(abortCriterion).min(1, 'names no criterion').describe('what ends the day early'),
    tell: z.array(told).min(1, 'tells nobody').describe('who is told before, on abort and after'),
    every: duration.optional().describe('from the beginning of one game day to the next'),
  })
  .superRefine(({ steps, platform, config, go_no_go: { audit } }, context) => {
    const complain = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (platform === 'cluster' && config === undefined)
      complain(['platform'], 'is an existing cluster; say which: config: chaos.config.yaml');
    if (platform !== 'cluster' && config !== undefined)
      complain(['config'], 'is of an existing cluster (platform: cluster)');
    for (const [index, required] of audit.must_be_met.entries()) {
      if (platform !== 'cluster' && ofExistingAlone.has(required))
        complain(
          ['go_no_go', 'audit', 'must_be_met', index],
          `the audit asks for "${required}" only of an existing cluster (platform: cluster), not on ${platform}`,
        );
    }
    for (const [index, step] of steps.entries()) {
      for (const key of ['target', 'confirm'] as const) {
        if (platform !== 'cluster' && 'scenario' in step && step[key] !== undefined)
          complain(['steps', index, key], 'is of an existing cluster (platform: cluster)');
      }
    }
    const seen = new Set<string>();
    for (const [index, one] of steps.entries()) {
      const name = stepId(one);
      if (seen.has(name)) {
        complain(['steps', index], `there is a step "${name}" already; give this one an id of its own`);
      }
      seen.add(name);
    }
  })
  .meta(ELSEWHERE_REQUIRED);

/** A plan that was read and checked; times in duration. */
export type GameDayPlan = z.infer<typeof gameDayPlanSchema>;
export type PlannedStep = GameDayPlan['steps'][number];
export type ScenarioStep = Extract<PlannedStep, { scenario: string }>;
export type ManualStep = Extract<PlannedStep, { manual: string }>;
export type AbortCriterion = GameDayPlan['abort'][number];

/** The name of a step within its plan. */
export function stepId(step: PlannedStep): string {
  if ('manual' in step) return step.id;
  return step.id ?? (step.variant === undefined ? step.scenario : `${step.scenario}_${step.variant}`);
}

/** What a step is called in front of people. */
export function stepTitle(step: PlannedStep): string {
  if ('manual' in step) return step.manual;
  const name = step.variant === undefined ? step.scenario : `${step.scenario} (${step.variant})`;
  return step.id === undefined ? name : `${step.id}: ${name}`;
}

/** An abort criterion in words. */
export function describeCriterion(criterion: AbortCriterion): string {
  if (criterion.says !== undefined) return criterion.says;
  switch (criterion.when) {
    case 'data_lost':
      return 'Records or acknowledged writes were lost.';
    case 'recovery_longer_than':
      return `A recovery took longer than ${criterion.limit}.`;
    case 'scenario_failed':
      return 'A scenario failed.';
    case 'not_put_right':
      return 'Something was left broken after a scenario.';
    case 'manual_step_late':
      return 'A manual step was not done in time.';
    case 'person':
      return criterion.says;
    default:
      return criterion satisfies never;
  }
}
