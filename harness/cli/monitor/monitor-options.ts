import type { ApiCredentials } from '../../clients/monitor/api-credentials.ts';
import { toMillis } from '../../core/duration.ts';
import { ChaosError } from '../../core/errors.ts';
import { readCredentials, type CredentialOptions } from './credentials.ts';

/** As they stand on the command line. */
export interface MonitorCommandOptions extends CredentialOptions {
  readonly url: string;
  readonly hours: string;
  readonly watch?: string;
  readonly json: boolean;
  readonly prometheus?: string;
  readonly workspace?: string;
  readonly hungAfter?: string;
  readonly alertSink?: string;
  readonly healthTimeout: string;
  readonly timeout: string;
}

export interface MonitorOptions {
  readonly url: URL;
  readonly credentials: ApiCredentials;
  readonly windowMs: number;
  /** Undefined: one look. */
  readonly everyMs: number | undefined;
  readonly isJson: boolean;
  readonly listen: ListenAddress | undefined;
  readonly workspaceId: string | undefined;
  readonly hungAfterMs: number | undefined;
  readonly alertSink: URL | undefined;
  readonly healthTimeoutMs: number;
  readonly timeoutMs: number;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** With `--prometheus` alone. */
const DEFAULT_INTERVAL_SECONDS = 60;

/** @throws ChaosError `usage` or `config`. */
export function readMonitorOptions(options: MonitorCommandOptions): MonitorOptions {
  const { hungAfter, alertSink, workspace, prometheus } = options;
  if (prometheus !== undefined && options.json) throw usage('--prometheus and --json exclude each other.');
  const watch = options.watch ?? (prometheus === undefined ? undefined : String(DEFAULT_INTERVAL_SECONDS));
  return {
    url: apiUrl('--url', options.url),
    credentials: readCredentials(options),
    windowMs: amount('--hours', options.hours) * 3_600_000,
    everyMs: watch === undefined ? undefined : amount('--watch', watch) * 1000,
    isJson: options.json,
    listen: prometheus === undefined ? undefined : listenAddress(prometheus),
    workspaceId: workspace,
    hungAfterMs: hungAfter === undefined ? undefined : toMillis(hungAfter),
    alertSink: alertSink === undefined ? undefined : apiUrl('--alert-sink', alertSink),
    healthTimeoutMs: toMillis(options.healthTimeout),
    timeoutMs: toMillis(options.timeout),
  };
}

function apiUrl(option: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw usage(`${option} is no address of an API.`, 'Write it as http://HOST:PORT/api/v1.');
  }
  // Not repeated: it holds a secret.
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw usage(
      `${option} has credentials or a query in it.`,
      'Name where they are, as env:NAME or file:PATH: --token-from, or --username-from and --password-from.',
    );
  }
  return url;
}

/** A number above 0; parts of one are fine. */
function amount(option: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number <= 0)
    throw usage(`${option} ${text}: a number above 0 is expected.`);
  return number;
}

function listenAddress(text: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d+)$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw usage(
      `--prometheus ${text}: a port, or HOST:PORT, is expected.`,
      'For example --prometheus 9477, which listens on 127.0.0.1 alone.',
    );
  }
  return { host: bracketed ?? plain ?? '127.0.0.1', port };
}

function usage(message: string, tryThis?: string): ChaosError {
  return new ChaosError({ code: 'usage', message, ...(tryThis === undefined ? {} : { tryThis }) });
}
