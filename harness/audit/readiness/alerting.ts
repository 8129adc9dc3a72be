import type { AuditAspect, AuditPoint } from '../../core/audit.ts';
import { MAIL, type NotificationSeen, type Observations, type TestAlertSeen } from '../../core/audit-observations.ts';
import { formatMillis } from '../../core/duration.ts';
import { cannotTell, judgeSeen, met, notMet, point, type Asked } from './aspects.ts';

const SET: Asked = { id: 'failures_notify', title: 'Every workspace tells somebody of a failed sync' };
const PROVEN: Asked = { id: 'test_alert', title: 'A test alert arrives' };

/** Failed jobs reach somebody: by a test alert that was seen to arrive, not by a setting. */
export function judgeAlerting({ notifications, testAlert }: Observations): AuditPoint {
  return point({ id: 'alerting', number: 6, title: 'Monitoring and alerting for failed jobs' }, [
    judgeSeen(SET, notifications, judgeNotifications),
    judgeSeen(PROVEN, testAlert, judgeTestAlert),
  ]);
}

function judgeNotifications(all: readonly NotificationSeen[]): AuditAspect {
  const silent = all.filter(({ failuresGoTo }) => failuresGoTo === undefined).map(({ workspace }) => workspace);
  const tryThis = 'Set it: Settings → Notifications → Failed syncs, or POST /workspaces/update sendOnFailure.';
  if (all.length === 0) return cannotTell(SET, 'There is no workspace.', tryThis);
  if (silent.length > 0)
    return notMet(
      SET,
      `${silent.length} of ${all.length} workspaces tell nobody: ${silent.slice(0, 5).join(', ')}.`,
      tryThis,
    );
  const mailed = all.filter(({ failuresGoTo }) => failuresGoTo === MAIL).map(({ workspace }) => workspace);
  if (mailed.length > 0)
    return cannotTell(
      SET,
      `${mailed.length} of ${all.length} workspaces have e-mail alone, which is their default: ${mailed.slice(0, 5).join(', ')}. Airbyte sends it only where CUSTOMERIO_API_KEY is set.`,
      tryThis,
    );
  const hosts = [...new Set(all.map(({ failuresGoTo }) => failuresGoTo))].join(', ');
  return met(SET, `${all.length} of ${all.length} workspaces, to ${hosts}.`);
}

function judgeTestAlert({ how, outcome, waitedMs, detail }: TestAlertSeen): AuditAspect {
  const said = `${how}: ${detail}`;
  switch (outcome) {
    case 'arrived':
      return met(PROVEN, `${said} It arrived after ${formatMillis(waitedMs)}.`);
    case 'not-arrived':
      return notMet(
        PROVEN,
        `${said} Nothing had arrived after ${formatMillis(waitedMs)}.`,
        'Look at the log of what sends it (worker or server) and at the address of the webhook.',
      );
    case 'receiver-down':
      return notMet(PROVEN, said, 'Bring the receiver back.');
    case 'accepted-unseen':
      return cannotTell(
        PROVEN,
        `${said} Nobody looked whether it arrived.`,
        'Name where received alerts can be read: audit.alertSink in chaos.config.yaml; or look into the channel yourself.',
      );
    default:
      return outcome satisfies never;
  }
}
