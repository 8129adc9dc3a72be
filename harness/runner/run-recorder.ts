import type { EventBody, RunEvent } from '../core/events.ts';
import type { Recorder } from '../core/scenario.ts';
import type { RecordWriter } from '../store/record-writer.ts';

/** The record of a run while it grows: one writer, the events so far, and those who want to hear of new ones. */
export class RunRecorder {
  readonly #writer: RecordWriter;
  readonly #listeners = new Set<(event: RunEvent) => void>();
  readonly events: RunEvent[] = [];

  constructor(writer: RecordWriter) {
    this.#writer = writer;
  }

  append(body: EventBody, trial: number): RunEvent {
    const event = this.#writer.append(body, trial);
    this.events.push(event);
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  onEvent(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The view of one trial; 0 for what all trials share. */
  forTrial(trial: number): Recorder {
    return { append: (body) => this.append(body, trial), onEvent: (listener) => this.onEvent(listener) };
  }

  /** Hands the record to the disk: before a fault, and at the end. */
  sync(): void {
    this.#writer.sync();
  }

  close(): void {
    this.#writer.close();
  }
}
