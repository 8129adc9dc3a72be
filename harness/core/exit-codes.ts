import type { Verdict } from './verdict.ts';

/** 0 pass · 1 fail · 2 unknown · 64 usage or configuration · 70 harness error · 130 interrupted and undone. */
export type ExitCode = 0 | 1 | 2 | 64 | 70 | 130;

/** The exit code of a judged run. */
export function exitCodeOf(verdict: Verdict): ExitCode {
  switch (verdict) {
    case 'pass':
      return 0;
    case 'fail':
      return 1;
    case 'unknown':
      return 2;
    default:
      return verdict satisfies never;
  }
}
