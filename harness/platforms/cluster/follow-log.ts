import type { KubeConfig } from '@kubernetes/client-node';
import { openGet, readOptions, RefusedRequest, serverOf } from './read-json.ts';

/** Of a log that is followed as much is kept as fits in here, the end of it, in characters. */
const KEPT = 1_000_000;
const OK = 200;

/** The log of a container, while it is written. */
export interface FollowedLog {
  /** Its end, once the container has ended. @throws whatever broke it off; a log that broke off is none. */
  readonly text: Promise<string>;
}

/** Opens a log, and returns once the API server has begun to give it. @throws what the API server answers, as the library's own errors are. */
export type FollowLog = (pod: string, container: string) => Promise<FollowedLog>;

/**
 * Follows logs of pods with GET, and with nothing else, from a few lines before now on.
 * @param signal ends what is followed
 * @throws ChaosError `config` for credentials that cannot be used.
 */
export async function logFollower(config: KubeConfig, namespace: string, signal: AbortSignal): Promise<FollowLog> {
  const options = await readOptions(config);
  return (pod, container) => {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
    const url = new URL(`${serverOf(config)}${path}`);
    url.search = new URLSearchParams({ container, follow: 'true', tailLines: '100' }).toString();
    return new Promise((resolve, reject) => {
      const request = openGet(url, { ...options, signal }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text = (text + chunk).slice(-KEPT)));
        if (response.statusCode !== OK) {
          response.on('end', () => reject(new RefusedRequest(response, text)));
          response.on('error', reject);
          return;
        }
        const whole = new Promise<string>((done, broken) => {
          response.on('end', () => done(text));
          response.on('error', broken);
        });
        whole.catch(() => undefined); // whoever opened it asks for it when it is needed
        resolve({ text: whole });
      });
      request.on('error', (cause) => reject(new TypeError('no connection', { cause })));
    });
  };
}
