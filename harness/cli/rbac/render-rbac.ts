import { ChaosError } from '../../core/errors.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { takesRights, WITH_RIGHTS } from '../../profiles/translate/needs.ts';
import { roleManifests } from './role-manifests.ts';
import { rightsOf, type ExistingVariant } from './scenario-rights.ts';
import type { Subject } from './subject.ts';
import { renderManifests } from './yaml-manifest.ts';

export interface RbacRequest {
  readonly config: Pick<ClusterConfig, 'namespace' | 'credentials' | 'traffic' | 'allow'>;
  /** Else those that the configuration allows. */
  readonly scenarios: readonly string[];
  readonly variant: ExistingVariant;
  readonly subject: Subject | undefined;
}

/**
 * The manifests that give scenarios their rights.
 * @throws ChaosError `usage` for a scenario that cannot run on an existing Airbyte, or where none is named or allowed.
 */
export async function renderRbac({ config, scenarios, variant, subject }: RbacRequest): Promise<string> {
  const { namespace, allow } = config;
  const named = scenarios.length > 0 ? scenarios : allow.scenarios.filter(takesRights);
  if (named.length === 0) {
    throw new ChaosError({
      code: 'usage',
      message:
        'The configuration allows no scenario that can run on an Airbyte that is there already, and none was named.',
      tryThis: `npm run chaos -- rbac worker_failure, or --all for all of them: ${WITH_RIGHTS.join(', ')}`,
    });
  }
  const rights = [...new Set(named)].map((id) => rightsOf(id, variant, config));
  const head = [
    `What the harness may do in namespace ${namespace}: for each scenario what it needs and nothing else.`,
    'Give it:    kubectl apply -f FILE',
    'Prove it:   npm run chaos -- doctor --platform cluster',
    'Take it:    kubectl delete -f FILE',
  ];
  return renderManifests(head, roleManifests(rights, { namespace, subject }));
}
