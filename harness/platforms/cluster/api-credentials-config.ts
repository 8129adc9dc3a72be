/** `credentials.api`: who asks Airbyte's API, in one of three ways, each value named by where it is. */
import { z } from 'zod';
import { reference } from './config-reference.ts';

/** The ways to prove who one is; the parts of each go together. */
export const CREDENTIAL_WAYS = [['token'], ['clientId', 'clientSecret'], ['username', 'password']] as const;
export type CredentialPart = (typeof CREDENTIAL_WAYS)[number][number];

const ONE_OF = CREDENTIAL_WAYS.map((parts) => parts.join(' and ')).join(', or ');

/** What keeps a choice of parts from being one of the ways: the part at which that shows, and why. Undefined where nothing does. */
export function whyNoWay(
  has: (part: CredentialPart) => boolean,
): { readonly part?: CredentialPart; readonly mixed?: CredentialPart; readonly lacks?: CredentialPart } | undefined {
  const [way, other] = CREDENTIAL_WAYS.filter((parts) => parts.some(has));
  if (way === undefined) return {};
  const [first] = way.filter(has);
  const mixed = other?.find(has);
  if (mixed !== undefined) return { part: mixed, ...(first === undefined ? {} : { mixed: first }) };
  const lacks = way.find((part) => !has(part));
  return lacks === undefined || first === undefined ? undefined : { part: first, lacks };
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
    const { part, mixed, lacks } = why;
    const message =
      lacks !== undefined
        ? `stands alone: write ${lacks} beside it, as ${lacks}: {secret: {name: …, key: …}}`
        : mixed !== undefined
          ? `does not go with ${mixed}: leave ${ONE_OF}, and remove the rest`
          : `names nothing: takes ${ONE_OF}`;
    context.addIssue({ code: 'custom', path: part === undefined ? [] : [part], message });
  })
  .describe(
    `who asks Airbyte’s API: ${ONE_OF}. username and password are sent as HTTP Basic, which proxies and ingresses ask for`,
  );
