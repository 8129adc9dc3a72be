/**
 * The only variables whose values are ever kept. Everything else that containers and ConfigMaps hold is dropped where it is read, before anything can
 * print it: a password is as often in `value:` as in a Secret.
 */
const PLAIN: ReadonlySet<string> = new Set([
  'CONTAINER_ORCHESTRATOR_ENABLED',
  'JOB_KUBE_NAMESPACE',
  'SYNC_JOB_MAX_ATTEMPTS',
  'SYNC_JOB_RETRIES_COMPLETE_FAILURES_MAX_SUCCESSIVE',
  'SYNC_JOB_RETRIES_COMPLETE_FAILURES_MAX_TOTAL',
  'SYNC_JOB_RETRIES_COMPLETE_FAILURES_BACKOFF_MIN_INTERVAL_S',
  'SYNC_JOB_RETRIES_COMPLETE_FAILURES_BACKOFF_MAX_INTERVAL_S',
  'SYNC_JOB_RETRIES_COMPLETE_FAILURES_BACKOFF_BASE',
  'SYNC_JOB_RETRIES_PARTIAL_FAILURES_MAX_SUCCESSIVE',
  'SYNC_JOB_RETRIES_PARTIAL_FAILURES_MAX_TOTAL',
  'ACTIVITY_MAX_TIMEOUT_SECOND',
  'WORKFLOW_FAILURE_RESTART_DELAY_SECONDS',
  'WORKLOAD_MONITOR_ENABLED',
  'WORKLOAD_API_HEARTBEAT_INTERVAL_SECONDS',
  'WORKLOAD_API_HEARTBEAT_TIMEOUT_SECONDS',
  'STORAGE_TYPE',
  'WORKER_LOGS_STORAGE_TYPE',
  'WORKER_STATE_STORAGE_TYPE',
  'S3_LOG_BUCKET',
  'STATE_STORAGE_S3_BUCKET_NAME',
  'GCS_LOG_BUCKET',
  'STATE_STORAGE_GCS_BUCKET_NAME',
  'TEMPORAL_CLOUD_ENABLED',
]);

/** Variables that hold an address, of which user, password, path and query are left out. */
const ADDRESSES: ReadonlySet<string> = new Set([
  'DATABASE_HOST',
  'DATABASE_URL',
  'TEMPORAL_HOST',
  'MINIO_ENDPOINT',
  'S3_MINIO_ENDPOINT',
  'STATE_STORAGE_MINIO_ENDPOINT',
  'WORKLOAD_API_HOST',
]);

/** Longer than any number, name or address that is read. */
const LONGEST = 253;
/** What may stand in a number, a name or a list of types. */
const HARMLESS = /^[\w.:-]*$/;

/** True for the names of which {@link keepValue} keeps anything. */
export function isReadName(name: string): boolean {
  return PLAIN.has(name) || ADDRESSES.has(name);
}

/** What may be kept of a variable's value; undefined where that is nothing. */
export function keepValue(name: string, value: string): string | undefined {
  if (ADDRESSES.has(name)) return addressIn(value);
  return PLAIN.has(name) && value.length <= LONGEST && HARMLESS.test(value) ? value : undefined;
}

/** `host` or `host:port` of a URL, a JDBC URL or a plain address; undefined where it is not certain which part of it that is. */
function addressIn(value: string): string | undefined {
  if (value === '') return value;
  const scheme = value.indexOf('//');
  const [authority = '', ...rest] = (scheme < 0 ? value : value.slice(scheme + 2)).split(/[/?#]/);
  // A password may hold any of these signs: with an @ behind them the authority may end elsewhere.
  if (rest.some((part) => part.includes('@'))) return undefined;
  const address = authority.slice(authority.lastIndexOf('@') + 1);
  return address.length <= LONGEST && /^[\w.-]+(:\d+)?$/.test(address) ? address : undefined;
}
