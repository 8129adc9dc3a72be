import { execa } from 'execa';
import { ChaosError } from '../../core/errors.ts';

export interface DockerOptions {
  /** Standard input. */
  readonly input?: string;
  readonly signal?: AbortSignal;
}

/** Runs the docker client and returns what it printed. @throws ChaosError `platform` with what it said. */
export async function docker(args: readonly string[], { input, signal }: DockerOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await execa('docker', args, {
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (exitCode === 0) return stdout;
  const reason = exitCode === undefined ? 'docker was not found, or did not end by itself' : stderr.split('\n').at(-1);
  throw new ChaosError({
    code: 'platform',
    message: `docker ${args[0]} failed: ${reason}`,
    ...(stderr === '' ? {} : { lastState: stderr.slice(-400) }),
    tryThis: 'npm run chaos -- doctor --platform kind',
  });
}
