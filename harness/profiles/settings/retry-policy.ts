import type { DiscoveredRetryPolicy } from '../discovered-system.ts';
import type { VersionFound } from '../generation.ts';
import { isAtLeast } from '../version.ts';
import type { SystemSettings } from './system-settings.ts';

/** From this version on the retry manager decides (table retry_states; facts: airbyte.md, section 3.2). */
const MANAGED_SINCE = '0.50.4';
const PREFIX = 'SYNC_JOB_RETRIES_';

interface Numbers {
  readonly value: number | undefined;
  readonly note: string | undefined;
}

/** How failed syncs are tried again, from the environment of the worker, with Airbyte's defaults where it sets nothing. */
export function findRetryPolicy(
  { generation, appVersion }: VersionFound,
  settings: SystemSettings,
): DiscoveredRetryPolicy {
  if (generation.is === 'reference') {
    return { policy: undefined, summary: 'As the stack is configured: RETRY_POLICY of the worker.', notes: [] };
  }
  const read = (name: string, byDefault: number): Numbers => readNumber(settings, name, byDefault);
  const isManaged = isAtLeast(appVersion, MANAGED_SINCE);
  if (isManaged === undefined) {
    return { policy: undefined, summary: 'Cannot be told: the version of Airbyte is not known.', notes: [] };
  }
  if (!isManaged) {
    const attempts = read('SYNC_JOB_MAX_ATTEMPTS', 3);
    const notes = attempts.note === undefined ? [] : [attempts.note];
    if (attempts.value === undefined) return { policy: undefined, summary: 'Cannot be told.', notes };
    return {
      policy: { kind: 'exponential', attempts: attempts.value, initialSeconds: 0, factor: 1, maxSeconds: 0 },
      summary: `${attempts.value} attempts, each at once after the one before.`,
      notes,
    };
  }
  const found = {
    completeSuccessive: read(`${PREFIX}COMPLETE_FAILURES_MAX_SUCCESSIVE`, 5),
    completeTotal: read(`${PREFIX}COMPLETE_FAILURES_MAX_TOTAL`, 10),
    partialSuccessive: read(`${PREFIX}PARTIAL_FAILURES_MAX_SUCCESSIVE`, 1000),
    partialTotal: read(`${PREFIX}PARTIAL_FAILURES_MAX_TOTAL`, isAtLeast(appVersion, '0.51') === true ? 20 : 10),
    minSeconds: read(`${PREFIX}COMPLETE_FAILURES_BACKOFF_MIN_INTERVAL_S`, 10),
    maxSeconds: read(`${PREFIX}COMPLETE_FAILURES_BACKOFF_MAX_INTERVAL_S`, 1800),
    base: read(`${PREFIX}COMPLETE_FAILURES_BACKOFF_BASE`, 3),
  };
  const notes = Object.values(found).flatMap(({ note }) => note ?? []);
  const { completeSuccessive, completeTotal, partialSuccessive, partialTotal, minSeconds, maxSeconds, base } = found;
  if (
    completeSuccessive.value === undefined ||
    completeTotal.value === undefined ||
    partialSuccessive.value === undefined ||
    partialTotal.value === undefined ||
    minSeconds.value === undefined ||
    maxSeconds.value === undefined ||
    base.value === undefined
  ) {
    return { policy: undefined, summary: 'Cannot be told.', notes };
  }
  const policy = {
    kind: 'airbyte',
    completeSuccessive: completeSuccessive.value,
    completeTotal: completeTotal.value,
    partialSuccessive: partialSuccessive.value,
    partialTotal: partialTotal.value,
    minSeconds: minSeconds.value,
    maxSeconds: maxSeconds.value,
    base: base.value,
  } as const;
  const waits = Array.from({ length: Math.max(0, policy.completeSuccessive - 1) }, (_, index) =>
    Math.min(policy.maxSeconds, policy.minSeconds * policy.base ** index),
  );
  const shown = waits.length > 6 ? [...waits.slice(0, 6), '…'] : waits;
  return {
    policy,
    summary:
      `At most ${policy.completeSuccessive} attempts in a row and ${policy.completeTotal} in all that commit nothing, ` +
      `${policy.partialTotal} that commit something; waits of ${shown.join(', ')} s after the former, none after the latter.`,
    notes,
  };
}

function readNumber(settings: SystemSettings, name: string, byDefault: number): Numbers {
  const setting = settings.of('worker', name);
  switch (setting.is) {
    case 'unset':
      return { value: byDefault, note: undefined };
    case 'unknown':
      return { value: undefined, note: `${name}: ${setting.reason}` };
    case 'set': {
      const value = Number(setting.value);
      if (!Number.isFinite(value) || value < 0)
        return { value: undefined, note: `${name}=${setting.value} is no number` };
      return { value, note: value === byDefault ? undefined : `${name}=${value} (default ${byDefault})` };
    }
    default:
      return setting satisfies never;
  }
}
