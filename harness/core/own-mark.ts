/** How the harness knows again what it made in an Airbyte that is not its own: by a name that nobody else gives. */
import { RUN_ID } from './run-id.ts';

/** In the order in which they are made; they are removed the other way round. */
export const OWN_PARTS = ['source', 'destination', 'connection'] as const;
export type OwnPart = (typeof OWN_PARTS)[number];

const PREFIX = 'chaos-harness';

/** `chaos-harness 2026-11-23T02-51-21Z-worker_failure-7f3a source` */
export function ownName(runId: string, part: OwnPart): string {
  return `${PREFIX} ${runId} ${part}`;
}

/** The run that made it; undefined for whatever is not named to the letter as the harness names this kind of thing. */
export function runOfName(name: string, part: OwnPart): string | undefined {
  const [prefix, runId, last, ...rest] = name.split(' ');
  const isOwn = prefix === PREFIX && last === part && rest.length === 0 && runId !== undefined && RUN_ID.test(runId);
  return isOwn ? runId : undefined;
}
