/**
 * The two objects by which the k6 operator puts load on an API, as they are made and as they are read (grafana/k6-operator at e2c9571a: api/v1alpha1/testrun_types.go,
 * internal/controller, pkg/resources/jobs).
 */
import { z } from 'zod';
import type { ClusterConfig } from '../cluster-config.ts';
import type { Reference } from '../config-reference.ts';
import { ownLabels, ownSelector, runOfLabels } from '../own-objects.ts';
import { PROTECTED_LABEL, type Labels } from '../policy.ts';

export const K6_GROUP = 'k6.io';
export const K6_VERSION = 'v1alpha1';
export const TEST_RUNS = 'testruns';

/** Whatever becomes of the harness, k6 ends by itself after so long. The slots of its summary come again after 30 min. */
export const LASTS_MINUTES = 28;
const SCRIPT_FILE = 'api.ts';

/** The load of one trial of a run. */
export interface LoadRequest {
  readonly runId: string;
  readonly trial: number;
  /** The text of the k6 script. */
  readonly script: string;
}

/** Of a configuration, what the objects are made from. */
export type LoadConfig = Pick<ClusterConfig, 'namespace' | 'load' | 'endpoints' | 'credentials'>;

/** `chaos-load-20261128t185623z-7f3a-1`: short enough for what the operator makes names of, and the same whenever it is worked out. */
export function loadName(runId: string, trial: number): string {
  const time = runId.slice(0, '2026-11-28T18-56-23Z'.length).replaceAll('-', '').toLowerCase();
  return `chaos-load-${time}-${runId.slice(-4)}-${trial}`;
}

/** The script, where pods can read it. There is nothing secret in it. */
export function scriptObject({ namespace }: LoadConfig, { runId, trial, script }: LoadRequest): object {
  const metadata = { name: loadName(runId, trial), namespace, labels: ownLabels(runId) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [SCRIPT_FILE]: script } };
}

/** What has the operator start as many runners as the configuration says. Credentials are named by their secrets. */
export function testRunObject(config: LoadConfig, { runId, trial }: Omit<LoadRequest, 'script'>): object {
  const { namespace, load, endpoints, credentials } = config;
  const name = loadName(runId, trial);
  const labels = ownLabels(runId);
  const amount = [
    { name: 'RATE', value: String(load?.ratePerSecond ?? 0) },
    { name: 'DURATION', value: `${LASTS_MINUTES}m` },
  ];
  const pod = podOf(load?.image, labels);
  const { token, clientId, clientSecret, username, password } = credentials.api ?? {};
  return {
    apiVersion: `${K6_GROUP}/${K6_VERSION}`,
    kind: 'TestRun',
    metadata: { name, namespace, labels },
    spec: {
      parallelism: load?.runners ?? 1,
      script: { configMap: { name, file: SCRIPT_FILE } },
      runner: {
        ...pod,
        env: [
          ...amount,
          { name: 'BASE_URL', value: (load?.url ?? endpoints.api ?? '').replace(/\/(api\/v1)?\/*$/, '') },
          { name: 'SUMMARY', value: 'log' },
          { name: 'K6_LOG_FORMAT', value: 'raw' },
          { name: 'K6_NO_USAGE_REPORT', value: 'true' },
          ...secretVariable('API_TOKEN', token),
          ...secretVariable('CLIENT_ID', clientId),
          ...secretVariable('CLIENT_SECRET', clientSecret),
          ...secretVariable('API_USERNAME', username),
          ...secretVariable('API_PASSWORD', password),
        ],
      },
      // It makes an archive of the script with all its variables: no secret is among them.
      initializer: { ...pod, env: amount },
      starter: podOf(load?.starterImage, labels),
    },
  };
}

/** As Pod Security `restricted` wants it, and of no component. */
function podOf(image: string | undefined, labels: Labels): object {
  return {
    ...(image === undefined ? {} : { image }),
    metadata: { labels: { ...labels, [PROTECTED_LABEL]: 'true' } },
    automountServiceAccountToken: 'false',
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containerSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
}

function secretVariable(name: string, reference: Reference | undefined): readonly object[] {
  return reference?.secret === undefined ? [] : [{ name, valueFrom: { secretKeyRef: reference.secret } }];
}

const metadata = z.object({
  name: z.string(),
  uid: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
});
export const testRunSchema = z.object({
  metadata,
  status: z.object({ stage: z.string().default('') }).prefault({}),
});
export const objectList = z.object({ items: z.array(z.object({ metadata })) });
export type OwnObject = z.infer<typeof metadata>;

/** The run that made a load; undefined for whatever does not say so to the letter, by name and labels. */
export function runOfLoad({ name, labels }: Pick<OwnObject, 'name' | 'labels'>): string | undefined {
  const runId = runOfLabels(labels);
  if (runId === undefined) return undefined;
  const trial = /-(\d+)$/.exec(name)?.[1];
  return trial !== undefined && name === loadName(runId, Number(trial)) ? runId : undefined;
}

/** Selects the pods that send the requests of a load, as the operator labels them. */
export function runnersOf(name: string): string {
  return `app=k6,k6_cr=${name},runner=true`;
}

/** Selects all pods of a load: what checks the script, what starts the runners, and the runners. */
export function podsOfLoad(name: string): string {
  return `app=k6,k6_cr=${name}`;
}

/** Selects all pods of all loads of a run, or of any run. */
export function podsOfRuns(runId: string | undefined): string {
  return `app=k6,${ownSelector(runId)}`;
}
