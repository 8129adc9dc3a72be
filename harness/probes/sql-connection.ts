import { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';

/** A PostgreSQL session on a socket of our own, so that a hung one can be dropped at once. */
export interface SqlConnection {
  readonly client: Client;
  isBroken: boolean;
  drop(): void;
}

/**
 * Prepares a session without opening it; `client.connect()` does. Nothing that happens to it while it is idle is
 * thrown: it is marked as broken.
 */
export function prepareConnection(url: string, applicationName: string, onBroken: () => void): SqlConnection {
  const socket = new Socket();
  const config: ClientConfig = { connectionString: url, application_name: applicationName, stream: () => socket };
  const client = new Client(config);
  const connection: SqlConnection = {
    client,
    isBroken: false,
    drop() {
      connection.isBroken = true;
      socket.destroy();
    },
  };
  const markBroken = (): void => {
    connection.isBroken = true;
    onBroken();
  };
  client.on('error', markBroken);
  client.on('end', markBroken);
  return connection;
}

/** `public.writes` → `"public"."writes"`. */
export function quoteTable(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}
