import { ChaosError } from '../../core/errors.ts';
import { openLines, openLog, openTerminal, type Terminal } from './terminal.ts';

/** A question to the room. What `accept` does not take for an answer is an observation. */
export interface Question<Answer> {
  readonly text: string;
  accept(line: string): Answer | undefined;
  /** Takes the question back. */
  readonly until?: AbortSignal;
}

/** The people of a game day, at a terminal or nobody at all. */
export interface Room {
  readonly attended: boolean;
  say(text: string): void;
  /** One line that is redrawn: a countdown, what is going on. */
  showStatus(text: string | undefined): void;
  /** @throws ChaosError `interrupted` when the day is left before there is an answer, or the reason for which the question is taken back. */
  ask<Answer>(question: Question<Answer>): Promise<Answer>;
  /** Takes effect on whatever is armed; see {@link StopSwitch}. */
  readonly stop: StopSwitch;
  /** Aborts when the process is to end: the terminal is gone, or SIGTERM came. */
  readonly leaving: AbortSignal;
  close(): void;
}

/** The stop key ends what is armed at that moment: a countdown, a scenario. */
export class StopSwitch {
  #armed: AbortController | undefined;

  /** From now on the key aborts this signal. */
  arm(): AbortSignal {
    this.#armed = new AbortController();
    return this.#armed.signal;
  }

  disarm(): void {
    this.#armed = undefined;
  }

  /** False when there was nothing to stop. */
  press(by: 'key' | 'signal'): boolean {
    if (this.#armed === undefined) return false;
    this.#armed.abort(by);
    return true;
  }
}

export interface RoomOptions {
  readonly attended: boolean;
  /** Something that was typed and is no answer. */
  readonly onObservation: (text: string) => void;
}

interface Pending {
  /** False when the line is no answer. */
  readonly take: (line: string) => boolean;
}

/** Opens the room; `close` gives the terminal back as it was. */
export function openRoom({ attended, onObservation }: RoomOptions): Room {
  const stop = new StopSwitch();
  const leaving = new AbortController();
  let status: string | undefined;
  let pending: Pending | undefined;

  const leave = (): void => leaving.abort(new ChaosError({ code: 'interrupted', message: 'The game day was left.' }));
  const onLine = (line: string): void => {
    if (pending?.take(line) === true || line === '') return;
    // Somebody who types the word means the key.
    if (pending === undefined && /^(abort|stop)$/i.test(line)) onStop('key');
    else onObservation(line);
  };
  const onStop = (by: 'key' | 'signal'): void => {
    if (stop.press(by)) return;
    if (!attended) leave();
    else terminal.write('  Nothing is running that could be stopped. Type abort to end the day, break for a break.');
  };
  const listener = { onLine, onStopKey: () => onStop('key'), onEnd: leave };
  const terminal: Terminal = attended
    ? process.stdin.isTTY && process.stdout.isTTY
      ? openTerminal(listener)
      : openLines(listener)
    : openLog();
  const onSigint = (): void => onStop('signal');
  process.on('SIGINT', onSigint);
  for (const name of ['SIGTERM', 'SIGHUP'] as const) process.on(name, leave);
  const show = (): void => terminal.show(status, pending === undefined ? undefined : '›');

  return {
    attended,
    stop,
    leaving: leaving.signal,
    say: (text) => terminal.write(text),
    showStatus(text) {
      status = text;
      show();
    },
    ask: (question) =>
      new Promise((resolve, reject) => {
        const { until } = question;
        const ends = until === undefined ? leaving.signal : AbortSignal.any([leaving.signal, until]);
        const onLeave = (): void => finish(() => reject(ends.reason));
        function finish(then: () => void): void {
          pending = undefined;
          ends.removeEventListener('abort', onLeave);
          show();
          then();
        }
        if (ends.aborted) return reject(ends.reason);
        ends.addEventListener('abort', onLeave);
        terminal.write(question.text);
        pending = {
          take(line) {
            const answer = question.accept(line);
            if (answer === undefined) return false;
            terminal.write(`› ${line}`);
            finish(() => resolve(answer));
            return true;
          },
        };
        show();
      }),
    close() {
      process.off('SIGINT', onSigint);
      for (const name of ['SIGTERM', 'SIGHUP'] as const) process.off(name, leave);
      terminal.close();
    },
  };
}
