import { readLook, type LookOptions } from '../../clients/monitor/read-look.ts';
import { monitorApi, type MonitorApiOptions } from '../../clients/monitor/monitor-api.ts';
import type { AirbyteLook } from '../../core/airbyte-look.ts';
import { dueFires } from '../../monitor/due-fires.ts';
import { findMissedSchedules } from '../../monitor/find-missed-schedules.ts';
import { indexLook } from '../../monitor/jobs.ts';
import type { ExistingLook } from '../../workload/index.ts';

const DAY_MS = 86_400_000;
/** Jobs of so many days are compared; those that have not ended always. The look afterwards goes further back, so that it shows all that the first did. */
const BEFORE_MS = 3 * DAY_MS;
const AFTER_MS = 4 * DAY_MS;

export interface SiteLooksOptions extends Omit<MonitorApiOptions, 'url'> {
  /** The API before and after. */
  readonly before: URL;
  readonly after: URL;
}

/** The looks at an Airbyte before its site is lost and after it was recovered. */
export function openSiteLooks({ before, after, ...options }: SiteLooksOptions): {
  readonly before: ExistingLook;
  readonly after: ExistingLook;
  close(): void;
} {
  const { timeoutMs, signal } = options;
  const apis = { before: monitorApi({ ...options, url: before }), after: monitorApi({ ...options, url: after }) };
  const look: Omit<LookOptions, 'windowMs'> = { healthTimeoutMs: timeoutMs, timeoutMs, signal };
  return {
    before: { read: () => readLook(apis.before, { ...look, windowMs: BEFORE_MS }), overdueIn, dueIn: dueFires },
    after: { read: () => readLook(apis.after, { ...look, windowMs: AFTER_MS }), overdueIn, dueIn: dueFires },
    close() {
      apis.before.close();
      apis.after.close();
    },
  };
}

const overdueIn: ExistingLook['overdueIn'] = (look: AirbyteLook) =>
  findMissedSchedules(indexLook(look), undefined).flatMap(({ verdict, severity, summary, connectionId = '' }) =>
    verdict === 'problem' && severity === 'critical' ? [{ connectionId, sentence: summary }] : [],
  );
