import { WITH_RIGHTS } from '../../profiles/translate/needs.ts';
import { readClusterConfig } from '../cluster-config-file.ts';
import { userFile } from '../project-paths.ts';
import { renderRbac } from '../rbac/render-rbac.ts';
import type { ExistingVariant } from '../rbac/scenario-rights.ts';
import { parseSubject } from '../rbac/subject.ts';

export interface RbacOptions {
  readonly config: string;
  readonly all: boolean;
  readonly variant: ExistingVariant;
  readonly subject?: string;
}

/** `rbac`: prints what gives scenarios the rights that they need in an existing cluster. Asks nobody and changes nothing. */
export async function rbacCommand(scenarios: readonly string[], options: RbacOptions): Promise<number> {
  const config = await readClusterConfig(userFile(options.config));
  const subject = options.subject === undefined ? undefined : parseSubject(options.subject, config.namespace);
  const named = options.all ? WITH_RIGHTS : scenarios;
  process.stdout.write(await renderRbac({ config, scenarios: named, variant: options.variant, subject }));
  return 0;
}
