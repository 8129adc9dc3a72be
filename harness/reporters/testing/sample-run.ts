import type { RunEvent } from '../../core/events.ts';
import { journalSchema, type Journal } from '../../core/journal.ts';
import { RecordBuilder } from './record-builder.ts';
import { addRun } from './sample-events.ts';
import { judge } from './sample-journal.ts';
import { failing, passing, plainShape, undecided, type SampleShape } from './sample-shape.ts';

export interface SampleRun {
  readonly journal: Journal;
  readonly events: readonly RunEvent[];
}

/** A run as `worker_failure` leaves it: made up, but consistent between events and journal. */
export function sampleRun(changes: Partial<SampleShape> = {}): SampleRun {
  const shape = { ...plainShape, ...changes };
  const record = new RecordBuilder();
  addRun(record, shape);
  const events = record.build();
  return { events, journal: journalSchema.parse(judge(record, shape, events.length)) };
}

export const failingRun = (): SampleRun => sampleRun({ trials: [failing] });
export const unknownRun = (): SampleRun => sampleRun({ trials: [undecided] });
/** Refused before the fault: there is no trial. */
export const refusedRun = (): SampleRun => sampleRun({ trials: [] });

/** Four trials that pass and one, the fourth, that does not. */
export function fiveTrials(): SampleRun {
  let offsetSeconds = 0;
  const trials = [0, 1.7, -0.9, 'fail', 3.2].map((change, n) => {
    const base = typeof change === 'string' ? failing : shifted(change);
    const trial = { ...base, trial: n + 1, offsetSeconds };
    offsetSeconds += base.endSeconds + 20;
    return trial;
  });
  return sampleRun({ trials });
}

function shifted(by: number): typeof passing {
  const recovered = { previous: passing.recovered.previous + by, seen: passing.recovered.seen + by };
  return { ...passing, recovered };
}

/** What an attacker could put into names, answers and failures, for HTML, scripts, XML and Markdown. */
export const HOSTILE =
  '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'`]]><!-- \u2028\u0000\u001b[31m\u202E| **b** [l](javascript:alert(3)) @here https://evil.example/';

/** A run whose system under test has hostile names everywhere. */
export function hostileRun(): SampleRun {
  return sampleRun({
    title: `title ${HOSTILE}`,
    proves: `proves ${HOSTILE}`,
    connection: `connection ${HOSTILE}`,
    worker: `worker ${HOSTILE}`,
    failure: `failure ${HOSTILE}`,
    badNote: `note ${HOSTILE}`,
    headline: `headline ${HOSTILE}`,
    command: `npm run chaos -- ${HOSTILE}`,
    trials: [failing],
  });
}

/** A run with more than 100,000 samples. */
export const longRun = (): SampleRun => sampleRun({ trials: [{ ...passing, endSeconds: 410 }], samplesPerSecond: 65 });
