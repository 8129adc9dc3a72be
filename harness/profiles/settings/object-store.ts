import type { Component } from '../component.ts';
import type { ExternalService } from '../discovered-system.ts';
import type { SystemSettings } from './system-settings.ts';

/** Whose environment says where things are; the first that says so is believed. */
export const SPOKESMEN: readonly Component[] = [
  'server',
  'worker',
  'workload-launcher',
  'scheduler',
  'cron',
  'bootloader',
];

const TYPES = ['STORAGE_TYPE', 'WORKER_STATE_STORAGE_TYPE', 'WORKER_LOGS_STORAGE_TYPE'] as const;
const S3 = 'S3';
const GCS = 'Google Cloud Storage';
/** By what these are set to. */
const STORES: Readonly<Record<string, string>> = {
  s3: S3,
  gcs: GCS,
  azure: 'Azure Blob Storage',
  local: 'on local disks of this cluster, and in no object store',
};
const ADDRESSES = ['MINIO_ENDPOINT', 'S3_MINIO_ENDPOINT', 'STATE_STORAGE_MINIO_ENDPOINT'] as const;
/** Charts and manifests up to 0.40 name no type: the bucket that is named says it. */
const BUCKETS = [
  ['S3_LOG_BUCKET', S3],
  ['STATE_STORAGE_S3_BUCKET_NAME', S3],
  ['GCS_LOG_BUCKET', GCS],
  ['STATE_STORAGE_GCS_BUCKET_NAME', GCS],
] as const;

/** Where logs and states are kept, when that has no address in the environment. */
export function storeWithoutAddress(settings: SystemSettings): ExternalService | undefined {
  for (const variable of TYPES) {
    const said = settings.first(SPOKESMEN, variable);
    const where = STORES[said?.value.toLowerCase() ?? ''];
    if (said === undefined || where === undefined) continue;
    return store(where, `${variable}=${said.value} of the ${said.component}`);
  }
  if ([...TYPES, ...ADDRESSES].some((name) => settings.first(SPOKESMEN, name) !== undefined)) return undefined;
  for (const [variable, where] of BUCKETS) {
    const said = settings.first(SPOKESMEN, variable);
    if (said !== undefined) return store(where, `${variable} of the ${said.component}, and no address of a store`);
  }
  return undefined;
}

function store(where: string, because: string): ExternalService {
  return { what: 'object-store', address: undefined, where, because };
}
