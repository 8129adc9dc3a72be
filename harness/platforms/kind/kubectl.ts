import { execa } from 'execa';
import { setTimeout as pause } from 'node:timers/promises';
import { ChaosError } from '../../core/errors.ts';
import { kubeconfigOf } from './cluster-record.ts';
import { PATIENCE_MS } from './patient-api.ts';

/**
 * What kubectl says, in words alone, of an API server that is away, too busy or in trouble. It waits by itself where the server says for how
 * long, and gives up at once where nobody listens.
 */
const PASSING =
  /The connection to the server .* was refused|Unable to connect to the server|connection refused|connection reset by peer|unexpected EOF|connection lost|etcdserver: |Error from server \((TooManyRequests|InternalError|ServiceUnavailable|Timeout|ServerTimeout)\)/;
const RETRY_MS = 1000;

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
export async function runKubectl(call: KubectlCall): Promise<string> {
  const { printed, problem } = await tryKubectl(call);
  if (problem === undefined) return printed;
  throw failed(call, problem);
}

/**
 * As {@link runKubectl}, again while the API server is away or in trouble, up to a minute after it was first found so. What is asked may be done twice.
 * @throws ChaosError `platform` with the end of what it said last.
 */
export async function runKubectlPatiently(call: KubectlCall): Promise<string> {
  let since: number | undefined;
  for (;;) {
    const { printed, problem } = await tryKubectl(call);
    if (problem === undefined) return printed;
    since ??= performance.now();
    if (!PASSING.test(problem) || performance.now() - since > PATIENCE_MS) throw failed(call, problem);
    await pause(RETRY_MS, undefined, call.signal === undefined ? {} : { signal: call.signal });
  }
}

interface Tried {
  readonly printed: string;
  /** What it said when it failed. */
  readonly problem?: string;
}

async function tryKubectl({ cluster, kubectl, args, signal }: KubectlCall): Promise<Tried> {
  const result = await execa(kubectl, ['--kubeconfig', kubeconfigOf(cluster), ...args], {
    reject: false,
    stdin: 'ignore',
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  return { printed: result.stdout, ...(result.exitCode === 0 ? {} : { problem: result.stderr.trim() }) };
}

function failed({ cluster, args }: KubectlCall, problem: string): ChaosError {
  return new ChaosError({
    code: 'platform',
    message: `kubectl ${args.slice(0, 4).join(' ')} failed on ${cluster}: ${problem.slice(-400)}`,
  });
}
