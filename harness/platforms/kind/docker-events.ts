import { execa } from 'execa';
import { PRIMARY } from './clusters.ts';

const FILTERS = ['type=container', 'event=start', 'event=die', 'event=pause', 'event=unpause'];

/** Calls `look` at once and at every change of a container that the filter matches, until the signal aborts. @throws when the events end before. */
export async function followDocker(filter: string, signal: AbortSignal, look: () => Promise<void>): Promise<void> {
  const events = execa(
    'docker',
    ['events', '--format', '{{.ID}} {{.Status}}', ...[...FILTERS, filter].flatMap((one) => ['--filter', one])],
    {
      // The mark by which cleanup finds it: it outlives a harness that is killed, until Docker has an event for it.
      env: { CHAOS_STACK_ID: PRIMARY.name },
      cancelSignal: signal,
      reject: false,
      buffer: false,
    },
  );
  await look();
  for await (const event of events) if (event !== '') await look();
  signal.throwIfAborted();
  throw new Error((await events).stderr ?? 'docker events ended');
}
