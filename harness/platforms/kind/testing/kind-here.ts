import { execa } from 'execa';
import { checkKindRequirements } from '../requirements.ts';
import { OFFLINE_PROGRAM } from '../tools.ts';

/** Whoever has to be ready by some time says until when such tests may begin, in seconds since 1970. */
const BEGIN_BY = 'CHAOS_KIND_TESTS_BEGIN_BY';

/** Why tests that need kind clusters are skipped on this machine; undefined where they run. */
export async function whyNotHere(): Promise<string | undefined> {
  const by = Number(process.env[BEGIN_BY] ?? Infinity);
  if (Date.now() / 1000 > by) return 'no time is left for them';
  const missing = (await checkKindRequirements()).find(({ isMet }) => !isMet);
  if (missing !== undefined) return `${missing.what}: ${missing.detail}`;
  const { stdout } = await execa(process.execPath, [OFFLINE_PROGRAM, '--list']);
  return stdout.includes('"isThere":false')
    ? 'the node image is not built; build it with: node kind-config/offline/main.ts'
    : undefined;
}
