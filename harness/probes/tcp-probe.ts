import { connect } from 'node:net';
import type { TcpProbe } from '../core/probe.ts';
import { lookupOnce } from './name-lookup.ts';
import { failureNote, isOwnShortage, timeoutNote, type ProbeClient } from './probe-client.ts';

/** Each sample opens a connection of its own; good once it is established. */
export function openTcpProbe(spec: TcpProbe): ProbeClient {
  return {
    begin(onOutcome) {
      const socket = connect({ host: spec.host, port: spec.port, lookup: lookupOnce });
      let isOver = false;
      const finish = (): boolean => {
        if (isOver) return false;
        isOver = true;
        socket.destroy();
        return true;
      };
      socket.on('connect', () => {
        if (finish()) onOutcome({ ok: true });
      });
      socket.on('error', (error) => {
        if (finish()) onOutcome(isOwnShortage(error) ? undefined : { ok: false, note: failureNote(error) });
      });
      return {
        expire() {
          finish();
          return { ok: false, hung: true, note: timeoutNote(spec.timeoutMs) };
        },
      };
    },
    close: () => {},
  };
}
