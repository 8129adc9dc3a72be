/** Prometheus' own checker of metrics, rules and expressions, built once from the Go module proxy into the user's cache. */
import { execa } from 'execa';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildParts, missingParts } from '../../../kind-config/offline/build-parts.ts';
import { goProgram } from '../../../kind-config/offline/parts/go-program.ts';
import { IS_SHORT, ONLY_LONG } from './long-test.ts';

/** As a Go module Prometheus 3.16 is 0.316; `go install` refuses it, as it is made for modules that replace others. */
const PROMTOOL = goProgram({
  package: 'github.com/prometheus/prometheus/cmd/promtool',
  version: 'v0.316.0',
  name: 'promtool',
});
const CACHE = process.env['CHAOS_CACHE_DIR'] ?? join(homedir(), '.cache', 'airbyte-chaos');
/** Its own folder: a build of the images of Kubernetes is not kept waiting, nor are its Go modules removed. */
const DIRECTORY = join(CACHE, 'promtool');
/** Language version that its modules need. */
const OLDEST_GO = 25;

/** Why it cannot be built here; undefined where it can. */
export async function whyNoPromtool(): Promise<string | undefined> {
  const { stdout, failed } = await execa('go', ['env', 'GOVERSION'], { reject: false });
  if (failed) return 'Go is not installed';
  const minor = Number(/^go1\.(\d+)/.exec(stdout)?.[1] ?? 0);
  if (minor < OLDEST_GO) return `${stdout} is older than Go 1.${OLDEST_GO}`;
  // Compiling it takes minutes of both CPUs, which no change should have to wait for.
  const isBuilt = (await missingParts([PROMTOOL], DIRECTORY)).length === 0;
  return isBuilt || !IS_SHORT ? undefined : `it is not built: ${ONLY_LONG}`;
}

/** Where the program is; what was built once is taken as it is. @throws LocalError `install` with the end of the compiler's output. */
export async function buildPromtool(): Promise<string> {
  const signal = AbortSignal.timeout(30 * 60_000);
  const [built] = await buildParts([PROMTOOL], { directory: DIRECTORY, progress: () => undefined, signal });
  return join(built?.directory ?? DIRECTORY, 'promtool');
}
