import type { z } from 'zod';
import { MAIL, type NotificationSeen } from '../../core/audit-observations.ts';
import type { workspaceReply } from '../monitor/monitor-replies.ts';

/** A call of Airbyte's API, however it is reached. @throws ChaosError `client`. */
export type CallAirbyte = <S extends z.ZodType>(path: string, body: unknown, schema: S) => Promise<z.infer<S>>;

/** A workspace with the address that its failed syncs are told to: a secret, which is for sending alone. */
interface FailureWebhook {
  readonly seen: NotificationSeen;
  readonly webhook: string | undefined;
}

/** To whom each workspace tells its failed syncs. "slack" stands for any webhook (facts: airbyte.md §4). */
export function failureWebhooks(all: readonly z.infer<typeof workspaceReply>[]): readonly FailureWebhook[] {
  return all.map(({ workspaceId, name, notificationSettings, notifications }) => {
    const set = notificationSettings?.sendOnFailure;
    const types = set?.notificationType ?? [];
    // Where there are the new settings, those of before 0.50 are kept and not used.
    const old = (notificationSettings == null ? notifications : undefined)?.find(
      (one) => one.sendOnFailure === true && one.notificationType === 'slack',
    );
    const url =
      (types.includes('slack') ? set?.slackConfiguration?.webhook : undefined) ?? old?.slackConfiguration?.webhook;
    const isAddress = typeof url === 'string' && URL.canParse(url);
    const failuresGoTo = isAddress ? new URL(url).host : types.includes('customerio') ? MAIL : undefined;
    return { seen: { workspace: name === '' ? workspaceId : name, failuresGoTo }, webhook: url ?? undefined };
  });
}
