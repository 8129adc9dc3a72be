import type { AuditAspect, AuditPoint } from '../../core/audit.ts';
import type { ComponentSeen, Observations } from '../../core/audit-observations.ts';
import { cannotTell, met, notMet, notSeen, point, type Asked } from './aspects.ts';

const ALL: Asked = { id: 'instances', title: 'Two instances of each' };
/** Without one of these no API, no schedule or no sync; every chart starts them with one replica (facts: airbyte.md §1.2). */
const NEEDED = new Set([
  'server',
  'webapp',
  'worker',
  'workload-launcher',
  'workload-api-server',
  'scheduler',
  'temporal',
]);
/** All four roles in one process: two of them are no cluster that Airbyte supports (airbytehq/airbyte#71186). */
const ALL_IN_ONE = /(^|\/)(auto-setup|temporal-auto-setup)(:|@|$)/;

/** True for what can have a second instance, and is missed without one. */
export function isRedundantByDesign({ component, wanted }: ComponentSeen): boolean {
  return NEEDED.has(component) || wanted > 1;
}

/** What Airbyte needs at all times runs twice, ready, on more than one machine. */
export function judgeRedundancy({ components }: Observations): AuditPoint {
  const of = { id: 'redundancy', number: null, title: 'No component hangs on one instance or one machine' };
  if (components.is === 'unknown') return point(of, [notSeen(ALL, components)]);
  return point(of, components.value.filter(({ component }) => NEEDED.has(component)).map(judgeComponent));
}

function judgeComponent({ component, workload, wanted, ready, nodes, image }: ComponentSeen): AuditAspect {
  const asked: Asked = { id: `instances_${component}`, title: component };
  const counts = `${workload}: ${ready} of ${wanted} ready`;
  if (wanted < 2)
    return notMet(
      asked,
      `${counts}: there is only one.`,
      component === 'temporal'
        ? 'Use Temporal Cloud or a Temporal cluster of your own: a second replica of the chart’s is no cluster (#71186).'
        : 'Set its replicaCount to 2 or more.',
    );
  if (ready < 2) return notMet(asked, `${counts}.`, 'See why the others are not ready.');
  if (component === 'temporal' && ALL_IN_ONE.test(image))
    return cannotTell(
      asked,
      `${counts}, of the image ${image}: several of these are no cluster that Airbyte supports (#71186).`,
      'Rehearse it (temporal_failure), or use Temporal Cloud or a cluster of your own.',
    );
  if (nodes === undefined) return met(asked, `${counts}.`);
  if (nodes.length < 2)
    return notMet(
      asked,
      `${counts}, all on ${nodes[0] ?? 'no machine'}.`,
      'Spread them: topologySpreadConstraints over topology.kubernetes.io/zone, maxSkew 1, DoNotSchedule.',
    );
  return met(asked, `${counts}, on ${nodes.length} machines.`);
}
