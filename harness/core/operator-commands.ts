/** Commands of the operator's own: what they are, and how they ended. */
export interface OperatorCommand {
  /** Also the name of its log. */
  readonly id: string;
  readonly title: string;
  /** The program and its words. */
  readonly command: readonly string[];
  /** After so long it is ended, in milliseconds. */
  readonly withinMs: number;
  readonly owner?: string | undefined;
}

/** How a command ended. */
export interface CommandEnd {
  readonly outcome: 'ended' | 'timed-out' | 'stopped' | 'not-started';
  /** With 0 it did what it should; undefined where a signal ended it, or it was not started. */
  readonly code: number | undefined;
  /** The signal that ended it, or why it could not be started. */
  readonly reason: string | undefined;
  /** What it said last, without secrets. */
  readonly lastLine: string;
}

/** A command that runs. */
export interface StartedCommand {
  /** Never rejects. */
  readonly ended: Promise<CommandEnd>;
}

/** Starts commands of the operator, one at a time, in the folder of the configuration, with the variables that it names and no others. */
export interface OperatorCommands {
  /** Resolves when it runs, or could not be started. When the signal aborts, it is ended with its process group. */
  start(command: OperatorCommand, signal: AbortSignal): Promise<StartedCommand>;
}

/** True when a command did what it should. */
export function isDone({ outcome, code }: CommandEnd): boolean {
  return outcome === 'ended' && code === 0;
}

/** How a command ended, in words; what it said last is part of it. */
export function describeCommandEnd({ outcome, code, reason, lastLine }: CommandEnd): string {
  const said = lastLine === '' ? '' : `: ${lastLine}`;
  switch (outcome) {
    case 'ended':
      return `ended with ${code === undefined ? (reason ?? 'a signal') : `exit code ${code}`}${said}`;
    case 'timed-out':
      return `was not over in its time, and was ended${said}`;
    case 'stopped':
      return `was ended because the run was${said}`;
    case 'not-started':
      return `could not be started: ${reason ?? 'no reason given'}`;
    default:
      return outcome satisfies never;
  }
}
