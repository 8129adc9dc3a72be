import type { Server } from './gateway-config.ts';

/** Bit of a server's administrative state: taken out by hand or by the configuration (HAProxy's management guide, `show servers state`). */
const FORCED_OUT = 1;

/** The servers in the answer to `show servers state`, version 1. */
export function parseServers(answer: string): readonly Server[] {
  return answer.split('\n').flatMap((line) => {
    const columns = line.split(' ');
    const [, backend = '', , slot = '', address = '', , administrative = ''] = columns;
    if (columns.length < 19 || line.startsWith('#')) return [];
    return [
      {
        backend,
        slot: Number(slot),
        address,
        port: Number(columns[18]),
        isReady: (Number(administrative) & FORCED_OUT) === 0,
      },
    ];
  });
}

/**
 * What HAProxy is told so that it has the wanted servers. It is told while it runs, not started anew with another configuration: one that was
 * replaced keeps its connections but looks at no node any more, and they would hang when one of those dies.
 */
export function commandsFor(current: readonly Server[], wanted: readonly Server[]): readonly string[] {
  return wanted.flatMap((server) => {
    const name = `${server.backend}/${server.slot}`;
    const now = current.find(({ backend, slot }) => backend === server.backend && slot === server.slot);
    const isMoved = now === undefined || now.address !== server.address || now.port !== server.port;
    // What is connected to where the server led before is cut off, as when a load balancer drops a target.
    const cut = now?.isReady === true && server.backend !== 'nodes' ? [`shutdown sessions server ${name}`] : [];
    if (!server.isReady) return now?.isReady === false ? [] : [`set server ${name} state maint`, ...cut];
    if (now?.isReady === true && !isMoved) return [];
    return [
      ...(isMoved ? [`set server ${name} addr ${server.address} port ${server.port}`, ...cut] : []),
      ...(now?.isReady === true ? [] : [`set server ${name} state ready`]),
    ];
  });
}
