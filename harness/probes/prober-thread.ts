/** The prober's own thread: nothing that the rest of the harness does can delay a sample here. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../core/clock.ts';
import { ChaosError } from '../core/errors.ts';
import { ProbeEngine } from './probe-engine.ts';
import type { FromProber, ProberStart, ToProber } from './prober-messages.ts';

const port = parentPort;
if (port === null) {
  throw new ChaosError({ code: 'internal', message: 'The prober thread was started as a program of its own.' });
}
const tell = (message: FromProber, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

takePrecedence();
const { originNs, probes }: ProberStart = workerData; // written by prober.ts alone
const engine = new ProbeEngine({
  clock: systemClock(originNs),
  onBatch: (batch) => tell({ type: 'samples', batch }, [batch.numbers.buffer]),
  onHealth: (health) => tell({ type: 'health', health }),
});

async function remove(number: number): Promise<void> {
  await engine.remove(number);
  tell({ type: 'removed', number });
}

async function stop(): Promise<void> {
  await engine.stop();
  tell({ type: 'stopped' });
  port?.close();
}

port.on('message', (message: ToProber) => {
  switch (message.type) {
    case 'add':
      void engine.add(message.number, message.spec);
      break;
    case 'remove':
      void remove(message.number);
      break;
    case 'stop':
      void stop();
      break;
    default:
      message satisfies never;
  }
});

await Promise.all(probes.map(({ number, spec }) => engine.add(number, spec)));
tell({ type: 'ready' });

/**
 * Puts this thread before others where that is allowed (as root or with CAP_SYS_NICE): on Linux the call is about the
 * calling thread alone. It takes little time but needs it on time, also while the system under test takes all there is.
 */
function takePrecedence(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(constants.priority.PRIORITY_HIGH);
  } catch {
    // Not allowed: the prober's own delay is measured and reported either way.
  }
}
