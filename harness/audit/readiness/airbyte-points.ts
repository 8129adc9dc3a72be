import type { AuditAspect, AuditPoint } from '../../core/audit.ts';
import type { AirbyteSeen, ComponentSeen, Observations, Seen } from '../../core/audit-observations.ts';
import { cannotTell, judgeSeen, met, notMet, notSeen, point, type Asked } from './aspects.ts';

const HUNG: Asked = { id: 'hung_jobs_noticed', title: 'A sync whose pod is gone is noticed' };
const PROBES: Asked = { id: 'probes', title: 'Probes' };
const STORE: Asked = { id: 'object_store', title: 'Logs and outputs are not on the chart’s own volume' };

/** What a real Airbyte in Kubernetes asks for beside the documented checklist (facts: airbyte.md §0). */
export function judgeAirbyte({ airbyte, components }: Observations): readonly AuditPoint[] {
  if (airbyte === undefined) return [];
  return [
    point({ id: 'hung_jobs', number: null, title: 'Hung syncs are noticed by Airbyte itself' }, [
      judgeSeen(HUNG, airbyte, judgeHungJobs),
    ]),
    point({ id: 'probes', number: null, title: 'Every component is probed, so that one that hangs is restarted' }, [
      ...judgeProbes(components),
    ]),
    point({ id: 'object_store', number: null, title: 'The object store outlives the cluster' }, [
      judgeSeen(STORE, airbyte, (seen) => judgeStore(seen, components)),
    ]),
  ];
}

function judgeHungJobs({ hungJobs, version }: AirbyteSeen): AuditAspect {
  const { is, because } = hungJobs;
  const of = `Airbyte ${version ?? 'of unknown version'}: ${because}`;
  switch (is) {
    case 'on':
    case 'none':
      return met(HUNG, `${of}.`);
    case 'off':
      return notMet(
        HUNG,
        `${of}.`,
        'Set WORKLOAD_MONITOR_ENABLED=true on cron (0.63 to 1.3), or upgrade to 1.4 or newer.',
      );
    case 'unknown':
      return cannotTell(HUNG, `${of}.`, 'Let the audit read the ConfigMap of the release.');
    default:
      return is satisfies never;
  }
}

function judgeProbes(components: Seen<readonly ComponentSeen[]>): readonly AuditAspect[] {
  if (components.is === 'unknown') return [notSeen(PROBES, components)];
  return components.value.map(({ component, workload, probes }) => {
    const asked: Asked = { id: `probes_${component}`, title: component };
    const tryThis = `Give it a livenessProbe and a readinessProbe; Airbyte’s chart has none for cron, temporal and the database.`;
    if (probes === undefined) return cannotTell(asked, `The probes of ${workload} were not read.`, tryThis);
    const lacks = ['liveness', 'readiness'].filter((kind) => !probes.includes(kind));
    if (lacks.length === 0) return met(asked, `${workload}: ${probes.join(', ')}.`);
    return notMet(asked, `${workload} has no ${lacks.join(' and no ')} probe.`, tryThis);
  });
}

function judgeStore({ external }: AirbyteSeen, components: Seen<readonly ComponentSeen[]>): AuditAspect {
  if (components.is === 'unknown') return notSeen(STORE, components);
  const bundled = components.value.find(({ component }) => component === 'object-store');
  if (bundled !== undefined)
    return notMet(
      STORE,
      `${bundled.workload} is in the cluster: with it, logs and outputs of 2.x are lost, and results become false.`,
      'Use S3, GCS or Azure: global.storage.type.',
    );
  const outside = external.find(({ what }) => what === 'object-store');
  if (outside === undefined || outside.where.startsWith('not found'))
    return cannotTell(STORE, 'Where it is was not found.', 'npm run chaos -- discover shows what was read.');
  if (/this (cluster|namespace)/.test(outside.where))
    return notMet(STORE, `It is ${outside.where}: it is lost with the cluster.`, 'Use S3, GCS or Azure.');
  return met(STORE, `It is elsewhere: ${outside.where}.`);
}
