import { ChaosError, describeError } from '../core/errors.ts';
import type { Endpoint } from '../core/platform.ts';

/** One object of a bucket. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** By the clock of the store. */
  readonly modifiedAt: Date;
}

/** A bucket of an S3-compatible store. Every call throws ChaosError `client` when the store does not do what it was asked. */
export interface Bucket {
  /** All objects whose key begins with `prefix`, in the order of their keys. */
  list(prefix: string): Promise<readonly StoredObject[]>;
  get(key: string): Promise<Buffer>;
  /** Without a type of its content (`text/html`) a browser saves it instead of showing it. */
  put(key: string, content: Uint8Array, contentType?: string): Promise<void>;
  remove(key: string): Promise<void>;
  close(): void;
}

/** Where an S3-compatible store is; `https` where it says so. */
export type StoreAddress = Endpoint & { readonly isSecure?: boolean };

export interface BucketOptions {
  /** Of an S3-compatible store; else as the SDK is configured: `AWS_ENDPOINT_URL`, or Amazon's own. */
  readonly at?: StoreAddress;
  readonly region?: string;
  readonly bucket: string;
  /** Else what the SDK finds: in the environment, in files, or as the identity of the pod. */
  readonly accessKey?: string;
  readonly secretKey?: string;
}

/** A store of our own has no regions; any name will do for it. */
const REGION = 'us-east-1';

/** Opens a bucket; the SDK is loaded here and nowhere else. */
export async function openBucket({ at, region, bucket, accessKey, secretKey }: BucketOptions): Promise<Bucket> {
  const s3 = await import('@aws-sdk/client-s3');
  const isKeyed = accessKey !== undefined && secretKey !== undefined;
  const client = new s3.S3Client({
    ...(at === undefined ? {} : { endpoint: `${at.isSecure === true ? 'https' : 'http'}://${at.host}:${at.port}` }),
    // Without a store of our own the SDK reads the variable itself.
    ...(region === undefined && at === undefined && process.env['AWS_REGION'] !== undefined
      ? {}
      : { region: region ?? REGION }),
    // Amazon's own takes both forms; others have no name for each bucket.
    forcePathStyle: at !== undefined || process.env['AWS_ENDPOINT_URL'] !== undefined,
    ...(isKeyed ? { credentials: { accessKeyId: accessKey, secretAccessKey: secretKey } } : {}),
    maxAttempts: 2,
  });
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      const message = `The object store could not ${what} (bucket ${bucket}): ${describeError(cause)}.`;
      throw new ChaosError({ code: 'client', message, cause });
    }
  };
  return {
    list: (prefix) =>
      attempt(`list ${prefix || 'everything'}`, async () => {
        const objects: StoredObject[] = [];
        for await (const page of s3.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
          for (const { Key, Size, LastModified } of page.Contents ?? [])
            if (Key !== undefined)
              objects.push({ key: Key, bytes: Size ?? 0, modifiedAt: LastModified ?? new Date(Number.NaN) });
        }
        return objects;
      }),
    get: (key) =>
      attempt(`read ${key}`, async () => {
        const { Body } = await client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: key }));
        if (Body === undefined) throw new Error('it has no content');
        return Buffer.from(await Body.transformToByteArray());
      }),
    put: (key, content, contentType) =>
      attempt(`write ${key}`, async () => {
        const type = contentType === undefined ? {} : { ContentType: contentType };
        await client.send(new s3.PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ...type }));
      }),
    remove: (key) =>
      attempt(`delete ${key}`, async () => {
        await client.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key: key }));
      }),
    close: () => client.destroy(),
  };
}
