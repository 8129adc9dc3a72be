import type { Component } from '../component.ts';
import type { Workload } from '../objects/workload.ts';
import { gatherEvidence, type Addressed, type Evidence } from './evidence.ts';

/** What a workload was found to be. */
export type Identity =
  | {
      readonly is: 'component';
      readonly component: Component;
      /** What speaks for it. */
      readonly because: readonly string[];
      /** What speaks for something else and was outweighed. */
      readonly despite: readonly string[];
    }
  | { readonly is: 'unclear'; readonly reason: string }
  /** Nothing speaks for any component. */
  | { readonly is: 'other' };

export interface IdentifyOptions {
  readonly release: string | undefined;
  readonly addressed?: Addressed;
  /** What else says that it is Airbyte's, where its own traits do not. */
  readonly tie?: string | undefined;
}

/** So many kinds of evidence must agree. */
const NEEDED = 2;

/**
 * A workload is a component when at least two independent kinds of evidence say so, more than for any other, and one of them says that it is
 * Airbyte's. Neither names of objects nor any single label decide.
 */
export function identify(workload: Workload, { release, addressed = new Map(), tie }: IdentifyOptions): Identity {
  const evidence = gatherEvidence(workload, release, addressed);
  const [best, second] = Object.entries(Object.groupBy(evidence, ({ component }) => component))
    .map(([, found]) => found)
    .toSorted((a, b) => b.length - a.length || airbytes(b) - airbytes(a));
  const component = best?.[0]?.component;
  if (best === undefined || component === undefined) return { is: 'other' };
  const says = best.map((one) => one.says);
  if (second !== undefined && second.length === best.length && airbytes(second) === airbytes(best)) {
    const rival = second.map((one) => one.says).join(', ');
    return { is: 'unclear', reason: `${says.join(', ')} say ${component}, but ${rival} say ${second[0]?.component}` };
  }
  if (best.length < NEEDED) {
    return { is: 'unclear', reason: `only ${says.join(', ')} says that it is the ${component}` };
  }
  if (airbytes(best) === 0 && tie === undefined) {
    const reason = `it looks like the ${component} (${says.join(', ')}), but nothing says that it is Airbyte’s`;
    return { is: 'unclear', reason };
  }
  const despite = evidence.filter((one) => one.component !== component && one.isAirbytes).map((one) => one.says);
  return { is: 'component', component, because: tie === undefined ? says : [...says, tie], despite };
}

function airbytes(evidence: readonly Evidence[]): number {
  return evidence.filter(({ isAirbytes }) => isAirbytes).length;
}
