import type { BodyOf } from '../events.ts';

type Target = BodyOf<'fault.planned'>['targets'][number];

/** So many instances that are hit for the same reason are named one by one; more are counted by component. */
const NAMED_AT_MOST = 4;

/** Who is hit and why, for a sentence: `worker-1 (it runs the sync)`, `etcd × 3, patroni × 3, temporal (part of the site)`. */
export function describeVictims(targets: readonly Target[]): string {
  const groups = [...Map.groupBy(targets, ({ why }) => why)];
  return groups.map(([why, alike]) => `${nameAll(alike)} (${why})`).join(', ');
}

function nameAll(targets: readonly Target[]): string {
  if (targets.length <= NAMED_AT_MOST) return targets.map(({ instance }) => instance).join(', ');
  const byComponent = [...Map.groupBy(targets, ({ component }) => component)];
  return byComponent.map(([name, all]) => (all.length === 1 ? name : `${name} × ${all.length}`)).join(', ');
}
