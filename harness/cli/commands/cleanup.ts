import { loadPlatform } from '../load-platform.ts';

/** `npm run chaos -- cleanup`. @throws ChaosError `busy` or `platform`. */
export async function cleanupCommand(): Promise<number> {
  const { cleanUp } = await import('../../runner/cleanup.ts');
  await cleanUp({
    platformById: loadPlatform,
    platformIds: ['local', 'kind'],
    say: (text) => void process.stdout.write(`${text}\n`),
  });
  return 0;
}
