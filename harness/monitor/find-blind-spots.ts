import type { AirbyteLook } from '../core/airbyte-look.ts';
import { hasEnded, isOpen } from './jobs.ts';
import type { Finding } from './report-schema.ts';

/** Health, from the body of the answer: the status is 200 also without a database (facts §0.1). */
export function findHealth({ health, hasAnswered }: AirbyteLook): Finding[] {
  if (health.state === 'healthy') return [];
  const isSilent = health.state === 'unreachable' && !hasAnswered;
  return [
    {
      kind: 'api_health',
      verdict: isSilent ? 'unknown' : 'problem',
      severity: 'critical',
      summary: isSilent
        ? `Nothing can be told of Airbyte: ${health.detail}`
        : `The API is ${health.state}: ${health.detail}`,
      known: [`waited ${(health.responseMs / 1000).toFixed(1)} s`],
      cannotTell: isSilent ? ['Whether Airbyte is down, or only the way to it.'] : ['Which part is the cause.'],
    },
  ];
}

/** What was not read, or not understood: it is said, so that what is not shown is not taken for fine. */
export function findBlindSpots(look: AirbyteLook): Finding[] {
  const gaps = [...look.workspaces.gaps, ...look.connections.gaps, ...look.jobs.gaps].map(({ sentence }) => sentence);
  const odd = look.jobs.items.filter((job) => !isOpen(job) && !hasEnded(job));
  const statuses = [...new Set(odd.map(({ status }) => status))].join(', ');
  if (odd.length > 0) gaps.push(`${odd.length} jobs have a status that is not known to this harness: ${statuses}`);
  if (look.connections.items.length === 0 && gaps.length === 0) {
    gaps.push('connections: the API shows none, or none to these credentials');
  }
  return gaps.map((sentence) => ({
    kind: 'not_read',
    verdict: 'unknown',
    severity: 'warning',
    summary: `Not read: ${sentence}.`,
    known: [],
    cannotTell: ['Whether something is wrong there.'],
  }));
}
