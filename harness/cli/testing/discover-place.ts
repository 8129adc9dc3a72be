/** An API server with namespaces, for tests of what the command line reads of a cluster. */
import { join } from 'node:path';
import { execa } from 'execa';
import { startApiServer, type ApiServer, type ApiServerOptions } from '../../platforms/cluster/testing/api-server.ts';
import { CHAOS, NODE_FLAGS } from './run-chaos.ts';

/** Writes what the process took when it ends: its largest resident set, in KiB, and time on a CPU, in microseconds. */
const REPORT_USAGE =
  "data:text/javascript,process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write(`\\nmaxRSS=${u.maxRSS} cpu=${u.userCPUTime+u.systemCPUTime}`)})";
const KIBIBYTES_PER_MEBIBYTE = 1024;

export interface Discovered {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly mebibytes: number;
  readonly seconds: number;
  /** On a CPU. */
  readonly cpuSeconds: number;
}

export interface DiscoverPlace {
  readonly server: ApiServer;
  /** Makes the namespace and applies a manifest as people do, with a copy of it all in an annotation. */
  fill(namespace: string, manifest: string): Promise<void>;
  /** Path of a kubeconfig for one who may do this much in the namespace. */
  kubeconfigOf(name: string, namespace: string, rules: readonly Rule[]): Promise<string>;
  discover(...args: readonly string[]): Promise<Discovered>;
  /** Any program of TypeScript. */
  program(file: string, ...args: readonly string[]): Promise<Discovered>;
  /** Any command, from a folder. */
  chaos(cwd: string, ...args: readonly string[]): Promise<Discovered>;
  kubectl(args: readonly string[], input?: string): Promise<string>;
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

export async function discoverPlace(options: ApiServerOptions = {}): Promise<DiscoverPlace> {
  const server = await startApiServer(options);
  const kubectl = async (args: readonly string[], input = ''): Promise<string> =>
    (await execa(server.kubectl, ['--kubeconfig', server.kubeconfig, ...args], { input })).stdout;
  const apply = (namespace: string, manifest: string): Promise<string> =>
    kubectl(['apply', '--namespace', namespace, '--filename', '-'], manifest);
  const run = (cwd: string, ...args: readonly string[]): Promise<Discovered> => start(cwd, [...CHAOS, ...args]);
  async function start(cwd: string, args: readonly string[]): Promise<Discovered> {
    const { exitCode, stdout, stderr, durationMs } = await execa(
      process.execPath,
      ['--import', REPORT_USAGE, ...args],
      {
        reject: false,
        env: { CHAOS_STATE_DIR: join('/nonexistent', 'state'), INIT_CWD: cwd },
      },
    );
    const kibibytes = Number(/maxRSS=(\d+)/.exec(stderr)?.[1]);
    const cpuSeconds = Number(/cpu=(\d+)/.exec(stderr)?.[1]) / 1e6;
    const mebibytes = kibibytes / KIBIBYTES_PER_MEBIBYTE;
    return { exitCode, stdout, stderr, mebibytes, seconds: durationMs / 1000, cpuSeconds };
  }
  return {
    server,
    async fill(namespace, manifest) {
      await kubectl(['create', 'namespace', namespace]);
      // There is no controller that would make it; without it no pod is admitted.
      await kubectl(['create', 'serviceaccount', 'default', '--namespace', namespace]);
      await apply(namespace, manifest);
    },
    async kubeconfigOf(name, namespace, rules) {
      await kubectl(['create', 'serviceaccount', name, '--namespace', namespace]);
      const metadata = { name };
      const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules };
      await apply(namespace, JSON.stringify(role));
      await kubectl([
        'create',
        'rolebinding',
        name,
        `--role=${name}`,
        `--serviceaccount=${namespace}:${name}`,
        '-n',
        namespace,
      ]);
      return server.kubeconfigFor(await kubectl(['create', 'token', name, '--namespace', namespace]));
    },
    discover: (...args) => run('/', 'discover', ...args),
    program: (...args) => start('/', [...NODE_FLAGS, ...args]),
    chaos: run,
    kubectl,
  };
}
