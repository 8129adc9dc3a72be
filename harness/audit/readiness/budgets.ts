import type { AuditAspect, AuditPoint } from '../../core/audit.ts';
import type { BudgetSeen, ComponentSeen, Observations } from '../../core/audit-observations.ts';
import { cannotTell, judgeSeen, met, notMet, notSeen, point, type Asked } from './aspects.ts';
import { isRedundantByDesign } from './redundancy.ts';

const ALL: Asked = { id: 'budgets', title: 'Every component has a budget' };

/** Each component that can have two instances has one PodDisruptionBudget that really selects its pods, keeps some, and lets one go. */
export function judgeBudgets({ components }: Observations): AuditPoint {
  const of = { id: 'disruption_budgets', number: 5, title: 'PodDisruptionBudgets for all components' };
  if (components.is === 'unknown') return point(of, [notSeen(ALL, components)]);
  const judged = components.value.filter((one) => isRedundantByDesign(one) || hasBudget(one)).map(judgeComponent);
  if (components.value.every(({ budgets }) => budgets === undefined))
    return point(of, [
      notMet(
        ALL,
        'This platform has no budgets: nothing keeps an operator from stopping every instance at once.',
        'On Kubernetes a PodDisruptionBudget does it.',
      ),
    ]);
  return point(of, judged);
}

function hasBudget({ budgets }: ComponentSeen): boolean {
  return budgets?.is === 'seen' && budgets.value.length > 0;
}

function judgeComponent({ component, workload, wanted, budgets }: ComponentSeen): AuditAspect {
  const asked: Asked = { id: `budget_${component}`, title: component };
  const make = `Make a PodDisruptionBudget with the labels of ${workload}, minAvailable 1 or more, below its replicas. Airbyte’s chart has none.`;
  if (budgets === undefined) return cannotTell(asked, `Budgets of ${workload} were not read.`, make);
  return judgeSeen(asked, budgets, (all) => {
    const [budget, second] = all;
    if (budget === undefined) return notMet(asked, `No budget selects the pods of ${workload}.`, make);
    if (second !== undefined)
      return notMet(
        asked,
        `Two select the pods of ${workload} (${budget.name}, ${second.name}): the API then refuses every eviction.`,
        'Keep one of them.',
      );
    return judgeBudget(asked, budget, wanted);
  });
}

function judgeBudget(asked: Asked, budget: BudgetSeen, wanted: number): AuditAspect {
  const { name, allows, expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed } = budget;
  const says = `${name} (${allows})`;
  if (!budget.isCurrent)
    return cannotTell(asked, `${says} has not been looked at by its controller yet.`, 'kubectl describe pdb');
  const counts = `${currentHealthy} of ${expectedPods} healthy, ${desiredHealthy} must stay, ${disruptionsAllowed} may go`;
  if (expectedPods === 0)
    return notMet(asked, `${says} counts no pod: ${counts}.`, 'Is its selector that of the pods? kubectl describe pdb');
  if (desiredHealthy === 0) return notMet(asked, `${says} keeps nothing: ${counts}.`, 'Set minAvailable to 1 or more.');
  if (desiredHealthy >= expectedPods)
    return notMet(
      asked,
      `${says} lets nobody go, and a drain would wait for ever: ${counts}.`,
      wanted < 2 ? 'Run two or more instances first.' : 'Set minAvailable below the replicas.',
    );
  if (disruptionsAllowed < 1)
    return notMet(asked, `${says} lets nobody go now: ${counts}.`, 'Bring the component to its full strength.');
  return met(asked, `${says}: ${counts}.`);
}
