import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the harness keeps what must outlive a run: the lock, the undo journals, the stacks. Per user, not per checkout, so
 * that two checkouts know of each other. `CHAOS_STATE_DIR` replaces it.
 */
export function stateDirectory(): string {
  const base =
    process.env['CHAOS_STATE_DIR'] ??
    join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'airbyte-chaos');
  mkdirSync(base, { recursive: true });
  return base;
}

export function stacksDirectory(): string {
  const dir = join(stateDirectory(), 'stacks');
  mkdirSync(dir, { recursive: true });
  return dir;
}

export function undoDirectory(): string {
  const dir = join(stateDirectory(), 'undo');
  mkdirSync(dir, { recursive: true });
  return dir;
}
