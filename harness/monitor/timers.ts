/** How long what takes an Airbyte of some version to notice that work has died, from its own timers (facts §3.3). Seconds. */
export interface Timers {
  /** What they are those of, for people. */
  readonly basis: string;
  /** From the death of whatever moves the data until the attempt is failed; undefined when this version never notices by itself. */
  readonly noticeSeconds: number | undefined;
  /** After this time without a sign, an attempt is looked at with suspicion. */
  readonly suspectSeconds: number;
  /** The longest that a job may stand between two attempts, or before its first, beyond what the retry policy prescribes. */
  readonly betweenSeconds: number;
  /** How long a job may be queued for capacity. */
  readonly queuedSeconds: number;
  /** No job may live longer. */
  readonly longestSeconds: number;
}

/** Heartbeat deadline 600 + a tick of the workload monitor 60 + the fallback poll when the end-of-workload signal is lost 900. */
const NOTICE_WITH_LOST_SIGNAL = 600 + 60 + 900;
/** 1.8 polls every minute. */
const NOTICE_1_8 = 600 + 60 + 60;
/** Five activity attempts of 120 s, with 30 + 60 + 120 + 240 s between them, then the restart delay of the workflow, 600 s. */
const BETWEEN = 5 * 120 + (30 + 60 + 120 + 240) + 600;
/** Deadlines created → claimed and claimed → launched, 30 min each. */
const QUEUED = 2 * 1800;
/** SYNC_JOB_MAX_TIMEOUT_DAYS = 3. */
const LONGEST = 3 * 86_400;

/** The timers of a version such as `2.1.0`; of one that is not known, the most patient. */
export function timersOf(version: string | undefined): Timers {
  const common = { betweenSeconds: BETWEEN, queuedSeconds: QUEUED, longestSeconds: LONGEST };
  const number = parseVersion(version);
  if (number === undefined) {
    const basis = `a version that is not known (${version ?? 'not told'}): the most patient timers`;
    return { ...common, basis, noticeSeconds: NOTICE_WITH_LOST_SIGNAL, suspectSeconds: NOTICE_WITH_LOST_SIGNAL };
  }
  const [major, minor] = number;
  const basis = `Airbyte ${version}`;
  const isMonitorOff = (major === 0 && minor >= 63) || (major === 1 && minor < 4);
  if (isMonitorOff) {
    return { ...common, basis, noticeSeconds: undefined, suspectSeconds: NOTICE_WITH_LOST_SIGNAL };
  }
  const seconds = major === 1 && minor >= 8 ? NOTICE_1_8 : NOTICE_WITH_LOST_SIGNAL;
  return { ...common, basis, noticeSeconds: seconds, suspectSeconds: seconds };
}

function parseVersion(version: string | undefined): readonly [number, number] | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)(?:\.|$)/.exec(version ?? '') ?? [];
  const number = [Number(major), Number(minor)] as const;
  // 0.0 is what builds without a version say.
  return major === undefined || number[0] + number[1] === 0 ? undefined : number;
}
