import { execa } from 'execa';
import { ChaosError } from '../../core/errors.ts';
import { kubeconfigOf } from './cluster-record.ts';

/** One call of kubectl on one of the harness's clusters, never on the user's own context. */
export interface KubectlCall {
  readonly cluster: string;
  /** Path of the program. */
  readonly kubectl: string;
  readonly args: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Runs kubectl and returns what it printed.
 * @throws ChaosError `platform` with the end of what it said.
 */
export async function runKubectl({ cluster, kubectl, args, signal }: KubectlCall): Promise<string> {
  const result = await execa(kubectl, ['--kubeconfig', kubeconfigOf(cluster), ...args], {
    reject: false,
    stdin: 'ignore',
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (result.exitCode === 0) return result.stdout;
  throw new ChaosError({
    code: 'platform',
    message: `kubectl ${args.slice(0, 4).join(' ')} failed on ${cluster}: ${result.stderr.trim().slice(-400)}`,
  });
}
