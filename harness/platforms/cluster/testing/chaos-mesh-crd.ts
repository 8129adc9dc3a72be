/** Chaos Mesh's own definition of its API, from the Go module proxy: nothing of it is kept in this repository. */
import { execa } from 'execa';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** The only version that the Go module proxy has: of 2 September 2026. */
const MODULE = 'github.com/chaos-mesh/chaos-mesh@v0.9.1-0.20260902003049-47411975a8cb';
/** Of its contents, as Go's checksum database has it. */
const SUM = 'h1:0TeWmCELKreoLAXuoPaO2qpJe73foDgOoyU3fdKQN4A=';
/** Where in it. */
const CRDS = 'config/crd/bases';
/** A download of 4 MB, in milliseconds. */
const WITHIN_MS = 60_000;

const downloaded = z.object({ Dir: z.string(), Sum: z.string() });

/** The manifest of a kind (`networkchaos`), or why there is none: `missing`. Go keeps what it has downloaded in its own cache. */
export async function chaosMeshCrd(
  plural: string,
): Promise<{ readonly manifest: string } | { readonly missing: string }> {
  const { stdout, failed, stderr } = await execa('go', ['mod', 'download', '-json', MODULE], {
    reject: false,
    cwd: tmpdir(),
    timeout: WITHIN_MS,
    env: { GOFLAGS: '-mod=mod', GOWORK: 'off' },
  });
  const found = downloaded.safeParse(failed ? undefined : JSON.parse(stdout)).data;
  if (found === undefined)
    return { missing: `Chaos Mesh's module cannot be had here: ${(stderr || stdout).slice(-200)}` };
  if (found.Sum !== SUM) return { missing: `Chaos Mesh's module is another one: ${found.Sum}` };
  return { manifest: readFileSync(join(found.Dir, CRDS, `chaos-mesh.org_${plural}.yaml`), 'utf8') };
}
