import type { Bounds } from '../../core/bounds.ts';
import type { Journal, Trial } from '../../core/journal.ts';
import type { Quantity } from './compare-quantity.ts';

type Read = (trial: Trial) => Bounds | null;
type Seconds = Trial['recovery']['measuredSeconds'];

/** Everything of two journals of one scenario that is a number: times, losses, outages. */
export function quantitiesOf(before: Journal, after: Journal): Quantity[] {
  const trials = [...before.trials, ...after.trials];
  const quantity = (
    group: Quantity['group'],
    id: string,
    title: string,
    unit: Quantity['unit'],
    read: Read,
  ): Quantity => ({ group, id, title, unit, before: before.trials.map(read), after: after.trials.map(read) });
  const milestones = new Map(
    trials
      .flatMap((trial) => trial.milestones)
      // The injection is the zero of the others, and what ends the recovery is the recovery time.
      .filter(({ id, endsRecovery }) => id !== 'injected' && !endsRecovery)
      .map(({ id, title }) => [id, title]),
  );
  const probes = [...new Set(trials.flatMap((trial) => trial.outages.map(({ probe }) => probe)))].toSorted();
  return [
    quantity('recovery', 'recovery', 'Recovery time', 's', (trial) => boundsOf(trial.recovery.measuredSeconds)),
    ...[...milestones].map(([id, title]) => quantity('milestones', id, title, 's', milestone(id))),
    quantity('losses', 'missing-records', 'Missing records', 'count', missingRecords),
    quantity('losses', 'extra-copies', 'Records delivered again', 'count', extraCopies),
    quantity('losses', 'lost-writes', 'Lost acknowledged writes', 'count', lostWrites),
    quantity('losses', 'recovery-point', 'Recovery point', 's', recoveryPoint),
    ...probes.flatMap((probe) => [
      quantity('outages', `outages of ${probe}`, `Outages of ${probe}`, 'count', (trial) =>
        exactly(trial.outages.filter((outage) => outage.probe === probe).length),
      ),
      quantity('outages', `downtime of ${probe}`, `Downtime of ${probe}`, 's', downtime(probe)),
    ]),
  ];
}

function boundsOf(seconds: Seconds): Bounds | null {
  if (seconds === null) return null;
  return { low: seconds.low, best: seconds.best ?? Infinity, high: seconds.high ?? Infinity };
}

function exactly(value: number): Bounds {
  return { low: value, best: value, high: value };
}

function milestone(id: string): Read {
  return (trial) => boundsOf(trial.milestones.find((candidate) => candidate.id === id)?.sinceFaultSeconds ?? null);
}

/** Null when a destination was not read to its end: then nothing is known of what is missing. */
function missingRecords({ deliveries }: Trial): Bounds | null {
  const isUnread = deliveries.some(({ produced, delivered }) => produced > 0 && delivered === 0);
  if (deliveries.length === 0 || isUnread) return null;
  return exactly(deliveries.reduce((sum, { missing }) => sum + missing, 0));
}

function extraCopies({ deliveries }: Trial): Bounds | null {
  if (deliveries.length === 0) return null;
  return exactly(deliveries.reduce((sum, delivery) => sum + delivery.extraCopies, 0));
}

function lostWrites({ ledgers }: Trial): Bounds | null {
  if (ledgers.length === 0 || ledgers.some(({ isRead }) => !isRead)) return null;
  return exactly(ledgers.reduce((sum, { lost }) => sum + lost, 0));
}

function recoveryPoint({ ledgers }: Trial): Bounds | null {
  const spans = ledgers.map(({ recoveryPointSeconds }) => recoveryPointSeconds);
  if (spans.length === 0 || spans.includes(null)) return null;
  return exactly(Math.max(...spans.map((span) => span ?? 0)));
}

/** The outages of a trial added up, each with its bounds. */
function downtime(probe: string): Read {
  return (trial) =>
    trial.outages
      .filter((outage) => outage.probe === probe)
      .reduce<Bounds>(
        (sum, { durationSeconds: { low, best, high } }) => ({
          low: sum.low + low,
          best: sum.best + (best ?? Infinity),
          high: sum.high + (high ?? Infinity),
        }),
        exactly(0),
      );
}
