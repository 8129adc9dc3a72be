import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { describeError } from '../../../core/errors.ts';
import type { Instance, Platform, RunningStack } from '../../../core/platform.ts';
import type { ClusterConfig } from '../../../platforms/cluster/cluster-config.ts';
import { apiCredentials } from '../../existing/api-credentials.ts';
import { findVictims } from '../../existing/find-victims.ts';
import { openExisting } from '../../existing/open-existing.ts';
import { chooseTargets } from '../../existing/plan-existing.ts';
import { platformOf } from '../../existing/existing-platform.ts';
import { chaosOf } from '../../../profiles/translate/needs.ts';
import { podFaultOf } from '../../existing/plan-pod-fault.ts';
import { loadScenario } from '../../plan-checks.ts';
import type { ExistingVariant } from '../scenario-rights.ts';

export interface Rehearsal {
  readonly config: ClusterConfig;
  readonly scenario: string;
  readonly variant: ExistingVariant;
  /** Makes Services lead to a pod, or no more. */
  readonly serve: (pod: Instance, isReady: boolean) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * All that a run asks of an API server, by the run's own parts, without what it asks of Airbyte and without looking at its rights before: what would be hit,
 * the credentials, pods and Services followed until each has told of a change, one pod of each target taken away and proven gone, or broken through Chaos Mesh and that ended.
 * @throws whatever stops a run, or what it would note of refusals.
 */
export async function rehearse({ config, scenario: id, variant, serve, signal }: Rehearsal): Promise<void> {
  const scenario = await loadScenario(id);
  const confirm = config.cluster.context;
  const existing = await openExisting({ config, scenario, objective: undefined, confirm });
  const targets = chooseTargets(await findVictims(existing, Date.now()), existing.translation, undefined);
  await apiCredentials(config, existing.api);
  const chaos = chaosOf(id);
  const runId = `2026-11-28T00-00-00Z-${id}-${randomBytes(2).toString('hex')}`;
  const platform = platformOf(existing, {
    api: new URL('http://127.0.0.1:1/api/v1'),
    targets,
    podFault: chaos && { action: podFaultOf(chaos, []).action, runId, configFile: '' },
  });
  const stack = await platform.up({
    settings: {},
    weaknesses: [],
    signal,
    runId: '',
    isOwned: false,
    onProgress: () => undefined,
    beforeChange: async () => Promise.resolve(),
  });
  try {
    const trouble = new Promise<never>((_resolve, reject) =>
      stack.onTrouble?.(({ isOver, text }) => {
        // A busy machine's API server is silent at times, and answers then.
        if (!isOver && text.includes('403')) reject(new Error(text));
      }),
    );
    trouble.catch(() => undefined);
    for (const { component } of targets) {
      const hit =
        chaos === undefined
          ? takeAway(stack, component, variant, serve, signal)
          : breakInside({ stack, platform }, component, serve, signal);
      await Promise.race([trouble, hit]);
    }
  } finally {
    stack.release();
  }
}

async function takeAway(
  stack: RunningStack,
  component: string,
  variant: ExistingVariant,
  serve: Rehearsal['serve'],
  signal: AbortSignal,
): Promise<void> {
  const victim = await followOne(stack, component, serve, signal);
  if (stack.removal === undefined) throw new Error('nothing can be taken away');
  const { isAccepted, text } = await (variant === 'evicted'
    ? stack.removal.evict(victim)
    : stack.removal.remove(victim));
  if (!isAccepted) throw new Error(text);
  await stack.confirmGone(victim, () => undefined, signal);
  if ((await stack.instances()).some(({ uid }) => uid === victim.uid))
    throw new Error(`${victim.name} was not seen to go`);
}

/** Nobody of Chaos Mesh is there: its object is made, looked at and removed. */
async function breakInside(
  { stack, platform }: { readonly stack: RunningStack; readonly platform: Platform },
  component: string,
  serve: Rehearsal['serve'],
  signal: AbortSignal,
): Promise<void> {
  const { faultTool } = stack;
  if (faultTool === undefined) throw new Error('nothing can be broken');
  await faultTool.begin(await followOne(stack, component, serve, signal), 300);
  const { text } = await faultTool.claim(signal);
  if (!text.startsWith('nothing, so perhaps')) throw new Error(text);
  await platform.undo(faultTool.undoOf(10_000), signal);
}

/** An instance that could be hit, once Services were seen to lead to it and no more. */
async function followOne(
  stack: RunningStack,
  component: string,
  serve: Rehearsal['serve'],
  signal: AbortSignal,
): Promise<Instance> {
  const victim = (await stack.instances()).find((one) => one.component === component && one.removal !== 'begun');
  if (victim === undefined) throw new Error(`no ${component} that could be hit`);
  for (const isReady of [true, false]) {
    const seen = new AbortController();
    const following = stack.watch(
      (one) => {
        if (one.uid === victim.uid && one.isInService === isReady) seen.abort();
      },
      AbortSignal.any([seen.signal, signal]),
    );
    await serve(victim, isReady);
    if (!seen.signal.aborted) await once(AbortSignal.any([seen.signal, signal]), 'abort');
    await following;
  }
  return victim;
}

/** Everything that a person would be told. */
export function told(error: unknown): string {
  const hint = error instanceof Error && 'tryThis' in error ? String(error.tryThis) : '';
  return `${describeError(error)} ${hint}`;
}
