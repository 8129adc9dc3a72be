import type { AuditAspect, AuditPoint } from '../../core/audit.ts';
import type { AutoscalerSeen, ComponentSeen, Observations } from '../../core/audit-observations.ts';
import { cannotTell, judgeSeen, met, notMet, point, type Asked } from './aspects.ts';

const SCALES: Asked = { id: 'worker_autoscaler', title: 'An autoscaler can add workers' };
/** What runs more syncs when there is more of it: in Airbyte ≥ 1.0 also the launcher of job pods (facts: airbyte.md §3). */
const WORKERS = new Set(['worker', 'workload-launcher']);

/** Workers are scaled by something that can act now: by its conditions and its metrics, not by its being there. */
export function judgeAutoscaling({ autoscalers, components }: Observations): AuditPoint {
  const of = { id: 'worker_autoscaling', number: 4, title: 'Workers are scaled automatically' };
  if (autoscalers === null)
    return point(of, [
      notMet(
        SCALES,
        'This platform has no autoscaler: the number of workers is fixed.',
        'On Kubernetes a HorizontalPodAutoscaler does it.',
      ),
    ]);
  return point(of, [judgeSeen(SCALES, autoscalers, (all) => judgeAll(all, components))]);
}

function judgeAll(all: readonly AutoscalerSeen[], components: Observations['components']): AuditAspect {
  const ofWorkers = all.filter(({ component }) => component !== undefined && WORKERS.has(component));
  const chartNote =
    'Make a HorizontalPodAutoscaler of your own: Airbyte’s chart has none behind its key worker.hpa (2 to 10 at 70 % CPU is documented).';
  if (ofWorkers.length === 0) {
    const astray = all.find(({ doesTargetExist }) => doesTargetExist === false);
    if (astray !== undefined)
      return notMet(
        SCALES,
        `${astray.name} scales ${astray.target}, which does not exist.`,
        'Point its scaleTargetRef at the workers.',
      );
    const unknown = all.find(({ doesTargetExist }) => doesTargetExist === undefined);
    if (unknown !== undefined)
      return cannotTell(SCALES, `${unknown.name} scales ${unknown.target}, which is not read.`, chartNote);
    const others = all.length === 0 ? '' : ` (${all.map(({ name, target }) => `${name} scales ${target}`).join(', ')})`;
    return notMet(SCALES, `No autoscaler scales the workers${others}.`, chartNote);
  }
  const judged = ofWorkers.map((one) => judgeOne(one, components));
  return (
    judged.find(({ verdict }) => verdict === 'met') ??
    judged.find(({ verdict }) => verdict === 'not_met') ??
    judged[0] ??
    cannotTell(SCALES, 'Nothing was seen.', chartNote)
  );
}

function judgeOne(one: AutoscalerSeen, components: Observations['components']): AuditAspect {
  const { name, target, min, max, conditions, metricsWanted, metricsMeasured } = one;
  const range = `${name} scales ${target} from ${min} to ${max}`;
  if (min >= max) return notMet(SCALES, `${range}: it has no room to act.`, 'Set maxReplicas above minReplicas.');
  if (conditions.length === 0)
    return cannotTell(
      SCALES,
      `${range}, and nothing has looked at it yet.`,
      'Is the controller of autoscalers running? kubectl describe hpa',
    );
  const refused = ['AbleToScale', 'ScalingActive'].map((type) => conditions.find((is) => is.type === type));
  const bad = refused.find((condition) => condition !== undefined && condition.status === 'False');
  if (bad !== undefined)
    return notMet(
      SCALES,
      `${range}, and cannot act: ${bad.type} is ${bad.status} (${bad.reason}: ${bad.message}).`,
      'ScalingActive: does metrics-server run, and do the pods have requests? AbleToScale: does the target exist? kubectl describe hpa',
    );
  if (refused.some((condition) => condition?.status !== 'True'))
    return cannotTell(SCALES, `${range}, and does not say whether it can act.`, 'kubectl describe hpa');
  if (metricsMeasured === 0 || metricsMeasured < metricsWanted)
    return notMet(
      SCALES,
      `${range}, and has a value of ${metricsMeasured} of its ${metricsWanted} metrics.`,
      'Does metrics-server run, and do the pods have requests?',
    );
  const workload = components.is === 'seen' ? find(components.value, target) : undefined;
  const limited = conditions.find(({ type, status }) => type === 'ScalingLimited' && status === 'True');
  if (limited !== undefined && workload !== undefined && workload.wanted >= max)
    return notMet(SCALES, `${range}, and is at its end: ${workload.wanted} of ${max}.`, 'Raise maxReplicas.');
  return met(SCALES, `${range}; ScalingActive and AbleToScale are True, ${metricsMeasured} metrics have a value.`);
}

function find(components: readonly ComponentSeen[], workload: string): ComponentSeen | undefined {
  return components.find((one) => one.workload === workload);
}
