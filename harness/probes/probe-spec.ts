import { ChaosError } from '../core/errors.ts';
import type { ProbeSpec } from '../core/probe.ts';

/**
 * Refuses what could never be probed, before a thread trips over it. Credentials in a URL are not repeated.
 * @throws ChaosError `config`
 */
export function checkProbe(spec: ProbeSpec): void {
  if (!(spec.everyMs >= 1)) refuse(spec, `its period is ${spec.everyMs} ms`, 'Sample every millisecond at most.');
  if (!(spec.timeoutMs >= 1)) refuse(spec, `its time-out is ${spec.timeoutMs} ms`, 'Give it a millisecond or more.');
  switch (spec.kind) {
    case 'http':
    case 'http-write':
      checkUrl(spec, spec.url, ['http:', 'https:']);
      break;
    case 'tcp':
      if (!Number.isInteger(spec.port) || spec.port < 1 || spec.port > 65_535) {
        refuse(spec, `${spec.port} is not a TCP port`, 'Give HOST:PORT with a port from 1 to 65535.');
      }
      break;
    case 'sql-write':
      checkUrl(spec, spec.url, ['postgres:', 'postgresql:']);
      break;
    default:
      spec satisfies never;
  }
}

function checkUrl(spec: ProbeSpec, text: string, protocols: readonly string[]): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !protocols.includes(url.protocol)) {
    refuse(spec, 'its URL cannot be used', `Give a URL that begins with ${protocols.join('// or ')}//.`);
  }
}

function refuse(spec: ProbeSpec, reason: string, tryThis: string): never {
  throw new ChaosError({ code: 'config', message: `Probe "${spec.name}" cannot be started: ${reason}.`, tryThis });
}
