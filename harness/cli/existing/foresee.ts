import { ChaosError } from '../../core/errors.ts';
import type { TargetWithCandidates } from './find-victims.ts';
import type { Existing } from './open-existing.ts';

/** What a dry run knows of the run: why it would be refused, and whether somebody has to say that more than one component is meant. */
export interface Foreseen {
  /** Undefined where it may be done, a confirmation given. */
  readonly refused?: { readonly message: string; readonly tryThis: string | undefined };
  /** Undefined where nobody has to confirm anything. */
  readonly confirmation?: { readonly reach: string; readonly name: string; readonly isGiven: boolean };
}

/** What `require` throws for is why it would be refused; it leaves the confirmation out of account. */
export function foreseen({ reach, chosen, confirm }: Existing, require: () => void): Foreseen {
  const { context } = chosen;
  const confirmation =
    reach === 'component' ? {} : { confirmation: { reach, name: context, isGiven: confirm === context } };
  try {
    require();
    return confirmation;
  } catch (error) {
    if (!(error instanceof ChaosError)) throw error;
    return { ...confirmation, refused: { message: error.message, tryThis: error.tryThis } };
  }
}

/** What speaks against each pod, beside that nobody has confirmed it. */
export function withoutConfirmation(found: readonly TargetWithCandidates[]): readonly TargetWithCandidates[] {
  return found.map(({ target, candidates }) => ({
    target,
    candidates: candidates.map((one) => ({
      ...one,
      refusals: one.refusals.filter(({ code }) => code !== 'not-confirmed'),
    })),
  }));
}
