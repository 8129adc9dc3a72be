import { z } from 'zod';
import type { NotificationSeen } from '../../core/audit-observations.ts';

/** A call of Airbyte's API, however it is reached. @throws ChaosError `client`. */
export type CallAirbyte = <S extends z.ZodType>(path: string, body: unknown, schema: S) => Promise<z.infer<S>>;

const webhook = z.object({ webhook: z.string().optional() }).nullish();
const workspaces = z.object({
  workspaces: z.array(
    z.object({
      workspaceId: z.string(),
      name: z.string().default(''),
      notificationSettings: z
        .object({
          sendOnFailure: z
            .object({ notificationType: z.array(z.string()).default([]), slackConfiguration: webhook })
            .nullish(),
        })
        .nullish(),
      /** Before 0.50. */
      notifications: z
        .array(
          z.object({
            notificationType: z.string(),
            sendOnFailure: z.boolean().default(true),
            slackConfiguration: webhook,
          }),
        )
        .nullish(),
    }),
  ),
});

/** A workspace with the address that its failed syncs are told to: a secret, which is for sending alone. */
interface FailureWebhook {
  readonly seen: NotificationSeen;
  readonly webhook: string | undefined;
}

/** To whom each workspace tells its failed syncs. "slack" stands for any webhook (facts: airbyte.md §4). @throws ChaosError `client`. */
export async function readFailureWebhooks(call: CallAirbyte): Promise<readonly FailureWebhook[]> {
  const { workspaces: all } = await call('/workspaces/list', {}, workspaces);
  return all.map(({ workspaceId, name, notificationSettings, notifications }) => {
    const set = notificationSettings?.sendOnFailure;
    const isOn = set?.notificationType.some((type) => type === 'slack' || type === 'customerio') ?? false;
    const old = notifications?.find((one) => one.sendOnFailure && one.notificationType === 'slack');
    const url = (isOn ? set?.slackConfiguration?.webhook : undefined) ?? old?.slackConfiguration?.webhook;
    const isMail = set?.notificationType.includes('customerio') === true;
    const failuresGoTo = url !== undefined && URL.canParse(url) ? new URL(url).host : isMail ? 'mail' : undefined;
    return { seen: { workspace: name === '' ? workspaceId : name, failuresGoTo }, webhook: url };
  });
}
