import { ChaosError } from '../../core/errors.ts';

/** Who gets the rights, as a RoleBinding names it. */
export type Subject =
  | { readonly kind: 'ServiceAccount'; readonly name: string; readonly namespace: string }
  | { readonly kind: 'User' | 'Group'; readonly name: string; readonly apiGroup: 'rbac.authorization.k8s.io' };

const ACCOUNT = /^(?:([a-z0-9-]+)\/)?([a-z0-9][a-z0-9.-]*)$/;

/**
 * Reads `--subject`: `NAME` is a ServiceAccount of the namespace, `NAMESPACE/NAME` one of another; `user:NAME` and `group:NAME` are as the cluster's
 * authentication calls them.
 * @throws ChaosError `usage` for anything else.
 */
export function parseSubject(text: string, namespace: string): Subject {
  const [, kind, named = ''] = /^(user|group):(.+)$/.exec(text) ?? [];
  if (kind !== undefined) {
    return { kind: kind === 'user' ? 'User' : 'Group', name: named, apiGroup: 'rbac.authorization.k8s.io' };
  }
  const [, elsewhere, name] = ACCOUNT.exec(text) ?? [];
  if (name !== undefined) return { kind: 'ServiceAccount', name, namespace: elsewhere ?? namespace };
  throw new ChaosError({
    code: 'usage',
    message: `--subject ${text}: that is the name of neither a ServiceAccount, a user nor a group.`,
    tryThis: '--subject NAME, NAMESPACE/NAME, user:NAME or group:NAME',
  });
}
