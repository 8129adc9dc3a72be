import { execa } from 'execa';
import { checkKindRequirements } from '../requirements.ts';
import { OFFLINE_PROGRAM } from '../tools.ts';

/** Why tests that need kind clusters are skipped on this machine; undefined where they run. */
export async function whyNotHere(): Promise<string | undefined> {
  const missing = (await checkKindRequirements()).find(({ isMet }) => !isMet);
  if (missing !== undefined) return `${missing.what}: ${missing.detail}`;
  const { stdout } = await execa(process.execPath, [OFFLINE_PROGRAM, '--list']);
  return stdout.includes('"isThere":false')
    ? 'the node image is not built; build it with: node kind-config/offline/main.ts'
    : undefined;
}
