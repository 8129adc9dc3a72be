import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { checkKindRequirements } from '../requirements.ts';

const OFFLINE_PROGRAM = fileURLToPath(new URL('../../../../kind-config/offline/main.ts', import.meta.url));

/** Why tests that need kind clusters are skipped on this machine; undefined where they run. */
export async function whyNotHere(): Promise<string | undefined> {
  const missing = (await checkKindRequirements()).find(({ isMet }) => !isMet);
  if (missing !== undefined) return `${missing.what}: ${missing.detail}`;
  const { stdout } = await execa(process.execPath, [OFFLINE_PROGRAM, '--list']);
  return stdout.includes('"isThere":false')
    ? 'the node image is not built; build it with: node kind-config/offline/main.ts'
    : undefined;
}
