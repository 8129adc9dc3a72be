import type { Command } from 'commander';

/** Adds the options that say where the credentials of Airbyte's API are; `places` says how a place is written. */
export function withCredentialOptions(command: Command, places: string): Command {
  return command
    .option('--token-from <place>', `where a bearer token for its API is: ${places}`)
    .option('--client-id-from <place>', 'where the id of an application is, for tokens that are renewed')
    .option('--client-secret-from <place>', 'where its secret is')
    .option('--username-from <place>', 'where the username for HTTP Basic is, which proxies and ingresses ask for')
    .option('--password-from <place>', 'where its password is');
}
