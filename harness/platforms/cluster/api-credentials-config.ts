/** `credentials.api`: who asks Airbyte's API, in one of three ways, each value named by where it is. */
import { z } from 'zod';
import { reference } from './config-reference.ts';

/** The ways to prove who one is; the parts of each go together. */
export const CREDENTIAL_WAYS = [['token'], ['clientId', 'clientSecret'], ['username', 'password']] as const;
export type CredentialPart = (typeof CREDENTIAL_WAYS)[number][number];

const ONE_OF = CREDENTIAL_WAYS.map((parts) => parts.join(' and ')).join(', or ');

/** What keeps a choice of parts from being one of the ways, with the part at which that shows. */
type NoWay =
  | { readonly is: 'empty' }
  | { readonly is: 'mixed'; readonly part: CredentialPart; readonly beside: CredentialPart }
  | { readonly is: 'half'; readonly part: CredentialPart; readonly lacks: CredentialPart };

/** Why the parts that there are make no way; undefined where they do. */
export function whyNoWay(has: (part: CredentialPart) => boolean): NoWay | undefined {
  const [way, other] = CREDENTIAL_WAYS.map((parts) => ({
    there: parts.find(has),
    lacks: parts.find((one) => !has(one)),
  })).flatMap(({ there, lacks }) => (there === undefined ? [] : [{ there, lacks }]));
  if (way === undefined) return { is: 'empty' };
  if (other !== undefined) return { is: 'mixed', part: other.there, beside: way.there };
  return way.lacks === undefined ? undefined : { is: 'half', part: way.there, lacks: way.lacks };
}

export const apiCredentials = z
  .strictObject({
    token: reference.optional(),
    clientId: reference.optional(),
    clientSecret: reference.optional(),
    username: reference.optional(),
    password: reference.optional(),
  })
  .superRefine((given, context) => {
    const why = whyNoWay((part) => given[part] !== undefined);
    if (why === undefined) return;
    context.addIssue({ code: 'custom', path: why.is === 'empty' ? [] : [why.part], message: inWords(why) });
  })
  .describe(
    `who asks Airbyte’s API: ${ONE_OF}. username and password are sent as HTTP Basic, which proxies and ingresses ask for`,
  );

function inWords(why: NoWay): string {
  switch (why.is) {
    case 'empty':
      return `names nothing: takes ${ONE_OF}`;
    case 'mixed':
      return `does not go with ${why.beside}: leave ${ONE_OF}, and remove the rest`;
    case 'half':
      return `stands alone: write ${why.lacks} beside it, as ${why.lacks}: {secret: {name: …, key: …}}`;
    default:
      return why satisfies never;
  }
}
