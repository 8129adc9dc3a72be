import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

type OnAddresses = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

const waiting = new Map<string, OnAddresses[]>();

/**
 * Looks a host name up with at most one look-up per name under way. Node makes look-ups on a pool of four threads: a
 * name server that hangs would otherwise fill it at 20 samples a second and stop the probes of every other name too.
 * Answers are not kept, since a fail-over may work by changing the name's address.
 */
export const lookupOnce: LookupFunction = (hostname, options, callback) => {
  joinLookup(hostname, (error, all) => {
    const wanted = options.family === 4 || options.family === 6 ? options.family : undefined;
    const addresses = wanted === undefined ? all : all.filter(({ family }) => family === wanted);
    const first = addresses[0];
    if (error !== null) callback(error, '');
    else if (options.all === true) callback(null, addresses);
    else if (first === undefined) callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
    else callback(null, first.address, first.family);
  });
};

function joinLookup(hostname: string, onAddresses: OnAddresses): void {
  const others = waiting.get(hostname);
  if (others !== undefined) {
    others.push(onAddresses);
    return;
  }
  const all = [onAddresses];
  waiting.set(hostname, all);
  lookup(hostname, { all: true }, (error, addresses) => {
    waiting.delete(hostname);
    for (const tell of all) tell(error, addresses ?? []);
  });
}
