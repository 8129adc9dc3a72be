import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findApiServerPrograms, type ApiServerPrograms } from './api-server-programs.ts';
import { startChild, type Child } from './child.ts';
import { freePorts } from './free-ports.ts';
import { readRequests, type AuditedRequest } from './audit-log.ts';

/** A start takes 4 s on two idle cores (measured); the machine may be busy with clusters. */
const START_TIMEOUT_MS = 180_000;
const CONTEXT = 'test';

export interface ApiServerOptions {
  /** Names of kube-controller-manager's controllers that run, such as `disruption-controller`; none of them as a rule. */
  readonly controllers?: readonly string[];
}

/** A real Kubernetes API server without nodes: admission, RBAC, eviction and audit are real; no pod ever runs. */
export interface ApiServer {
  readonly url: string;
  /** Of the administrator: `system:masters`. */
  readonly token: string;
  /** Name of the only context in every kubeconfig of this server. */
  readonly context: string;
  /** Path of the administrator's. */
  readonly kubeconfig: string;
  readonly kubectl: string;
  /** Writes a kubeconfig for another bearer, say of a ServiceAccount, and returns its path. */
  kubeconfigFor(token: string): string;
  /** With which a server can pose as a kubelet: nobody looks whose it is. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** Every request that was received so far, by anyone, the server's own components among them. Written before the request is handled. */
  requests(): readonly AuditedRequest[];
  /** Ends all processes and removes all files. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts etcd and kube-apiserver on free ports of loopback, with everything that they write in a folder of their own.
 * @throws Error with the end of what a program said when it ended or was not ready in time, or when the programs are not built.
 */
export async function startApiServer({ controllers = [] }: ApiServerOptions = {}): Promise<ApiServer> {
  const programs = await findApiServerPrograms();
  if ('missing' in programs) throw new Error(programs.missing);
  const folder = mkdtempSync(join(tmpdir(), 'chaos-api-server-'));
  const children: Child[] = [];
  const stop = async (): Promise<void> => {
    for (const child of children.toReversed()) await child.end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await startAll(programs, { folder, children, controllers })), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Place {
  readonly folder: string;
  /** What was started, to be ended in the reverse order. */
  readonly children: Child[];
  readonly controllers: readonly string[];
}

async function startAll(programs: ApiServerPrograms, place: Place): Promise<Omit<ApiServer, 'stop'>> {
  const { folder, children, controllers } = place;
  const [clients = 0, peers = 0, secure = 0] = await freePorts(3);
  const token = randomUUID();
  const url = `https://127.0.0.1:${secure}`;
  const certificates = join(folder, 'certificates');
  const audit = join(folder, 'audit.log');
  writeKeys(folder, token);
  mkdirSync(certificates);

  const etcd = startChild(programs.etcd, etcdArguments(folder, clients, peers));
  children.push(etcd);
  await etcd.answers(`http://127.0.0.1:${clients}/readyz`, { withinMs: START_TIMEOUT_MS });
  const server = startChild(programs.apiServer, [
    `--etcd-servers=http://127.0.0.1:${clients}`,
    ...apiServerArguments(folder, secure),
    `--cert-dir=${certificates}`,
    `--audit-log-path=${audit}`,
  ]);
  children.push(server);
  // The server signs its own certificate, whose file holds that of the signer too.
  const signer = (): string => readFileSync(join(certificates, 'apiserver.crt'), 'utf8');
  await server.answers(`${url}/readyz`, { withinMs: START_TIMEOUT_MS, signer });

  const kubeconfigFor = (bearer: string): string => {
    const path = join(folder, `kubeconfig-${randomUUID()}.yaml`);
    writeFileSync(path, kubeconfigText(url, signer(), bearer), { mode: 0o600 });
    return path;
  };
  const kubeconfig = kubeconfigFor(token);
  if (controllers.length > 0) {
    const [port = 0] = await freePorts(1);
    const manager = startChild(programs.controllerManager, managerArguments(folder, kubeconfig, port, controllers));
    children.push(manager);
    await manager.answers(`https://127.0.0.1:${port}/healthz`, { withinMs: START_TIMEOUT_MS, signer: 'anyone' });
  }
  const requests = (): readonly AuditedRequest[] => readRequests(audit);
  const key = readFileSync(join(certificates, 'apiserver.key'), 'utf8');
  const certificate = { cert: signer(), key };
  return { certificate, url, token, context: CONTEXT, kubeconfig, kubectl: programs.kubectl, kubeconfigFor, requests };
}

/** What exists before the server does: the key that signs tokens of ServiceAccounts, the administrator's token, what is audited. */
function writeKeys(folder: string, token: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const write = (name: string, text: string | Buffer): void => writeFileSync(join(folder, name), text, { mode: 0o600 });
  write('accounts.key', privateKey.export({ type: 'pkcs8', format: 'pem' }));
  write('accounts.pub', publicKey.export({ type: 'spki', format: 'pem' }));
  write('tokens.csv', `${token},administrator,administrator,"system:masters"\n`);
  const policy = {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['ResponseStarted', 'ResponseComplete', 'Panic'],
    rules: [{ level: 'Metadata' }],
  };
  write('audit-policy.json', JSON.stringify(policy));
}

/** Nothing has to outlive the machine's power: what is written is not waited for. */
function etcdArguments(folder: string, clients: number, peers: number): readonly string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=http://127.0.0.1:${clients}`,
    `--advertise-client-urls=http://127.0.0.1:${clients}`,
    `--listen-peer-urls=http://127.0.0.1:${peers}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peers}`,
    `--initial-cluster=default=http://127.0.0.1:${peers}`,
    '--unsafe-no-fsync=true',
    '--log-level=warn',
  ];
}

function apiServerArguments(folder: string, port: number): readonly string[] {
  return [
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    '--authorization-mode=RBAC',
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-signing-key-file=${join(folder, 'accounts.key')}`,
    `--service-account-key-file=${join(folder, 'accounts.pub')}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    `--audit-policy-file=${join(folder, 'audit-policy.json')}`,
    '--audit-log-mode=blocking',
  ];
}

function managerArguments(
  folder: string,
  kubeconfig: string,
  port: number,
  controllers: readonly string[],
): readonly string[] {
  return [
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'manager-certificates')}`,
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${join(folder, 'accounts.key')}`,
    '--leader-elect=false',
    '--use-service-account-credentials=false',
    `--controllers=${controllers.join(',')}`,
  ];
}

/** JSON is YAML. */
function kubeconfigText(server: string, signer: string, token: string): string {
  const authority = Buffer.from(signer).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': CONTEXT,
    contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user: CONTEXT } }],
    clusters: [{ name: CONTEXT, cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: CONTEXT, user: { token } }],
  });
}
