import { ChaosError } from '../../core/errors.ts';
import { describeAnswer, statusOf } from '../kind/api-answers.ts';
import { apiTrouble } from '../kind/api-trouble.ts';
import { askPatiently } from '../kind/patient-api.ts';
import type { ChosenCluster } from './choose-cluster.ts';
import type { GuardedApi } from './guarded-api.ts';
import type { Right } from './rights.ts';

/** Somebody waits in front of a screen, in milliseconds. */
const WITHIN_MS = 15_000;
const FORBIDDEN = 403;

/** What the API server says of who asks. */
export interface RightsReview {
  /** `system:serviceaccount:airbyte:ci`, as the cluster calls them. */
  readonly who: string;
  /** Of those that were asked about, in their order and each once. */
  readonly missing: readonly Right[];
}

/**
 * Asks the API server which of these rights are missing, by a SelfSubjectAccessReview for each: what its own authorizers say, whatever gives the rights. That may be
 * asked by everybody who is known, and changes nothing.
 * @throws ChaosError `config` where it may not be asked, or who asks is not known; `platform` for a server that does not answer.
 */
export async function reviewRights(
  { context, server }: Pick<ChosenCluster, 'context' | 'server'>,
  { authentication, authorization }: Pick<GuardedApi, 'authentication' | 'authorization'>,
  rights: readonly Right[],
): Promise<RightsReview> {
  const trouble = apiTrouble(context);
  const ask = async <Answer>(request: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await askPatiently({ trouble }, request, { withinMs: WITHIN_MS });
    } catch (error) {
      throw explain(error, { context, server });
    }
  };
  const self = await ask(() => authentication.createSelfSubjectReview({ body: {} }));
  const different = [...new Map(rights.map((right) => [keyOf(right), right])).values()];
  const answers = await Promise.all(
    different.map(async (right) => ({ right, isThere: await ask(() => isAllowed(authorization, right)) })),
  );
  return {
    who: self.status?.userInfo?.username ?? 'somebody without a name',
    missing: answers.filter(({ isThere }) => !isThere).map(({ right }) => right),
  };
}

/** The same for two rights that differ in their purpose alone. */
export function keyOf({ group, resource, verb, name = '', namespace }: Right): string {
  return JSON.stringify([group, resource, verb, name, namespace]);
}

async function isAllowed(
  authorization: GuardedApi['authorization'],
  { group, resource: path, verb, name, namespace }: Right,
): Promise<boolean> {
  const [resource = '', subresource] = path.split('/');
  const resourceAttributes = {
    group,
    resource,
    verb,
    namespace,
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === undefined ? {} : { name }),
  };
  const { status } = await authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
  return status?.allowed === true;
}

function explain(error: unknown, { context, server }: Pick<ChosenCluster, 'context' | 'server'>): ChaosError {
  const status = statusOf(error);
  const message = `Which rights there are could not be asked (context ${context}, ${server}).`;
  if (status === undefined || status >= 500 || status === 429) {
    return new ChaosError({
      code: 'platform',
      message,
      lastState: error instanceof ChaosError ? (error.lastState ?? 'silent') : describeAnswer(error),
      tryThis: `Is the cluster up, and is this machine on its network? kubectl --context ${context} get --raw /readyz`,
      cause: error,
    });
  }
  const tryThis =
    status === FORBIDDEN
      ? 'The ClusterRole system:basic-user, which every cluster binds to all who are known, gives this right.'
      : `Log in again: the credential of context ${context} is not accepted.`;
  return new ChaosError({ code: 'config', message, lastState: describeAnswer(error), tryThis, cause: error });
}
