import { loadPlatform } from '../load-platform.ts';

export interface CleanupCommandOptions {
  /** Of an existing Airbyte, in which runs from elsewhere may have left something. */
  readonly config?: string;
}

/** `npm run chaos -- cleanup`. @throws ChaosError `busy`, `platform`, or of what is in an existing Airbyte or its cluster `config`, `client` or `platform`. */
export async function cleanupCommand({ config }: CleanupCommandOptions = {}): Promise<number> {
  const { cleanUp } = await import('../../runner/cleanup.ts');
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const existing = async () => import('../existing/remove-left-overs.ts');
  await cleanUp({
    platformById: async (id) => (id === 'cluster' ? (await existing()).clusterToCleanUp() : loadPlatform(id)),
    platformIds: ['local', 'kind'],
    say,
  });
  if (config === undefined) return 0;
  const { userFile } = await import('../project-paths.ts');
  say(`There: ${await (await existing()).removeLeftOvers(userFile(config), new AbortController().signal)}.`);
  return 0;
}
