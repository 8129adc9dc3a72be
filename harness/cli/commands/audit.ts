import { auditResult } from '../../audit/readiness/judge-readiness.ts';
import { renderAuditText } from '../../audit/readiness/render-text.ts';
import type { AuditResult } from '../../core/audit.ts';
import { seen, type Observations } from '../../core/audit-observations.ts';
import { ChaosError } from '../../core/errors.ts';
import { acquireRunLock } from '../../runner/run-lock.ts';
import { auditIdOf } from '../../store/audit-file.ts';
import { interruptible } from '../interrupt.ts';
import { loadPlatform } from '../load-platform.ts';
import { readClusterConfig } from '../cluster-config-file.ts';
import { reportsDirectory, userFile } from '../project-paths.ts';
import { readDrills, readNotedDrills } from '../audit/read-drills.ts';
import { readRunbooks } from '../audit/read-runbooks.ts';
import { writeAudit } from '../audit/write-audit.ts';
import type { ObserveOptions } from '../audit/observe-stack.ts';
import { auditValuesCommand } from './audit-values.ts';

export interface AuditOptions {
  readonly values?: string;
  readonly chart?: string;
  readonly platform: string;
  readonly config: string;
  readonly sendTestAlert: boolean;
  readonly runbook?: string;
  readonly json: boolean;
}

const EXIT_CODE = { met: 0, not_met: 1, cannot_tell: 2 } as const;

/**
 * `audit`: holds a system against the readiness checklist by what it shows now, and writes a report of it. With `--values` a file of Helm values instead.
 * @returns 0 every point met, 1 one is not, 2 none is not met and one cannot be told.
 * @throws ChaosError `usage` where there is no stack, or options do not go together; `busy` while a run uses the stack; `config` as the reading of a cluster does.
 */
export async function auditCommand(options: AuditOptions): Promise<number> {
  const { values, chart } = options;
  if (values !== undefined || chart !== undefined) {
    if (values !== undefined && chart !== undefined) return auditValuesCommand({ values, chart, json: options.json });
    throw new ChaosError({
      code: 'usage',
      message: '--values and --chart go together.',
      tryThis: 'npm run chaos -- audit --values values.yaml --chart v2; without both a system is audited.',
    });
  }
  return auditSystem(options);
}

async function auditSystem(options: AuditOptions): Promise<number> {
  const startedAt = performance.now();
  const { signal, stopListening } = interruptible((text) => process.stderr.write(`${text}\n`));
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  try {
    const { observed, target } = await observe(options, { signal, say });
    signal.throwIfAborted();
    const result = auditResult(observed, {
      auditId: auditIdOf(observed.at),
      target,
      durationSeconds: (performance.now() - startedAt) / 1000,
      command: commandOf(options),
    });
    show(result, options.json);
    return EXIT_CODE[result.verdict];
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new ChaosError({ code: 'interrupted', message: 'Interrupted; no report was written.', cause: error });
  } finally {
    stopListening();
  }
}

function show(result: AuditResult, isJson: boolean): void {
  const page = writeAudit(reportsDirectory(), result);
  process.stdout.write(isJson ? `${JSON.stringify(result, null, 2)}\n` : renderAuditText(result));
  process.stderr.write(`Report: ${page}\n`);
}

interface Observed {
  readonly observed: Observations;
  readonly target: string;
}

const RUNBOOKS = 'docs/runbooks';

async function observe(options: AuditOptions, how: ObserveOptions): Promise<Observed> {
  const at = new Date().toISOString();
  const drills = readDrills(reportsDirectory());
  if (options.platform === 'cluster') {
    const config = await readClusterConfig(userFile(options.config));
    const { observeCluster } = await import('../audit/observe-cluster.ts');
    const seenThere = await observeCluster(config, { ...how, mayTestAlert: options.sendTestAlert });
    const runbooks = await readRunbooks(options.runbook ?? config.audit.runbooks);
    const noted = readNotedDrills(config.audit.drills);
    const observed = { at, platform: 'cluster', ...seenThere, drills: seen([...drills, ...noted]), runbooks } as const;
    return { observed, target: `${config.release} in ${config.namespace} of context ${config.cluster.context}` };
  }
  const runbooks = await readRunbooks(options.runbook ?? RUNBOOKS);
  // A run beside it would show in what is seen here, and the test alert in what the run sees.
  const lock = acquireRunLock(auditIdOf(at));
  try {
    return await observeOwn(options, how, { at, drills: seen(drills), runbooks });
  } finally {
    lock.release();
  }
}

/** A stack of the harness's own: a test alert is part of the audit. */
async function observeOwn(
  { platform: id }: AuditOptions,
  how: ObserveOptions,
  common: Pick<Observations, 'at' | 'drills' | 'runbooks'>,
): Promise<Observed> {
  const { componentsOf, observeStack } = await import('../audit/observe-stack.ts');
  const platform = await loadPlatform(id);
  const stack = await platform.findRunning();
  if (stack === undefined) {
    throw new ChaosError({
      code: 'usage',
      message: 'There is nothing to audit: no stack is up.',
      tryThis: `npm run chaos -- up --set backups=on${id === 'local' ? '' : ` --platform ${id}`}; or name an existing cluster: --platform cluster`,
    });
  }
  try {
    const target = `stack ${stack.id}`;
    const ofStack = await observeStack(stack, how);
    if (id === 'kind') {
      const { observeKindObjects } = await import('../audit/observe-kind.ts');
      const { components, autoscalers } = await observeKindObjects();
      const objects = { components, autoscalers, airbyte: undefined };
      return { target, observed: { platform: 'kind', ...common, ...ofStack, ...objects } };
    }
    const components = seen(componentsOf(await stack.instances()));
    return {
      target,
      observed: { platform: 'local', ...common, ...ofStack, components, autoscalers: null, airbyte: undefined },
    };
  } finally {
    stack.release();
  }
}

/** As it is typed again. */
function commandOf({ platform, config, sendTestAlert, runbook }: AuditOptions): string {
  return [
    'npm run chaos -- audit',
    ...(platform === 'local' ? [] : [`--platform ${platform}`]),
    ...(platform === 'cluster' && config !== 'chaos.config.yaml' ? [`--config ${config}`] : []),
    ...(sendTestAlert ? ['--send-test-alert'] : []),
    ...(runbook === undefined ? [] : [`--runbook ${runbook}`]),
  ].join(' ');
}
