import { describeRight, type Right } from '../../platforms/cluster/rights.ts';
import type { ExaminedScenario, Examination } from './examine-rights.ts';

/** What a cluster says of the rights of who asks, for people: each scenario that is allowed, then those that could be. */
export function describeExamination(examination: Examination, file: string): readonly string[] {
  const { context, server, who, refusals, scenarios } = examination;
  const allowed = scenarios.filter(({ isAllowed }) => isAllowed);
  const others = scenarios.filter(({ isAllowed }) => !isAllowed);
  return [
    `✓ API server: ${server} (context ${context}), which knows you as ${who}`,
    ...describePlace(refusals),
    ...(allowed.length === 0
      ? [
          `✗ Scenarios: the configuration allows none`,
          `    → Add those that are meant to run to allow.scenarios in ${file}.`,
        ]
      : allowed.flatMap((scenario) => describeScenario(scenario, file))),
    ...(others.length === 0
      ? []
      : ['Not allowed by the configuration:', ...others.map((one) => `· ${one.id}: ${stateOf(one)}`)]),
  ];
}

/** Whether everything that is allowed can run: nothing speaks against the place, and something is allowed. */
export function canRunAll({ refusals, scenarios }: Examination): boolean {
  const allowed = scenarios.filter(({ isAllowed }) => isAllowed);
  return refusals?.length === 0 && allowed.length > 0 && allowed.every(({ canRun }) => canRun);
}

function describePlace(refusals: Examination['refusals']): readonly string[] {
  if (refusals === undefined) return ['✗ Cluster and namespace: they may not be seen, see below'];
  if (refusals.length === 0) return ['✓ Cluster and namespace: those that are allowed, and not protected'];
  return refusals.flatMap(({ text, tryThis }) => [`✗ Cluster and namespace: ${text}`, `    → ${tryThis}`]);
}

function describeScenario(scenario: ExaminedScenario, file: string): readonly string[] {
  const { id, variants, canRun } = scenario;
  const lacks = variants[0]?.missing ?? [];
  const further = variants.slice(1).filter(({ missing }) => missing.some((right) => !lacks.includes(right)));
  return [
    `${canRun ? '✓' : '✗'} ${id}: ${stateOf(scenario)}`,
    ...(lacks.length === 0 ? [] : [`    → npm run chaos -- rbac ${id} --config ${file} | kubectl apply -f -`]),
    ...further.map(({ variant, missing }) => `    --variant ${variant} lacks ${listed(missing)}`),
  ];
}

function stateOf({ variants: [variant], here }: ExaminedScenario): string {
  if (variant === undefined) return 'it cannot run on an Airbyte that is there already';
  const { missing, rights } = variant;
  if (missing.length > 0) return `lacks ${listed(missing)}`;
  const has = `every right that it needs (${rights.length})`;
  if (here === undefined) return has;
  return here.isPossible ? `${has}, and ${here.because}` : `${has}, but not what it hits: ${here.because}`;
}

function listed(rights: readonly Right[]): string {
  return rights.map(describeRight).join(', ');
}
