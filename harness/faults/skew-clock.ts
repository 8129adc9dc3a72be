import { clockLooks, describeAhead } from '../core/derive/clock-looks.ts';
import { CLAIMED_CLOCK_OFF, CLOCK_OFF, injectionTime } from '../core/derive/fault-time.ts';
import type { Fault } from '../core/scenario.ts';
import { throughTool, type ThroughToolOptions } from './through-tool.ts';

/** Tells one instance a wrong time through whoever is installed for that. That it goes by it has to be seen in what it answers. */
export function skewClock(options: ThroughToolOptions): Fault {
  return throughTool(options, {
    id: 'skew-clock',
    description: `A wrong time for ${options.of.describe}, through Chaos Mesh`,
    needs: ['skew-clocks', 'watch-instances'],
    claimed: CLAIMED_CLOCK_OFF,
    state: 'told a wrong time',
    effectKind: CLOCK_OFF,
    async effect({ history }) {
      const injected = injectionTime(history);
      const off = clockLooks(history)?.looks.find(
        ({ event, is }) => is === 'off' && event.start >= (injected?.at.low ?? Infinity),
      );
      const text = off && `an answer of the API was ${describeAhead(off.aheadMs)} what it was before`;
      return Promise.resolve(text);
    },
    notSeen: ({ name }, span) =>
      `no answer of the API told of a wrong time in ${name} in all of the ${span}; that Chaos Mesh says so is no evidence. A proxy that writes its own Date, as ingress-nginx does, hides it: endpoints.api has to lead to the Service itself`,
  });
}
