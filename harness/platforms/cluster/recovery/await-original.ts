import { setTimeout as delay } from 'node:timers/promises';
import type { ApiCredentials } from '../../../clients/monitor/api-credentials.ts';
import { monitorApi, type MonitorApi } from '../../../clients/monitor/monitor-api.ts';
import { healthReply } from '../../../clients/monitor/monitor-replies.ts';
import { formatMillis } from '../../../core/duration.ts';
import { ChaosError, describeError } from '../../../core/errors.ts';

/** So many good answers in a row: what comes back for a moment only has not come back. */
const GOOD_IN_A_ROW = 5;
const LOOK_EVERY_MS = 500;
/** Of one answer, in milliseconds. */
const ANSWER_MS = 10_000;

/** How the credentials of what a configuration names are read; asked again where that fails, since the cluster that holds them may just be coming back. */
export type CredentialsOf = (configFile: string) => Promise<ApiCredentials>;

export interface Original {
  /** `http://host:8001/api/v1` */
  readonly api: string;
  /** So long it may take, in milliseconds. */
  readonly withinMs: number;
  /** The path of the configuration, where its health asks who is there. */
  readonly config?: string;
}

/**
 * Waits until the API of the original answers well, by its body, several times in a row. Returns that in words.
 * @throws ChaosError `platform` with the last answer where it does not in its time; what the signal aborts with.
 */
export async function awaitOriginal(
  { api: address, withinMs, config }: Original,
  signal: AbortSignal,
  credentialsOf: CredentialsOf,
): Promise<string> {
  const startedAt = performance.now();
  const open = async (): Promise<MonitorApi> => {
    const credentials: ApiCredentials = config === undefined ? { kind: 'none' } : await credentialsOf(config);
    return monitorApi({ url: new URL(address), credentials, timeoutMs: ANSWER_MS, signal });
  };
  let api: MonitorApi | undefined;
  let good = 0;
  let bad = 'nobody has answered';
  try {
    while (performance.now() - startedAt < withinMs || good > 0) {
      const said = await healthWords(async () => (api ??= await open()));
      signal.throwIfAborted();
      const isGood = said === undefined;
      good = isGood ? good + 1 : 0;
      if (good === GOOD_IN_A_ROW) return `it answers well ${formatMillis(performance.now() - startedAt)} later`;
      if (!isGood) bad = said;
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  } finally {
    api?.close();
  }
  throw new ChaosError({
    code: 'platform',
    message: `What brings the original back was done, and the original does not answer well at ${new URL(address).origin}.`,
    afterMs: performance.now() - startedAt,
    lastState: bad,
    tryThis:
      'Bring it back by hand, then: npm run chaos -- cleanup. Where it only needs longer: recovery.originalWithin in the configuration.',
  });
}

/** Why the health is not good; undefined where it is. */
async function healthWords(open: () => Promise<MonitorApi>): Promise<string | undefined> {
  try {
    const called = await (await open()).get('/health', healthReply, { isOpen: true });
    if (!called.ok) return called.detail;
    return called.value.available ? undefined : 'it says that it is not available';
  } catch (error) {
    return describeError(error);
  }
}
