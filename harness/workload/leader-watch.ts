import { askForLeader, type LeaderView } from '../clients/leader.ts';
import type { Instance } from '../core/platform.ts';
import type { TrialContext, Workload } from '../core/scenario.ts';
import { followInstances } from './follow-instances.ts';
import { lookRepeatedly } from './look-repeatedly.ts';

/** Time between two looks at one instance, in milliseconds. */
const EVERY_MS = 100;
/** A claim that does not change is written down this often, so that the record shows how long it was made. */
const CLAIM_EVERY_MS = 1000;

/**
 * Follows which instance of an active–passive component holds the lease, and which believe that they lead. Each instance is
 * asked by itself, since any of them may be dead, frozen, or wrong.
 */
export function watchLeader(component: string): Workload {
  return {
    name: `a watch on the leader of ${component}`,
    async start(context) {
      const holder = new HolderWatch(context, component);
      await followInstances(context, component, ({ name }) => {
        watchInstance(context, { component, name, holder });
        return true;
      });
    },
  };
}

function watchInstance(
  context: TrialContext,
  { component, name, holder }: { readonly component: string; readonly name: string; readonly holder: HolderWatch },
): void {
  const claim = new ClaimWatch(context, component, name);
  let url: string | undefined;
  context.background(`leader as ${name} sees it`, (signal) =>
    lookRepeatedly(context, EVERY_MS, signal, async (previousStart, start) => {
      url ??= urlOf(await context.stack.instances(), name);
      const view = await askForLeader(url, signal);
      const end = context.clock.now();
      holder.take(view, start, end);
      claim.take(view, { previousStart, start, end });
    }),
  );
}

function urlOf(instances: readonly Instance[], name: string): string {
  const url = instances.find((instance) => instance.name === name)?.url;
  if (url === undefined) throw new Error(`${name} cannot be asked`);
  return url;
}

/** The lease as the instances tell of it: all read the same row, so their looks are one sequence. */
class HolderWatch {
  readonly #context: TrialContext;
  readonly #component: string;
  #last = '';
  #lastStart: number;

  constructor(context: TrialContext, component: string) {
    this.#context = context;
    this.#component = component;
    this.#lastStart = context.clock.now();
  }

  take({ holder, term }: LeaderView, start: number, end: number): void {
    // Looks at different instances overlap; one that began earlier may tell of an older state.
    if (start < this.#lastStart) return;
    const previousStart = this.#lastStart;
    this.#lastStart = start;
    const seen = `${holder} ${term ?? ''}`;
    if (seen === this.#last) return;
    this.#last = seen;
    const body = { component: this.#component, holder, ...(term === undefined ? {} : { term }) };
    this.#context.record.append({ type: 'leader', ...body, previousStart, start, end });
  }
}

interface Look {
  readonly previousStart: number;
  readonly start: number;
  readonly end: number;
}

/** What one instance believes of itself. */
class ClaimWatch {
  readonly #context: TrialContext;
  readonly #who: { readonly component: string; readonly instance: string };
  #last: string | undefined;
  #writtenMs = 0;

  constructor(context: TrialContext, component: string, instance: string) {
    this.#context = context;
    this.#who = { component, instance };
  }

  take({ claims, ownTerm }: LeaderView, look: Look): void {
    if (claims === undefined) return;
    const seen = `${claims} ${ownTerm ?? ''}`;
    const isGap = look.start - look.previousStart > CLAIM_EVERY_MS;
    if (seen === this.#last && !isGap && look.start - this.#writtenMs < CLAIM_EVERY_MS) return;
    this.#last = seen;
    this.#writtenMs = look.start;
    const term = ownTerm === undefined ? {} : { term: ownTerm };
    this.#context.record.append({ type: 'leader.claim', ...this.#who, claims, ...term, ...look });
  }
}
