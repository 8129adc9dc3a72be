import type { JobFacts } from '../core/airbyte-look.ts';
import { endOf, lastAttempt, movesData, subjectOf, type Indexed } from './jobs.ts';
import type { Finding } from './report-schema.ts';

/**
 * Jobs that say `succeeded` and whose own numbers say otherwise (facts §0.5): Airbyte 2.x can write a failed workload down as a success. Only
 * what the API shows can be held against them; a success whose numbers agree is still a claim.
 */
export function findFalseSuccesses(indexed: Indexed): Finding[] {
  const { look } = indexed;
  const succeeded = look.jobs.items.filter(
    (job) => job.status === 'succeeded' && movesData(job) && endOf(job) >= look.since,
  );
  const bare = succeeded.filter(hasNoNumbers);
  const findings = succeeded.flatMap((job) => contradiction(indexed, job) ?? []);
  if (bare.length > 0 && bare.length === succeeded.length) {
    findings.push(cannotSee(`none of the ${bare.length} jobs that succeeded shows how many records it moved`));
    return findings;
  }
  findings.push(...bare.map((job) => withoutNumbers(indexed, job)));
  const half = succeeded.filter((job) => !bare.includes(job) && lastAttempt(job)?.recordsCommitted === undefined);
  if (half.length > 0) {
    findings.push(
      cannotSee(
        `${half.length} of ${succeeded.length} jobs that succeeded do not show how many records were committed`,
      ),
    );
  }
  return findings;
}

function hasNoNumbers(job: JobFacts): boolean {
  const last = lastAttempt(job);
  return last?.recordsEmitted === undefined && last?.recordsCommitted === undefined;
}

/** Held against each other are the numbers of the last attempt: what an earlier one emitted in vain was emitted again. */
function contradiction(indexed: Indexed, job: JobFacts): Finding | undefined {
  const last = lastAttempt(job);
  if (last === undefined) return undefined;
  const base = { kind: 'false_success', verdict: 'problem', ...subjectOf(indexed, job) } as const;
  const name = indexed.nameOf(job.connectionId);
  if (last.status !== 'succeeded') {
    return {
      ...base,
      severity: 'critical',
      summary: `Job ${job.id} of ${name} succeeded, and its last attempt is ${last.status}.`,
      known: [`attempt ${last.number + 1}: ${last.failures[0]?.message ?? 'no failure is told'}`],
      cannotTell: ['Which part of the data was delivered.'],
    };
  }
  const { recordsEmitted: emitted, recordsCommitted: committed, recordsRejected: rejected = 0 } = last;
  if (emitted === undefined || committed === undefined || emitted - rejected === committed) return undefined;
  const lost = emitted - rejected - committed;
  return {
    ...base,
    severity: lost > 0 ? 'critical' : 'warning',
    summary:
      lost > 0
        ? `Job ${job.id} of ${name} succeeded, and ${lost} of its ${emitted} records were not committed.`
        : `Job ${job.id} of ${name} succeeded, and ${-lost} more records were committed than emitted.`,
    known: [`last attempt: ${emitted} emitted, ${rejected} rejected, ${committed} committed`],
    cannotTell: ['Whether mappers of the connection left records out on purpose.', 'What the destination holds.'],
  };
}

function withoutNumbers(indexed: Indexed, job: JobFacts): Finding {
  const name = indexed.nameOf(job.connectionId);
  return {
    kind: 'false_success',
    verdict: 'problem',
    severity: 'critical',
    summary: `Job ${job.id} of ${name} succeeded without a trace: it shows no records, not even zero.`,
    known: ['Other jobs of this Airbyte show their numbers.', `${job.attempts.length} attempts`],
    cannotTell: ['Whether it moved anything.'],
    ...subjectOf(indexed, job),
  };
}

function cannotSee(what: string): Finding {
  return {
    kind: 'false_success',
    verdict: 'unknown',
    severity: 'info',
    summary: `Whether jobs that succeeded did their work cannot be told: ${what}.`,
    known: [],
    cannotTell: ['Whether a success is one.'],
  };
}
