import { execa } from 'execa';
import { NETWORK } from '../network.ts';
import { checkKindRequirements } from '../requirements.ts';
import { OFFLINE_PROGRAM } from '../tools.ts';

/**
 * Who has to be done by some time says until when tests on Kubernetes may begin, in seconds since 1970. Until then they wait for what clusters are made of,
 * and build what nobody builds yet; without it they take what is there.
 */
export const BEGIN_BY = 'CHAOS_KIND_TESTS_BEGIN_BY';
/** The set takes about 15 min on a machine of two cores; with second tries it would take longer than there is time for. */
const LAST_BEGINS_AFTER_MS = 16 * 60_000;

/** Why tests that need kind clusters are skipped on this machine; undefined where they run. */
export async function whyNotHere(): Promise<string | undefined> {
  const missing = (await checkKindRequirements()).find(({ isMet }) => !isMet);
  if (missing !== undefined) return `${missing.what}: ${missing.detail}`;
  if (await isTaken()) return 'a cluster of somebody else is here, whose place they would need';
  const by = process.env[BEGIN_BY];
  return by === undefined ? whatIsNotBuilt() : whyNotInTime(Number(by) * 1000 - Date.now());
}

/** Why a test of the set may not begin any more; undefined where there is time for it. The environment is handed in, since CI's own one says a time. */
export function whyTooLate(nowMs: number, env: NodeJS.ProcessEnv): string | undefined {
  const by = env[BEGIN_BY];
  return by === undefined || nowMs < Number(by) * 1000 + LAST_BEGINS_AFTER_MS ? undefined : 'no time is left for it';
}

/** Names and addresses of clusters, and of what is beside them, are the same for every harness on this machine. */
async function isTaken(): Promise<boolean> {
  const { stdout } = await execa('docker', ['ps', '--all', '--quiet', '--filter', `network=${NETWORK}`]);
  return stdout !== '';
}

async function whatIsNotBuilt(): Promise<string | undefined> {
  const { stdout } = await execa(process.execPath, [OFFLINE_PROGRAM, '--list']);
  return stdout.includes('"isThere":false')
    ? 'the node image is not built; build it with: node kind-config/offline/main.ts'
    : undefined;
}

async function whyNotInTime(leftMs: number): Promise<string | undefined> {
  if (leftMs <= 0) return 'no time is left for them';
  const build = await execa(process.execPath, [OFFLINE_PROGRAM], { reject: false, timeout: leftMs });
  if (build.timedOut) return 'what clusters are made of was not built in time';
  return build.failed ? `what clusters are made of cannot be built: ${build.stdout.slice(-500)}` : undefined;
}
