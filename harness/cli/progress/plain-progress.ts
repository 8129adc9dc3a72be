import type { RunEvent } from '../../core/events.ts';
import { withoutRepeats } from './sentences.ts';

/** Shows a run while it goes on. */
export interface Progress {
  show(event: RunEvent): void;
  close(): void;
}

/** One line an event with the time since the start: for logs and CI. */
export function plainProgress(write: (text: string) => void): Progress {
  const sentence = withoutRepeats();
  return {
    show(event) {
      const text = sentence(event);
      if (text !== undefined) write(`[${(event.t / 1000).toFixed(1).padStart(6)} s] ${text}\n`);
    },
    close: () => undefined,
  };
}
