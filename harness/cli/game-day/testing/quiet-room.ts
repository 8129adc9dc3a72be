import type { HarnessProgram } from '../program.ts';
import { StopSwitch, type Room } from '../room.ts';

/** A room in which nothing is shown and nobody is asked, but for what a test changes. */
export function quietRoom(changes: Partial<Room> = {}): Room {
  return {
    attended: false,
    say: () => undefined,
    showStatus: () => undefined,
    ask: () => Promise.reject(new Error('nobody is asked')),
    stop: new StopSwitch(),
    leaving: new AbortController().signal,
    close: () => undefined,
    ...changes,
  };
}

/** A program of which nothing is started but what `run` plays. */
export function quietProgram(run: HarnessProgram['run']): HarnessProgram {
  return { standIn: null, start: () => ({ identity: undefined, exitCode: Promise.resolve(0) }), run };
}
