import type { ExitCode } from './exit-codes.ts';

/** Stable codes of what can go wrong in the harness itself. A failed check is a result and has no code here. */
export type ErrorCode =
  | 'usage' // the command line or a file given by the user is wrong
  | 'config'
  | 'refused' // the configuration of an existing cluster does not allow it
  | 'objectives' // objectives.yaml cannot be used
  | 'environment' // the machine lacks something: Python, disk space, a port
  | 'busy' // another run holds the lock
  | 'cleanup-needed' // an earlier run was not undone
  | 'install' // the parts of the embedded platform could not be installed
  | 'platform' // the platform did not do what it was asked
  | 'client' // the system under test answered in a way that is not understood
  | 'wait-timeout'
  | 'not-steady' // refused: the system was not healthy before the fault
  | 'no-target' // a selector matched nothing
  | 'interrupted'
  | 'record' // events.ndjson cannot be read
  | 'internal';

export interface ChaosErrorOptions {
  readonly code: ErrorCode;
  /** What was not achieved, in one sentence. */
  readonly message: string;
  /** What a person can do about it. */
  readonly tryThis?: string;
  /** How long it was tried, in milliseconds. */
  readonly afterMs?: number;
  /** The last state that was seen. */
  readonly lastState?: string;
  readonly cause?: unknown;
}

/** The base of every error that the harness raises on purpose. */
export class ChaosError extends Error {
  readonly code: ErrorCode;
  readonly tryThis: string | undefined;
  readonly afterMs: number | undefined;
  readonly lastState: string | undefined;

  constructor(options: ChaosErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ChaosError';
    this.code = options.code;
    this.tryThis = options.tryThis;
    this.afterMs = options.afterMs;
    this.lastState = options.lastState;
  }

  /** The exit code of the command when this error ends it (DESIGN §4). */
  get exitCode(): ExitCode {
    switch (this.code) {
      case 'usage':
      case 'config':
      case 'refused':
      case 'objectives':
      case 'environment':
      case 'busy':
      case 'cleanup-needed':
        return 64;
      case 'not-steady':
      case 'no-target':
        return 2;
      case 'interrupted':
        return 130;
      case 'install':
      case 'platform':
      case 'client':
      case 'wait-timeout':
      case 'record':
      case 'internal':
        return 70;
      default:
        return this.code satisfies never;
    }
  }
}

/** One line for anything that was thrown. */
export function describeError(error: unknown): string {
  if (error instanceof ChaosError) {
    const after = error.afterMs === undefined ? '' : ` (after ${(error.afterMs / 1000).toFixed(1)} s)`;
    const last = error.lastState === undefined ? '' : ` Last seen: ${error.lastState}.`;
    return `${error.message}${after}${last}`;
  }
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(describeError).join('; ');
  if (error instanceof Error) return error.message === '' ? error.name : error.message;
  return String(error);
}
